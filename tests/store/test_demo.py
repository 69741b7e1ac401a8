"""The sample library."""

import stat

from tagtui.demo import OWNER, demo_library
from tagtui.store.reading import load
from tagtui.store.storage import LibraryStorage


def test_each_visit_has_a_copy_of_its_own_and_nothing_is_kept() -> None:
    with demo_library() as one, demo_library() as other:
        assert one != other
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
        one.write_text("spoilt")
        assert len(load(other).bookmarks) > 20
    assert not one.parent.exists()
    with demo_library() as again:
        assert load(again).owner == OWNER


def test_it_is_written_as_tagtui_writes_and_needs_no_mending() -> None:
    with demo_library() as path:
        content = path.read_bytes()
        assert load(path).warnings == ()
        storage = LibraryStorage(path)
        storage.write(storage.read() or {})
        assert path.read_bytes() == content
