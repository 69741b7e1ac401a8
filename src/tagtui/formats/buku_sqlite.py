"""buku's own file, ``bookmarks.db`` in ``~/.local/share/buku``, and its exports to ``.db``.

A table ``bookmarks(id, URL, metadata, tags, desc, flags)``: ``metadata`` is the title, tags are as in ``,a,b c,``, and
the lowest bit of ``flags`` keeps buku from fetching the title again (https://github.com/jarun/buku, ``initdb``).  The
first versions had neither ``desc`` nor ``flags``.  buku knows no dates.  All else is kept in ``extra["buku"]``.
"""

import re
from collections.abc import Iterator

from tagtui.errors import ImportFileError
from tagtui.formats.buku_json import entry
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks
from tagtui.formats.sqlite_file import MAGIC, columns, opened, quoted
from tagtui.formats.undated import UNDATED

_TABLE = re.compile(
    rb"create\s++table\s++\W?bookmarks\b[^(]{0,9}\([^;]{0,99}\burl\b[^;]{0,99}\bmetadata\b", re.IGNORECASE
)
_READ = ("url", "metadata", "desc", "tags")


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; raises ImportFileError where it is damaged, or no file of buku's."""
    return with_remarks(_read(source), (UNDATED,))


def _recognises(head: bytes) -> bool:
    return head.startswith(MAGIC) and bool(_TABLE.search(head))


FORMAT = Format("buku-sqlite", "buku database", _recognises, read, None)


def _read(source: Source) -> Iterator[Entry]:
    with opened(source) as connection:
        names = columns(connection, "bookmarks")
        keys = [name.lower() for name in names]
        if not {"url", "metadata"} <= {*keys}:
            raise ImportFileError(f"{source.name}: there are no bookmarks of buku's in it; name a file that buku made")
        for row in connection.execute(f"SELECT {', '.join(map(quoted, names))} FROM bookmarks"):  # noqa: S608  # quoted
            yield _entry(dict(zip(keys, row, strict=True)))


def _entry(row: dict[str, object]) -> Entry:
    where = f"entry {_text(row.pop('id', ''))}"
    url, title, note, tags = (_text(row.pop(name, "")) for name in _READ)
    others = {name: value if isinstance(value, int) else _text(value) for name, value in row.items() if value}
    return entry(url, title, note, tags, others, where)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)
