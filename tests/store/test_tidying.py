"""Tidying a whole library is tidying each bookmark, whatever the file holds."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark, tidy
from tagtui.store import tidying
from tagtui.store.tidying import tidy_all
from tests.store.sample import bookmark

# letters that need nothing, and everything that tidying has to do with
_ODD = "\0\t\n\r\x1b\x7f\x85\x9b\xa0\u1680\u2003\u200b\u200c\u200d\u2028\u202e\u2060\u2066\u3000\ufeff"
letters = st.sampled_from('aäK日😀" ,\\/' + _ODD)
texts = st.text(st.sampled_from("aä日/")) | st.text(letters, max_size=6)
tags = st.lists(st.sampled_from(["kafka", "Kafka", "ops", "日本", "ſ", "S", "s"]) | texts, max_size=4).map(tuple)
bookmarks = (  # one odd field at a time as well: a single one has all its neighbours tidied
    st.builds(bookmark, url=texts, title=texts, annotation=texts, tags=tags, by=texts)
    | st.builds(bookmark, tags=tags)
    | st.builds(bookmark, title=texts)
)
libraries = st.lists(bookmarks, max_size=8) | st.lists(st.builds(bookmark, tags=tags), max_size=3)


def stored(library: list[Bookmark], *, ascii_only: bool) -> bytes:
    rows = {str(id): msgspec.to_builtins(saved) for id, saved in enumerate(library)}
    return json.dumps({"bookmarks": rows}, ensure_ascii=ascii_only, indent=1).encode()


@given(libraries, st.booleans())
def test_it_is_tidying_each(library: list[Bookmark], ascii_only: bool) -> None:
    found = dict(enumerate(library))
    tidy_all(found, stored(library, ascii_only=ascii_only))
    assert found == {id: tidy(saved) for id, saved in enumerate(library)}


@pytest.mark.parametrize(
    "fields",
    [
        {"tags": ("a", "a")},
        {"tags": ("a", "b", "A")},
        {"tags": ("a", "")},
        {"tags": ("a b",)},
        {"tags": ("a,b",)},
        {"title": " "},
        {"title": " a"},
        {"title": "a "},
        {"by": " a"},
        {"by": "a "},
        {"url": " a"},
        {"url": "a "},
    ],
)
def test_one_odd_bookmark_alone_is_found(fields: dict[str, Any]) -> None:
    strange = bookmark(**fields)
    found = {1: strange}
    tidy_all(found, stored([strange], ascii_only=False))
    assert found == {1: tidy(strange)}
    assert found[1] != strange


@pytest.mark.parametrize("field", ["url", "title", "annotation", "by", "tags"])
@pytest.mark.parametrize("odd", _ODD + " ,")
@pytest.mark.parametrize("ascii_only", [True, False])
def test_one_odd_character_among_many_bookmarks_is_found(field: str, odd: str, *, ascii_only: bool) -> None:
    plain = bookmark(title="Plain", tags=("a", "b"), annotation="One.\n\nTwo.", by="ana")
    text = f"x{odd}{odd}y{odd}"
    fields: dict[str, Any] = {"title": "Strange", field: (text, "z") if field == "tags" else text}
    strange = bookmark(**fields)
    library = [plain] * 150 + [strange] + [plain] * 150
    found = dict(enumerate(library))
    tidy_all(found, stored(library, ascii_only=ascii_only))
    assert found[150] == tidy(strange)
    assert found[149] is plain


def test_tidy_bookmarks_are_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Bookmark] = []

    def asking(saved: Bookmark) -> Bookmark:
        asked.append(saved)
        return tidy(saved)

    monkeypatch.setattr(tidying, "tidy", asking)
    library = [
        bookmark(),
        bookmark(title="Größe 日本 👩‍💻", annotation="One.\n\tTwo \\ three “four”.\n", tags=("c++", "日本", "👩‍💻")),
        bookmark(title='She said: "x/y"', by="日記", url="http://a.org/?q=a%20b"),
    ]
    found = dict(enumerate(library))
    tidy_all(found, stored(library, ascii_only=False))
    assert asked == []
    kafkas = [bookmark(tags=("Kafka",)), bookmark(tags=("kafka", "ops")), bookmark(tags=("ops",)), bookmark()]
    tidy_all(dict(enumerate(kafkas)), stored(kafkas, ascii_only=False))
    assert asked == kafkas[:2]  # the same tag in two spellings might meet in one bookmark
