"""The entries of a JSON file, each as its text, so that what is wrong in one costs no other.

msgspec cuts up strict JSON at once.  What it refuses, :func:`walk` goes through with the standard library's decoder,
which forgives what is often met: raw control characters, halves of surrogate pairs (a title cut off at so many
characters), NaN, a comma after the last entry.  It tells the byte at which there is nothing to forgive.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from tagtui.errors import ImportFileError
from tagtui.formats.encoding import Decoded

DEEPEST = 32  # levels of what tagtui does not know and keeps; the library file could not hold much deeper ones
NO_OBJECT = "it is no JSON object that can be kept"  # why an entry is left out

Text = msgspec.Raw | bytes
Path = tuple[str | int, ...]  # the keys, and the numbers from 1, that lead to a value

_SPACE = re.compile(r"[ \t\n\r]*")
_BLANK = re.compile(rb"[ \t\n\r]*")
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.?)*+("?)|([\[{])|([\]}])', re.DOTALL)
_OPENED = 2  # group of it; the first is the end of a text

_NOT_ARRAY, _NOT_TABLES = "not a JSON array", "not a JSON object"

_forgiving = json.JSONDecoder(strict=False, parse_int=str, parse_constant=str)
_decode = json.JSONDecoder(strict=False, parse_constant=str).decode
_encode = json.JSONEncoder(ensure_ascii=False).encode
_to_fields = msgspec.json.Decoder(dict[str, Any])
_to_array = msgspec.json.Decoder(list[msgspec.Raw])


class _Key:
    """A key that equals no other, so that of two documents with the same id none is lost."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def _key(_type: type, text: str) -> _Key:
    return _Key(text)


_to_tables = msgspec.json.Decoder(dict[_Key, dict[_Key, msgspec.Raw]], dec_hook=_key)


def array(decoded: Decoded, name: str) -> Iterable[Text]:
    """Return the entries of a JSON array; raises ImportFileError, there or as they are gone through."""
    _expect(b"[", decoded, name, _NOT_ARRAY)
    try:
        return _to_array.decode(decoded.utf8)
    except (msgspec.DecodeError, RecursionError):
        return (text for _, text in walk(decoded, name, lambda path: not path, _NOT_ARRAY))


def tables(decoded: Decoded, name: str) -> Iterator[tuple[str, str, Text]]:
    """Yield table, id and document of each document in a TinyDB file; raises ImportFileError where it is none.

    Those whose id or table occurs twice are all there.  What is no table comes with the id ``""``.
    """
    _expect(b"{", decoded, name, _NOT_TABLES)
    try:
        found = _to_tables.decode(decoded.utf8)
    except (msgspec.DecodeError, RecursionError):
        for path, text in walk(decoded, name, lambda path: len(path) < 2, _NOT_TABLES):
            table, id = (*path, "", "")[:2]
            yield str(table), str(id), text
        return
    for table_key, documents in found.items():
        for key, document in documents.items():
            yield table_key.text, key.text, document


def walk(
    decoded: Decoded, name: str, into: Callable[[Path], bool], fault: str = "not JSON"
) -> Iterator[tuple[Path, bytes]]:
    """Yield the values of a JSON file in its order, with what leads there; raises ImportFileError where it breaks.

    The values of an object or an array come by themselves where ``into`` says so of its path; that of the whole file is
    ``()``.  ``fault`` is what the error calls a file that is more than cut off.
    """
    return _Walk(decoded, name, into, fault).run()


def fields(text: Text) -> dict[str, Any] | None:
    """Return the fields of an entry, or ``None`` when it is no object or cannot be kept."""
    try:
        try:
            return _to_fields.decode(text)
        except msgspec.DecodeError:
            value = _decode(bytes(text).decode())
            return _to_fields.decode(_encode(value).encode("utf-8", "ignore"))
    except (ValueError, msgspec.DecodeError, RecursionError):
        return None


def is_deeper(value: object, levels: int) -> bool:
    """Tell whether objects and arrays lie in one another more than so many levels deep."""
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    return levels < 0 or any(is_deeper(item, levels - 1) for item in inner)


def first_sign(decoded: Decoded) -> bytes:
    """Return the first byte that is no white space: ``[`` of an array, ``{`` of an object, or ``b""``."""
    start = _first(decoded)
    return decoded.utf8[start : start + 1]


def _first(decoded: Decoded) -> int:
    blank = _BLANK.match(decoded.utf8)
    return blank.end() if blank else 0


def _expect(sign: bytes, decoded: Decoded, name: str, fault: str) -> None:
    if first_sign(decoded) not in (sign, b""):
        raise _broken(decoded, name, _first(decoded), fault)


def _broken(decoded: Decoded, name: str, place: int, fault: str, behind: str = "") -> ImportFileError:
    what = fault if decoded.utf8[place:].strip() else "cut off"
    return ImportFileError(f"{name}: {what} at byte {decoded.offset(place)}{behind}; export it again, or mend it there")


class _Walk:
    """A way through a file, a place after the other."""

    def __init__(self, decoded: Decoded, name: str, into: Callable[[Path], bool], fault: str) -> None:
        self._decoded, self._name, self._into, self._fault = decoded, name, into, fault
        self._text = decoded.utf8.decode("latin-1")  # a character a byte, so that places are byte offsets
        self._place = 0
        self._path: Path = ()  # of the latest value

    def run(self) -> Iterator[tuple[Path, bytes]]:
        self._skip(0)
        yield from self._values(())
        if self._place < len(self._text):
            raise self._broken("after")

    def _values(self, path: Path) -> Iterator[tuple[Path, bytes]]:
        opening = self._text[self._place : self._place + 1]
        closing = {"[": "]", "{": "}"}.get(opening)
        if closing is None or not self._into(path):
            self._path, start = path, self._place
            end = self._end(start)
            yield path, self._decoded.utf8[start:end]
            self._skip(end)
            return
        number = 0
        self._skip(self._place + 1)
        while not self._text.startswith(closing, self._place):
            number += 1
            self._path = (*path, number)
            yield from self._values((*path, self._key() if opening == "{" else number))
            if self._text.startswith(",", self._place):
                self._skip(self._place + 1)
            elif not self._text.startswith(closing, self._place):
                raise self._broken("after")
        self._skip(self._place + 1)

    def _key(self) -> str:
        """Go over a key and its colon."""
        start = self._place
        if self._text[start : start + 1] not in ('"', ""):
            raise self._broken("in")
        end = self._end(start)
        self._skip(end)
        if not self._text.startswith(":", self._place):
            raise self._broken("in")
        self._skip(self._place + 1)
        return str(_decode(self._decoded.utf8[start:end].decode())).encode("utf-8", "ignore").decode()

    def _end(self, start: int) -> int:
        """Return the place after the value that begins at ``start``."""
        try:
            return _forgiving.raw_decode(self._text, start)[1]
        except RecursionError:
            return self._end_by_brackets(start)
        except json.JSONDecodeError as error:
            self._place = len(self._text) if error.msg.startswith("Unterminated") else error.pos
            raise self._broken("in") from None

    def _end_by_brackets(self, start: int) -> int:
        depth = 0
        for token in _TOKEN.finditer(self._text, start):
            if token.lastindex != 1:
                depth += 1 if token.lastindex == _OPENED else -1
                if depth == 0:
                    return token.end()
            elif not token[1]:
                break
        self._place = len(self._text)
        raise self._broken("in")

    def _skip(self, place: int) -> None:
        space = _SPACE.match(self._text, place)
        self._place = space.end() if space else place

    def _broken(self, side: str) -> ImportFileError:
        names = [f"entry {key}" if isinstance(key, int) else json.dumps(key[:40]) for key in self._path]
        behind = f", {side} {', '.join(names)}" if names else ""
        return _broken(self._decoded, self._name, self._place, self._fault, behind)
