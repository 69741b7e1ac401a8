"""Bytes of any encoding as UTF-8, and where they were in the file."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.formats import encoding
from tagtui.formats.encoding import to_utf8
from tests.formats.samples import quick

TEXT = "Größe, “quoted” – naïve; "


def test_utf_8_is_taken_as_it_is_without_a_copy() -> None:
    content = (TEXT + "日本 📚").encode()
    assert to_utf8(content).utf8 is content
    assert to_utf8(content).warnings == ()


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding_and_goes(codec: str) -> None:
    decoded = to_utf8((TEXT + "📚").encode(codec))
    assert decoded.utf8.decode() == TEXT + "📚"
    assert decoded.warnings == ()


def test_utf_16_of_the_other_byte_order_is_read_too() -> None:
    assert to_utf8(b"\xfe\xff" + TEXT.encode("utf-16-be")).utf8.decode() == TEXT


def test_windows_1252_is_the_fallback_and_is_told() -> None:
    decoded = to_utf8(TEXT.encode("cp1252"))
    assert decoded.utf8.decode() == TEXT
    assert decoded.warnings == ("the file is not UTF-8; what is not was read as Windows-1252",)


def test_one_damaged_title_does_not_spoil_the_others() -> None:
    decoded = to_utf8("日本の本棚, ".encode() + "caf\xe9".encode("cp1252") + ", 東京の地図".encode())
    assert decoded.utf8.decode() == "日本の本棚, café, 東京の地図"
    assert decoded.warnings


def test_bytes_that_windows_1252_lacks_are_replaced() -> None:
    assert to_utf8(b"a\x81\x8d b\xe9").utf8.decode() == "a\ufffd\ufffd bé"


def test_a_character_cut_off_at_the_end_of_the_file_is_no_error() -> None:
    assert to_utf8(b"\xff\xfea\0b").utf8.decode() == "a\ufffd"
    assert to_utf8("é".encode()[:1]).utf8.decode() == "Ã"


@quick
@given(st.binary(max_size=60), st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]))
def test_any_bytes_give_valid_utf_8(content: bytes, mark: bytes) -> None:
    to_utf8(mark + content).utf8.decode()


@pytest.mark.parametrize("chunk", [3, 8, 1 << 20])
@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode() * 3 + b"!",
        b"\xef\xbb\xbf" + TEXT.encode() * 3 + b"!",
        (TEXT * 3 + "!").encode("utf-16"),
        (TEXT * 3 + "!").encode("cp1252"),
        TEXT.encode() * 3 + b"\xe9 \xfc!",
    ],
)
def test_a_place_is_traced_to_the_byte_of_the_file(content: bytes, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_CHUNK", chunk)
    decoded = to_utf8(content)
    assert content[decoded.offset(decoded.utf8.index(b"!")) :].rstrip(b"\0") == b"!"
    assert decoded.offset(len(decoded.utf8)) == len(content)
    assert decoded.offset(0) == len(decoded.mark)


def test_bytes_of_no_encoding_are_not_read_one_by_one() -> None:
    for content in (b"\xff" * 3_000_000, random.Random(1).randbytes(3_000_000)):
        assert len(to_utf8(content).utf8) > 3_000_000
