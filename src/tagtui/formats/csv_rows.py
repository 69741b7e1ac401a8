"""The rows of a CSV file, their cells found by the names in its header.

RFC 4180, and what has become of it: cells are separated by commas, semicolons or tabs (the header tells), a quoted one
goes over lines, rows are shorter or longer than the header.  https://www.rfc-editor.org/rfc/rfc4180
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tagtui.errors import ImportFileError
from tagtui.formats.folders import inside
from tagtui.formats.lines import lines

# A format's own names for the columns that it knows, with the names that each goes by, in lower case, best first.
Columns = Mapping[str, tuple[str, ...]]

_DELIMITERS = ",;\t"  # the first wins where the header has a single name
_LONGEST = 2**31 - 1  # characters of a cell: the most that the csv module takes as its limit everywhere
_MOST_COLUMNS = 1_000
_BEYOND = "further cells"
_ODD = "its quotation marks are not as CSV has them"


class Row(NamedTuple):
    """A row: its cells by the format's names for the columns, ``""`` where there is none, and the rest by the header's.

    ``others`` has no empty cells.
    """

    where: str
    known: dict[str, str]
    others: dict[str, str]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows, and what its header names: the columns that the format knows, and all names in lower case."""

    known: frozenset[str]
    names: frozenset[str]
    rows: Iterator[Row]


class _Record(NamedTuple):
    line: int
    cells: list[str]
    warnings: tuple[str, ...] = ()


def header(content: bytes) -> frozenset[str]:
    """Return the names in the header of ``content``, which is UTF-8 and may be cut off, in lower case."""
    line = _first_line(content)
    return frozenset(name.strip().lower() for name in _cells(line, _delimiter(line)))


def read_table(content: bytes, name: str, columns: Columns) -> Table:
    """Return the table in ``content``, which is UTF-8, of the file called ``name``.

    Raises ImportFileError where the header has no column ``url``; the rows raise it where a quotation mark takes the
    rows after it into its cell.
    """
    records = (record for record in _records(content, name) if any(map(str.strip, record.cells)))
    first = next(records, _Record(1, []))
    if len(first.cells) > _MOST_COLUMNS:
        raise ImportFileError(f"{name}: line {first.line} names more than {_MOST_COLUMNS:,} columns; leave some out")
    names = [cell.strip() for cell in first.cells]
    keys = [cell.lower() for cell in names]
    places = {
        field: next(keys.index(alias) for alias in aliases if alias in keys)
        for field, aliases in columns.items()
        if not {*keys}.isdisjoint(aliases)
    }
    if "url" not in places:
        wanted = ", ".join(columns["url"])
        raise ImportFileError(
            f"{name}: line {first.line} names no column of URLs ({wanted}); name the columns there, or another --format"
        )
    others = ["" if place in places.values() else other for place, other in enumerate(_unique(names))]
    return Table(frozenset(places), frozenset(keys), _rows(records, tuple(columns), places, others))


def folder_tags(path: str) -> tuple[str, ...]:
    """Return the tags of the folders in ``path``, separated by `` / `` if that is in it, else by ``/``."""
    around: tuple[str, ...] = ()
    for name in path.split(" / " if " / " in path else "/"):
        around = inside(around, name)
    return around


def _rows(
    records: Iterator[_Record], fields: tuple[str, ...], places: dict[str, int], others: list[str]
) -> Iterator[Row]:
    """Yield the rows: the cells of ``fields`` from their ``places``, the rest by the names in ``others``."""
    absent = dict.fromkeys(fields, "")
    for line, cells, warnings in records:
        size = len(cells)
        known = absent | {field: cells[place] for field, place in places.items() if place < size}
        kept = {name: cell for name, cell in zip(others, cells, strict=False) if name and cell}
        if size > len(others) and any(beyond := cells[len(others) :]):
            kept[_BEYOND] = ",".join(beyond)
            warnings += ("it has more cells than the header has names",)
        yield Row(f"line {line}", known, kept, warnings)


def _unique(names: list[str]) -> Iterator[str]:
    """Yield ``names``, an absent one numbered by its column, and so is one that occurred before."""
    seen = {""}
    for number, name in enumerate(names, 1):
        yield name if name not in seen else f"{name or 'column'} {number}"
        seen.add(name)


def _records(content: bytes, name: str) -> Iterator[_Record]:
    import csv

    csv.field_size_limit(_LONGEST)
    content = content.replace(b"\0", b"")
    line = _first_line(content)
    delimiter = _delimiter(line)
    # a blank after every delimiter of the header is not the beginning of a cell, where a quotation mark is none
    padded = delimiter + " " in line and line.count(delimiter) == line.count(delimiter + " ")
    taken: list[str] = []  # the lines of the row
    reader = csv.reader(_noting(lines(content), taken), delimiter=delimiter, skipinitialspace=padded, strict=True)
    while True:
        taken.clear()
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if len(taken) > 1 or str(error) == "unexpected end of data":
                raise ImportFileError(
                    f"{name}: in the row that begins in line {number}, a quotation mark opens a cell that is not closed"
                    " before the next rows; close it there, or export the file again"
                ) from None
            # nothing but this line is in it, so it costs no other row to let the quotation marks stand
            cells = next(csv.reader(taken, delimiter=delimiter, skipinitialspace=padded))
            yield _Record(number, cells, (_ODD,))
        else:
            yield _Record(number, cells)


def _noting(source: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in source:
        taken.append(line)
        yield line


def _first_line(content: bytes) -> str:
    return next((line for line in lines(content) if line.strip()), "")


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=lambda delimiter: len(_cells(line, delimiter)))


def _cells(line: str, delimiter: str) -> list[str]:
    import csv

    csv.field_size_limit(_LONGEST)
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
