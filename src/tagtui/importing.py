"""Read a file to import as a change that is looked at before it is made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event

from tagtui.clock import utc_now
from tagtui.core.changes import Change
from tagtui.core.intake import Report, plan_import
from tagtui.core.library import Library
from tagtui.formats.registry import Entry, Format, Source, detect, read

_STEP = 500  # entries between two looks at whether to go on


class _LeftError(Exception):
    """The person does not want it any more."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An import that was read and not made yet: of a file, as a change to the ``library`` that it was planned on."""

    source: Source
    format: Format
    library: Library
    version: int  # of the library then
    change: Change
    report: Report

    def on(self, library: Library) -> Change:
        """Return the change for ``library`` as it is now; reads the file again if that is not as it was."""
        if library is self.library and library.version == self.version:
            return self.change
        return plan_import(library, read(self.source, self.format), utc_now())[0]


def read_plan(library: Library, source: Source, tell: Callable[[int], object], stop: Event) -> Planned | None:
    """Return what importing ``source`` would change, or ``None`` once ``stop`` is set; blocks.

    ``tell`` is called now and then with the number of entries read.  Raises ImportFileError.
    """
    found, version = detect(source), library.version

    def watched() -> Iterator[Entry]:
        for number, entry in enumerate(read(source, found), 1):
            if number % _STEP == 0:
                if stop.is_set():
                    raise _LeftError
                tell(number)
            yield entry

    try:
        change, report = plan_import(library, watched(), utc_now())
    except _LeftError:
        return None
    return Planned(source, found, library, version, change, report)
