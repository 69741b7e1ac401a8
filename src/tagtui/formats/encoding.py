"""A file's bytes as UTF-8, whatever they were written in.

Readers scan UTF-8 bytes rather than text: every sign that gives a format its structure is ASCII, and a single emoji
makes a Python string four bytes a character, which a file of 60 MB cannot afford.
"""

import codecs
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

_UTF_8 = ("utf-8", "strict")  # codecs, and what they do with bytes that are not theirs
_PATCHED = ("utf-8", "tagtui-windows-1252")
_WINDOWS = ("cp1252", "replace")
_BY_MARK = {
    codecs.BOM_UTF8: _UTF_8,
    codecs.BOM_UTF16_LE: ("utf-16-le", "replace"),
    codecs.BOM_UTF16_BE: ("utf-16-be", "replace"),
}
_MOST_PATCHES = 1 / 8  # of a file's bytes; one with more is no UTF-8 at all
_CHUNK = 1 << 16  # bytes; small, as one emoji makes all of a chunk wide, and slow


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file in UTF-8, without a byte order mark; ``utf8`` is the file's own bytes where nothing had to change."""

    utf8: bytes
    warnings: tuple[str, ...]
    original: bytes  # without its mark
    mark: bytes
    codec: tuple[str, str]

    def offset(self, place: int) -> int:
        """Return the byte of the file, its mark included, from which byte ``place`` of ``utf8`` came."""
        if self.utf8 is self.original:
            return len(self.mark) + place
        decoder = _decoder(self.codec)
        start = 0
        while True:
            state = decoder.getstate()
            chunk = self.original[start : start + _CHUNK]
            size = len(decoder.decode(chunk).encode())
            if size >= place or len(chunk) < _CHUNK:
                break
            start, place = start + _CHUNK, place - size

        def size_of(end: int) -> int:
            decoder.setstate(state)
            return len(decoder.decode(chunk[:end]).encode())

        return len(self.mark) + start + bisect_left(range(len(chunk)), place, key=size_of)


def to_utf8(content: bytes) -> Decoded:
    """Return ``content`` in UTF-8: from UTF-8 with or without a mark, from UTF-16 with one, else from Windows-1252.

    Bytes that are not UTF-8 in a file that is for the most part are read as Windows-1252 by themselves, so that one
    damaged title does not spoil the others.
    """
    mark = next((mark for mark in _BY_MARK if content.startswith(mark)), b"")
    codec = _BY_MARK.get(mark, _UTF_8)
    original = content.removeprefix(mark)
    if codec != _UTF_8:
        return Decoded(_recode(original, codec), (), original, mark, codec)
    if original.isascii() or _is_valid(original):
        return Decoded(original, (), original, mark, codec)
    lost = len(original) - sum(map(len, _pieces(original, ("utf-8", "ignore"))))
    codec = _WINDOWS if lost > len(original) * _MOST_PATCHES else _PATCHED
    warning = "the file is not UTF-8; what is not was read as Windows-1252"
    return Decoded(_recode(original, codec), (warning,), original, mark, codec)


def _is_valid(content: bytes) -> bool:
    decoder = _decoder(_UTF_8)
    view = memoryview(content)
    try:
        for start in range(0, len(view), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recode(content: bytes, codec: tuple[str, str]) -> bytes:
    recoded = bytearray()
    for piece in _pieces(content, codec):
        recoded += piece
    return bytes(recoded)


def _pieces(content: bytes, codec: tuple[str, str]) -> Iterator[bytes]:
    """Yield ``content`` in UTF-8, chunk by chunk: in little memory, whatever its size."""
    decoder = _decoder(codec)
    view = memoryview(content)
    for start in range(0, len(view), _CHUNK):
        yield decoder.decode(view[start : start + _CHUNK]).encode()
    yield decoder.decode(b"", final=True).encode()


def _decoder(codec: tuple[str, str]) -> codecs.IncrementalDecoder:
    name, errors = codec
    return codecs.getincrementaldecoder(name)(errors)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode(*_WINDOWS), error.end


codecs.register_error(_PATCHED[1], _as_windows)
