"""A file's bytes as UTF-8, whatever they were written in.

Readers scan UTF-8 bytes rather than text: every sign that gives a format its structure is ASCII, and a single emoji
makes a Python string four bytes a character, which a file of 60 MB cannot afford.
"""

import codecs
from bisect import bisect_left
from dataclasses import dataclass

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_WINDOWS = "windows-1252"
_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file in UTF-8, without a byte order mark; ``utf8`` is the file's own bytes where nothing had to change.

    ``encoding`` is what the file was in: ``utf-8``, ``utf-16-le``, ``utf-16-be`` or ``windows-1252``.
    """

    utf8: bytes
    encoding: str
    original: bytes  # without its mark
    mark: bytes

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the way the file was read."""
        if self.encoding == _WINDOWS:
            return ("the file is not all UTF-8; what is not was read as Windows-1252",)
        return ()

    def offset(self, place: int) -> int:
        """Return the byte of the file, its mark included, from which byte ``place`` of ``utf8`` came."""
        if self.encoding == "utf-8":
            return len(self.mark) + place
        ends = range(len(self.original))
        return len(self.mark) + bisect_left(ends, place, key=self._length_in_utf8)

    def _length_in_utf8(self, end: int) -> int:
        whole, _ = _recode(self.original[:end], self.encoding)
        return len(whole)


def to_utf8(content: bytes) -> Decoded:
    """Return ``content`` in UTF-8: from UTF-8 with or without a mark, from UTF-16 with one, else from Windows-1252.

    A byte that is not UTF-8 is read as Windows-1252 by itself, so that one damaged title does not spoil the others.
    """
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    encoding = _MARKS.get(mark, "utf-8")
    original = content.removeprefix(mark)
    if encoding == "utf-8" and _is_utf8(original):
        return Decoded(original, encoding, original, mark)
    if encoding == "utf-8":
        encoding = _WINDOWS
    return Decoded(b"".join(_recode(original, encoding)), encoding, original, mark)


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(content)
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recode(content: bytes, encoding: str) -> tuple[bytes, bytes]:
    """Return the UTF-8 of the whole characters of ``content``, and that of an unfinished one at its end."""
    if encoding == _WINDOWS:
        decoder = codecs.getincrementaldecoder("utf-8")(errors=_AS_WINDOWS)
    else:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    recoded = bytearray()
    view = memoryview(content)
    for start in range(0, len(content), _CHUNK):
        recoded += decoder.decode(view[start : start + _CHUNK]).encode()
    return bytes(recoded), decoder.decode(b"", final=True).encode()


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


_AS_WINDOWS = "tagtui-windows-1252"
codecs.register_error(_AS_WINDOWS, _as_windows)
