"""What a change does to the library file."""

import json
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from tagtui.core.changes import Change, Delta
from tagtui.core.library import Library
from tagtui.errors import LibraryFileError
from tagtui.session import Session
from tagtui.store.reading import load
from tests.store.sample import LIBRARY, bookmark, change, document, write

pytestmark = pytest.mark.usefixtures("impatient")


def write_change(path: Path, owner: str, change: Change) -> Delta:
    """Write ``change`` and return what it touched."""
    session = Session(path, owner)
    delta = session.apply(change)
    session.close()
    return delta


def tables(path: Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(path.read_bytes())
    return result


def test_a_new_library_is_written_one_document_a_line_with_its_keys_in_order_and_no_defaults(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    full = bookmark(
        "http://b.org/",
        title="B",
        annotation="One.\n\nTwo.",
        tags=("日本", "ops"),
        by="fogus",
        private=True,
        unread=True,
        extra={"pinboard": {"meta": "x"}},
    )
    write_change(path, "jm", change((1, None, bookmark()), (2, None, full)))
    assert path.read_text("utf-8") == (
        '{"library": {\n'
        '"1": {"schema": 1, "owner": "jm"}\n'
        "},\n"
        '"bookmarks": {\n'
        '"1": {"url": "http://a.org/", "added": "2016-10-31T15:57:56Z", "modified": "2016-10-31T15:57:56Z"},\n'
        '"2": {"url": "http://b.org/", "title": "B", "annotation": "One.\\n\\nTwo.", "tags": ["日本", "ops"], '
        '"added": "2016-10-31T15:57:56Z", "modified": "2016-10-31T15:57:56Z", "by": "fogus", "private": true, '
        '"unread": true, "extra": {"pinboard": {"meta": "x"}}}\n'
        "}}\n"
    )


def test_plain_tinydb_reads_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    write_change(path, "jm", change((1, None, bookmark(title="日本")), (7, None, bookmark("http://b.org/"))))
    with TinyDB(path, encoding="utf-8") as plain:
        found = plain.table("bookmarks").all()
        assert [row.doc_id for row in found] == [1, 7]
        assert found == [document(title="日本"), document("http://b.org/")]
        assert plain.tables() == {"library", "bookmarks"}


def test_a_documented_file_is_read_and_written_back_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    new = bookmark("http://new.org/")
    write_change(path, "somebody", change((3, None, new)))
    write_change(path, "somebody", change((3, new, None)))
    assert path.read_text("utf-8") == LIBRARY


def test_a_library_that_plain_tinydb_has_written_is_made_readable_again(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    with TinyDB(path) as plain:  # writes \u65e5, all in one line
        plain.table("bookmarks").insert(document("http://new.org/"))
    assert "日本" not in path.read_text("utf-8")
    write_change(path, "jm", change((3, bookmark("http://new.org/"), None)))
    assert path.read_text("utf-8") == LIBRARY


STRANGE = {
    "url": "http://a.org/?q=\\/",
    "title": "a\u001b[31m\u0000\u200b\u202e b",
    "tags": ["b", "b", "not a tag", 5],
    "added": "2016-02-30 or so",
    "modified": 1477929476.5,
    "big": 123456789012345678901234567890,
    "float": [1e300, -0.0, 0.1, 1.0, 5e-324],
    "nested": {"": [None, True, {"x": []}]},
    "private": "maybe",
}


def test_a_document_that_nobody_changes_is_written_back_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "bookmarks.json", STRANGE, document("http://b.org/"))
    write_change(path, "jm", change((2, bookmark("http://b.org/"), bookmark("http://b.org/", title="B"))))
    found = tables(path)["bookmarks"]
    assert found["1"] == STRANGE
    assert repr(found["1"]) == repr(STRANGE)  # 1 is not 1.0 and 0 is not -0.0
    assert found["2"] == document("http://b.org/", title="B")
    assert len(path.read_text().splitlines()) == 1 + 1 + 2 + 2 + 1


def test_numbers_that_python_cannot_hold_are_written_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    odd = '{"url": "http://a.org/", "pi": 3.14159265358979323846264338327950288, "huge": 1e999, "zero": -0}'
    path.write_text(f'{{"bookmarks": {{"1": {odd}}}}}')
    write_change(path, "jm", change((2, None, bookmark("http://b.org/"))))
    assert f'"1": {odd},\n' in path.read_text()


def test_only_the_fields_that_a_change_touches_are_written(tmp_path: Path) -> None:
    path = write(tmp_path / "bookmarks.json", {**STRANGE, "added": "2016-10-31"})
    [before] = load(path).bookmarks.values()
    write_change(path, "jm", change((1, before, bookmark(before.url, title="Clean", tags=before.tags))))
    found = tables(path)["bookmarks"]["1"]
    kept = {name: value for name, value in STRANGE.items() if name not in ("title", "added", "modified")}
    assert {name: found[name] for name in kept} == kept
    assert found["title"] == "Clean"
    assert list(found) == ["url", "title", "tags", "added", "modified", "private", "big", "float", "nested"]


def test_other_tables_unknown_library_fields_and_the_order_of_the_tables_survive(tmp_path: Path) -> None:
    notes = {"7": {"text": "mine"}}
    about = {"1": {"schema": 1, "owner": "ana", "colour": "red"}, "2": {"more": 1}}
    path = write(tmp_path / "bookmarks.json", document(), notes=notes, library=about, _default={})
    write_change(path, "jm", change((2, None, bookmark("http://b.org/"))))
    found = tables(path)
    assert list(found) == ["bookmarks", "notes", "library", "_default"]
    assert (found["notes"], found["library"], found["_default"]) == (notes, about, {})


@pytest.mark.parametrize("before", ["", "{}", "\n", '{"bookmarks": {}}', '{"library": {}}', '{"_default": {}}'])
def test_a_file_that_names_no_owner_gets_one(tmp_path: Path, before: str) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text(before)
    write_change(path, "ana", change((1, None, bookmark())))
    assert tables(path)["library"] == {"1": {"schema": 1, "owner": "ana"}}
    assert next(iter(tables(path))) == "library"


def test_a_changed_bookmark_loses_the_fields_that_are_back_at_their_default(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    before = bookmark(title="A", tags=("a",), unread=True)
    write_change(path, "jm", change((1, None, before)))
    write_change(path, "jm", change((1, before, bookmark(tags=("a",)))))
    assert tables(path)["bookmarks"]["1"] == document(tags=["a"])


def test_a_change_and_its_inverse_leave_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    first, second = load(path).bookmarks.values()
    new = bookmark("http://new.org/")
    done = change((3, None, new), (2, second, bookmark(second.url, title="2")), (1, first, bookmark(first.url)))
    write_change(path, "jm", done)
    assert path.read_text("utf-8") != LIBRARY
    write_change(path, "jm", done.inverse())
    assert load(path).bookmarks == {1: first, 2: second}


def test_several_edits_of_one_bookmark_come_to_the_last(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    a, b, c = bookmark(title="A"), bookmark(title="B"), bookmark(title="C")
    write_change(path, "jm", change((1, None, a), (1, a, b), (2, None, a), (2, a, None), (1, b, c)))
    assert tables(path)["bookmarks"] == {"1": document(title="C")}


def test_a_new_bookmark_never_takes_the_place_of_a_document_that_is_not_shown(tmp_path: Path) -> None:
    hidden = {"title": "no url"}
    path = write(tmp_path / "bookmarks.json", document(), hidden)
    library = Library(load(path).bookmarks, "jm")
    assert library.next_id == 2
    first, second = bookmark("http://b.org/"), bookmark("http://c.org/")
    wanted = change((2, None, first), (3, None, second), (2, first, bookmark("http://b.org/", title="B")))
    assert write_change(path, "jm", wanted).added == {3, 4}
    assert tables(path)["bookmarks"] == {
        "1": document(),
        "2": hidden,
        "3": document("http://c.org/"),
        "4": document("http://b.org/", title="B"),
    }


def test_what_another_program_did_since_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    first, second = load(path).bookmarks.values()
    with TinyDB(path) as plain:
        plain.table("bookmarks").update({"title": "theirs", "rating": 5}, doc_ids=[1])
        plain.table("bookmarks").insert(document("http://theirs.org/"))
        plain.table("bookmarks").remove(doc_ids=[2])
    mine, edited = bookmark("http://mine.org/"), bookmark(second.url, title="Edited")
    delta = write_change(
        path, "jm", change((1, first, bookmark(first.url, title=first.title)), (2, second, edited), (3, None, mine))
    )
    assert delta.added | delta.changed == {1, 2, 4}
    found = tables(path)["bookmarks"]
    assert found["1"] == document(first.url, title="theirs", rating=5)  # their title, our tags
    assert found["2"]["url"] == second.url  # an edit beats a delete
    assert found["3"] == document("http://theirs.org/")
    assert found["4"] == document("http://mine.org/")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"bookmarks": {"1": 5}}', 'document "1" of table "bookmarks" is not an object'),
        (b'{"bookmarks": {"1": {"url": "\xff"}}}', "not UTF-8 at byte 29"),
        ('{"bookmarks": {"1": {"url": "http://a.org/"', "cut off at byte 43"),
        ('{"bookmarks": [1]}', 'table "bookmarks" is not an object'),
    ],
)
def test_a_file_that_was_spoilt_since_is_refused_and_untouched(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = tmp_path / "bookmarks.json"
    content = text.encode() if isinstance(text, str) else text
    path.write_bytes(content)
    with pytest.raises(LibraryFileError, match=said):
        write_change(path, "jm", change((1, bookmark(), bookmark(title="A"))))
    assert path.read_bytes() == content


def test_an_empty_change_keeps_every_document(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    assert write_change(path, "jm", Change("Nothing", ())) == Delta.of(())
    assert path.read_text("utf-8") == LIBRARY
