"""Bytes as readable text, also where the server or the page is wrong about them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.web.charset import to_text
from tests.formats.samples import quick

RUSSIAN = "<title>Съешь ещё этих мягких французских булок</title>"
WESTERN = "<title>Größe “quoted” café</title>"
JAPANESE = "<title>いろはにほへと ちりぬるを 我が世誰ぞ 常ならむ</title>"


def meta(label: str) -> str:
    return f'<!-- x --><meta http-equiv="Content-Type" content="text/html; charset={label}">'


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (WESTERN, "utf-8", "utf-8"),
        (WESTERN, "cp1252", "iso-8859-1"),
        (WESTERN, "cp1252", "windows-1252"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (RUSSIAN, "iso8859-5", "iso-8859-5"),
        (JAPANESE, "shift_jis", "x-sjis"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        ("<title>简体中文</title>", "gb2312", "gb2312"),
        ("<title>繁體中文</title>", "big5", "big5"),
        ("<title>한국어</title>", "euc_kr", "ks_c_5601-1987"),
        ("<title>ภาษาไทย</title>", "cp874", "windows-874"),
    ],
)
def test_the_header_or_the_page_names_the_encoding(text: str, codec: str, label: str) -> None:
    assert to_text(text.encode(codec), label) == text
    assert to_text((meta(label) + text).encode(codec), "") == meta(label) + text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_knows_better_than_the_header(codec: str) -> None:
    assert to_text(RUSSIAN.encode(codec), "iso-8859-1") == RUSSIAN


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_shows_without_a_mark(codec: str) -> None:
    assert to_text(RUSSIAN.encode(codec), "") == RUSSIAN


def test_an_xml_declaration_names_the_encoding_too() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?>' + RUSSIAN
    assert to_text(text.encode("cp1251"), "") == text


@pytest.mark.parametrize(
    "header", ["utf-8", "euc-jp", "no-such-thing", "punycode", "rot13", "utf-7", "x" * 10_000, "a\0b"]
)
def test_a_header_that_lies_gives_way_to_the_page(header: str) -> None:
    text = meta("windows-1251") + RUSSIAN
    assert to_text(text.encode("cp1251"), header) == text


@pytest.mark.parametrize("header", ["iso-8859-1", "windows-1251", "gb2312", "bogus", ""])
def test_what_is_utf_8_is_read_as_utf_8_whatever_is_claimed(header: str) -> None:
    text = meta("windows-1251") + RUSSIAN
    assert to_text(text.encode(), header) == text


def test_without_any_claim_windows_1252_is_the_fallback() -> None:
    assert to_text(WESTERN.encode("cp1252"), "") == WESTERN


def test_one_damaged_character_does_not_spoil_the_others() -> None:
    assert to_text(RUSSIAN.encode() + b"caf\xe9", "utf-8") == RUSSIAN + "caf\ufffd"


def test_a_page_that_is_cut_off_within_a_character_is_still_utf_8() -> None:
    assert to_text("<title>é".encode()[:-1], "") == "<title>\ufffd"
    assert to_text((RUSSIAN + "é").encode()[:-1], "iso-8859-1") == RUSSIAN + "\ufffd"


def test_a_declaration_in_a_comment_or_far_down_is_none() -> None:
    commented = "<!-- " + meta("koi8-r").removeprefix("<!-- x -->") + " -->" + WESTERN
    assert to_text(commented.encode("cp1252"), "") == commented
    late = " " * 1024 + meta("koi8-r") + WESTERN
    assert to_text(late.encode("cp1252"), "") == late


@quick
@given(
    st.binary(max_size=300), st.text(max_size=20) | st.sampled_from(["utf-8", "utf-16", "gbk", "iso-2022-kr", "idna"])
)
def test_any_bytes_are_text(content: bytes, header: str) -> None:
    assert isinstance(to_text(content, header), str)
