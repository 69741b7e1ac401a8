"""Find keys that stand twice in one JSON object: readers keep the last one, and to rewrite the file loses the other.

The keys of all documents are counted twice: as decoded, each once, and as written, where a quotation mark and a colon
end each key (a quotation mark inside a text has a backslash before it).  The second count is never too low, so where
both agree there is no key twice; only where they do not, which a text like ``": "`` can do as well, the file is gone
through object by object.
"""

import codecs
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from json.decoder import scanstring  # type: ignore[attr-defined]  # untyped, and public: JSONDecoder's own
from pathlib import Path

import msgspec

from tagtui.errors import LibraryFileError
from tagtui.store.reading import decode_tables, is_empty, without_mark

_SPACED = re.compile(rb'"[ \t\r\n]+:')
_MEND = "the file is untouched, and will not be written: mend it, restore a copy, or name another with --file"


def refuse_duplicate_keys(path: Path, content: bytes) -> None:
    """Raise LibraryFileError, with the place, if a key of ``content``, a library, stands twice in its object."""
    if is_empty(content):
        return
    tables = decode_tables(path, content, msgspec.Raw)
    decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    kept = len(tables) + sum(map(len, tables.values()))
    for documents in tables.values():
        for text in documents.values():
            try:
                fields = decode(text)
            except msgspec.ValidationError:  # no object: other programs' tables may hold anything
                continue
            kept += len(fields)
            if "extra" in fields:
                with suppress(msgspec.DecodeError):  # a number that nothing can hold
                    kept += _keys_in(msgspec.json.decode(fields["extra"]))
    if kept != _written(content):
        for at, key in _duplicates(content):
            line = content.count(b"\n", 0, at) + 1
            raise LibraryFileError(f"{path}: the key {key} stands twice, at byte {at} (line {line}); {_MEND}")


def _written(content: bytes) -> int:
    """Return how many keys are written in ``content``, or more: those before a colon, with an even run of backslashes.

    A run of three counts as one of two.
    """
    count = content.count(b'":') - content.count(b'\\":') + content.count(b'\\\\":')
    if any(blank in content for blank in (b" :", b"\t:", b"\n:", b"\r:")):
        count += sum(1 for _ in _SPACED.finditer(content))
    return count


def _keys_in(value: object) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_keys_in, value.values()))
    return sum(map(_keys_in, value)) if isinstance(value, list) else 0


def _duplicates(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield the byte at which a key stands for the second time in its object, and the key as JSON."""
    mark = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    text = without_mark(content).decode()
    objects: list[set[str] | None] = []  # those around the place; None is an array
    at, end = 0, len(text)
    awaits_key = False
    while at < end:
        sign = text[at]
        if sign == '"':
            value, after = scanstring(text, at + 1, False)
            if awaits_key and objects and objects[-1] is not None:
                if value in objects[-1]:
                    yield mark + len(text[:at].encode()), json.dumps(value[:40])
                objects[-1].add(value)
                awaits_key = False
            at = after
            continue
        if sign in "{[":
            objects.append(set() if sign == "{" else None)
            awaits_key = sign == "{"
        elif sign in "}]":
            objects.pop()
        elif sign == ",":
            awaits_key = bool(objects) and objects[-1] is not None
        at += 1
