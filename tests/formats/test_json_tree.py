"""JSON of any depth, read and walked without recursion."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.errors import ImportFileError
from tagtui.formats import json_tree
from tagtui.formats.encoding import to_utf8
from tagtui.formats.json_tree import Tags, leaves, parse, without_deep
from tests.formats.samples import damaged, quick, sample

DEEP = 10_000


def read(text: str | bytes) -> Any:
    return parse(to_utf8(text.encode() if isinstance(text, str) else text), "tree.json")


def error(text: str | bytes) -> str:
    with pytest.raises(ImportFileError) as raised:
        read(text)
    return str(raised.value)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@quick
@given(_values, st.booleans(), st.sampled_from([None, 1]))
def test_piece_by_piece_json_is_read_as_at_once(value: Any, is_ascii: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent).encode("utf-8", "ignore")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(msgspec.json, "decode", _refuse)
        piece_by_piece = read(text)
    assert piece_by_piece == json.loads(text)


def _refuse(_text: bytes) -> None:
    raise msgspec.DecodeError


@quick
@given(st.sampled_from(["chrome.json", "firefox.json"]).map(sample).flatmap(damaged))
def test_what_is_read_at_once_is_read_piece_by_piece_too(content: bytes) -> None:
    decoded = to_utf8(content)
    try:
        at_once = msgspec.json.decode(decoded.utf8)
    except (msgspec.DecodeError, RecursionError):
        return
    assert json_tree._Parser(decoded, "x").run() == at_once


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "line\nbreak\t\x1b"}', {"a": "line\nbreak\t\x1b"}),
        ('["cut off \\ud83d", "é\\udcda日"]', ["cut off ", "é日"]),
        ('["\\u00e9é\\ud83d\\udcda", NaN]', ["éé📚", "NaN"]),
        ('{"a": [1, 2,], "b": {"c": 1,},}', {"a": [1, 2], "b": {"c": 1}}),
        (f"[1e999, {'9' * 5000}]", ["1e999", "9" * 5000]),
        ('{"a": 1, "a": NaN}', {"a": "NaN"}),
    ],
)
def test_what_strict_json_refuses_is_forgiven(text: str, value: Any) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "cut off at byte 0"),
        ("  ", "cut off at byte 2"),
        ("[1, ", "cut off at byte 4"),
        ('{"a": "日本', "cut off at byte 13"),
        ('{"a": [{"b": 1}', "cut off at byte 15"),
        ("[1}", "not JSON at byte 2"),
        ("[,]", "not JSON at byte 1"),
        ("[1 2]", "not JSON at byte 3"),
        ("[1] 2", "not JSON at byte 4"),
        ('{"a"}', "not JSON at byte 4"),
        ('{"a":}', "not JSON at byte 5"),
        ("{1: 2}", "not JSON at byte 1"),
        ("{[1]: 2}", "not JSON at byte 1"),
        ('{"日": 1 "b"}', "not JSON at byte 10"),
        ("\x89PNG\r\n\x1a\n\0", "not JSON at byte 0"),
        ("[" * 50_000, "cut off at byte 50000"),
        ('{"a":' * 50_000, "cut off at byte 250000"),
        ('["' + "x" * 4_000_000, "cut off at byte 4000002"),
        ("[" + " " * 4_000_000, "cut off at byte 4000001"),
    ],
    ids=lambda text: text[:12],
)
def test_where_it_breaks_the_byte_and_the_way_out_are_told(text: str, place: str) -> None:
    assert error(text) == f"tree.json: {place}; copy or export it again, or mend it there"


def test_the_byte_is_one_of_the_file_whatever_its_encoding() -> None:
    for content in ('["日📚" ?'.encode("utf-16"), b'["\xe9\x93" ?', b'\xef\xbb\xbf["\xe6\x97\xa5" ?'):
        assert f"at byte {content.index(b'?')};" in error(content)


def test_nesting_of_any_depth_is_read_and_walked() -> None:
    tree = read('{"name":"f","children":[' * DEEP + '{"name":"x"}' + "]}" * DEEP)
    (leaf,) = leaves([tree], (), lambda around, folder: (*around, folder["name"])[-2:])
    assert leaf == ({"name": "x"}, ("f", "f"))


def test_leaves_come_in_the_order_of_the_file_with_the_tags_around_them() -> None:
    def inside(around: Tags, folder: dict[str, Any]) -> Tags:
        return (*around, folder["name"])

    nodes = [
        {"name": "1"},
        {"name": "a", "children": [{"name": "2"}, {"name": "b", "children": []}, 3]},
        {"name": "4", "children": None},
    ]
    assert list(leaves(nodes, ("root",), inside)) == [
        ({"name": "1"}, ("root",)),
        ({"name": "2"}, ("root", "a")),
        (3, ("root", "a")),
        ({"name": "4", "children": None}, ("root",)),
    ]


def test_fields_nested_too_deeply_to_be_kept_are_told() -> None:
    fields = {"a": 1, "deep": read("[" * 2_000 + "]" * 2_000), "b": [[1]]}
    assert without_deep(fields) == ({"a": 1, "b": [[1]]}, ("nested too deeply, left out: deep",))
    assert without_deep({"a": {}}) == ({"a": {}}, ())


@pytest.mark.parametrize("sign", ["[", "{", "1", "null"])
def test_what_stands_where_a_key_should_is_told_however_deep(sign: str) -> None:
    assert "not JSON at byte 9" in error('{"a": 1, ' + sign * 100_000)
