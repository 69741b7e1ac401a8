"""JSON in which folders hold folders, as browsers store it: read and walked at any depth, without recursion.

The decoders at hand recurse, and give up some hundreds of folders deep.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from tagtui.errors import ImportFileError
from tagtui.formats.encoding import Decoded
from tagtui.formats.json_entries import DEEPEST, is_deeper

Tags = tuple[str, ...]

_LONGEST_INTEGER = 40  # digits; a longer one is no number of anything, and is kept as text
_SPACE = re.compile(r"[ \t\n\r]*+")
_ENDS = {"[": "]", "{": "}"}


def parse(decoded: Decoded, name: str) -> Any:
    """Return what the JSON text ``decoded`` holds; raises ImportFileError at the byte where it breaks.

    Forgiven is what a strict decoder refuses a whole file for: raw control characters, halves of surrogate pairs (a
    title cut off at so many characters), numbers of any size, NaN, a comma after the last entry.
    """
    try:
        return msgspec.json.decode(decoded.utf8)
    except (msgspec.DecodeError, RecursionError):
        return _Parser(decoded, name).run()


def leaves(
    nodes: Iterable[Any], around: Tags, inside: Callable[[Tags, dict[str, Any]], Tags]
) -> Iterator[tuple[Any, Tags]]:
    """Yield what is no folder among ``nodes`` and in the folders there, in order, each with the tags around it.

    A folder is an object with a list of ``children``; ``inside`` returns the tags inside it, given those around it.
    """
    levels = [(iter(nodes), around)]
    while levels:
        siblings, tags = levels[-1]
        for node in siblings:
            children = node.get("children") if isinstance(node, dict) else None
            if isinstance(children, list):
                levels.append((iter(children), inside(tags, node)))
                break
            yield node, tags
        else:
            levels.pop()


def without_deep(fields: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return ``fields`` without those nested too deeply to be kept, and a warning that names these."""
    deep = [name for name, value in fields.items() if is_deeper(value, DEEPEST - 1)]
    if not deep:
        return fields, ()
    names = ", ".join(name[:40] for name in deep)
    return {name: fields[name] for name in fields if name not in deep}, (f"nested too deeply, left out: {names}",)


class _Parser:
    """A way through a JSON text, a value after the other; an object is its keys and values in turn until it ends."""

    def __init__(self, decoded: Decoded, name: str) -> None:
        self._decoded, self._name = decoded, name
        self._text = decoded.utf8.decode("latin-1")  # a character a byte, so that places are byte offsets
        self._place = 0
        self._around: list[tuple[str, list[Any]]] = []  # of each array and object that is open, the next two
        self._end = ""  # what ends the innermost one
        self._items: list[Any] = []  # what is in it so far

    def run(self) -> Any:
        self._skip(0)
        while True:
            sign = self._text[self._place : self._place + 1]
            if sign in _ENDS and not self._is_before_key():
                self._around.append((self._end, self._items))
                self._end, self._items = _ENDS[sign], []
                self._skip(self._place + 1)
                continue
            value = self._close() if self._is_at_end() else self._read()
            self._items.append(value)
            if not self._around:
                break
            if not self._is_at_end():
                self._separate()
        if self._place < len(self._text):
            raise self._broken()
        return self._items[0]

    def _is_before_key(self) -> bool:
        return self._end == "}" and len(self._items) % 2 == 0

    def _is_at_end(self) -> bool:
        is_whole = self._end == "]" or self._is_before_key()
        return is_whole and self._text.startswith(self._end, self._place)

    def _close(self) -> Any:
        items = self._items
        value = items if self._end == "]" else dict(zip(items[::2], items[1::2], strict=True))
        self._end, self._items = self._around.pop()
        self._skip(self._place + 1)
        return value

    def _separate(self) -> None:
        is_after_key = self._end == "}" and len(self._items) % 2
        if not self._text.startswith(":" if is_after_key else ",", self._place):
            raise self._broken()
        self._skip(self._place + 1)

    def _read(self) -> Any:
        """Return the text, number or word here."""
        start = self._place
        if self._is_before_key() and not self._text.startswith('"', start):
            raise self._broken()  # and not read: an array is no key, however deep
        try:
            value, end = _scalars.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            self._place = len(self._text) if error.msg.startswith("Unterminated") else error.pos
            raise self._broken() from None
        self._skip(end)
        if isinstance(value, str) and not value.isascii():
            text = self._decoded.utf8[start:end].decode()
            return _scalars.decode(text).encode("utf-8", "ignore").decode()
        return value

    def _skip(self, place: int) -> None:
        space = _SPACE.match(self._text, place)
        self._place = space.end() if space else place

    def _broken(self) -> ImportFileError:
        fault = "not JSON" if self._place < len(self._text) else "cut off"
        byte = self._decoded.offset(self._place)
        return ImportFileError(f"{self._name}: {fault} at byte {byte}; copy or export it again, or mend it there")


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


def _number(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


_scalars = json.JSONDecoder(strict=False, parse_int=_integer, parse_float=_number, parse_constant=str)
