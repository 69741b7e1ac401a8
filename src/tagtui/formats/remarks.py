"""What is to be said of a file as a whole: a report has warnings of entries only, so it stands at the first draft."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from tagtui.core.bookmark import Draft
from tagtui.formats.registry import Entry


def with_remarks(entries: Iterable[Entry], remarks: tuple[str, ...]) -> Iterator[Entry]:
    """Yield ``entries``, the first draft among them with ``remarks`` before its own warnings."""
    entries = iter(entries)
    for entry in entries if remarks else ():
        if isinstance(entry, Draft):
            yield replace(entry, warnings=(*remarks, *entry.warnings))
            break
        yield entry
    yield from entries
