"""Two sessions and other programs on one file, against a model that knows nothing of files and journals."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Edit
from tagtui.session import Session
from tests.store.sample import NOW

TITLES = st.sampled_from(["", "A", "B", "C"])
TAGS = st.sets(st.sampled_from("pqrs"), max_size=3)
WHO = st.sampled_from([0, 1])
CHANCE = st.randoms(use_true_random=False)


@dataclass(frozen=True)
class Page:
    """A bookmark as the model has it.  ``told`` is what its annotation has to hold at least."""

    title: str = ""
    tags: frozenset[str] = frozenset()
    unread: bool = False
    told: frozenset[str] = frozenset()

    def same_as(self, other: "Page") -> bool:
        return (self.title, self.unread) == (other.title, other.unread) and self.shown == other.shown

    @property
    def shown(self) -> frozenset[str]:
        return self.tags - {"conflict:annotation"}


def three_way(base: Page | None, ours: Page | None, theirs: Page | None) -> Page | None:
    """Merge as section 4 of the design says: fields, tags as sets, an edit beats a delete, conflicts keep both."""
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    if ours is None or theirs is None:
        return ours or theirs
    base = base or Page()
    tags = (theirs.tags - (base.tags - ours.tags)) | (ours.tags - base.tags)
    told = (theirs.told - (base.told - ours.told)) | (ours.told - base.told)
    unread = theirs.unread if ours.unread == base.unread else ours.unread
    if ours.unread != base.unread and theirs.unread != base.unread:
        unread = ours.unread or theirs.unread
    title = theirs.title if ours.title == base.title else ours.title
    if title == ours.title and theirs.title not in (base.title, ours.title):
        tags |= {"conflict:title"}
        told |= {theirs.title} - {""}
    return Page(title, tags, unread, told)


Pages = dict[str, Page]


def merge_all(base: Pages, ours: Pages, theirs: Pages) -> Pages:
    merged = {url: three_way(base.get(url), ours.get(url), theirs.get(url)) for url in {*base, *ours, *theirs}}
    return {url: page for url, page in merged.items() if page is not None}


def page(found: Bookmark | dict[str, Any]) -> Page:
    """Return a bookmark, or the document of one, as a page; its whole annotation is told."""
    row = found if isinstance(found, dict) else {name: getattr(found, name) for name in found.__struct_fields__}
    told = frozenset(filter(None, row.get("annotation", "").split("\n\n")))
    return Page(row.get("title", ""), frozenset(row.get("tags", ())), row.get("unread", False), told)


class Sessions(RuleBasedStateMachine):
    """``truth`` is the library; ``base`` is what stood in the file when its journal began."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.path = self.folder / "bookmarks.json"
        self.truth: Pages = {}
        self.base: Pages = {}
        self.foreign: Pages | None = None  # what another program wrote, as long as nobody has looked
        self.count = 0
        self.earlier: list[bytes] = []

    @initialize(pages=st.lists(st.tuples(TITLES, TAGS), max_size=3))
    def begin(self, pages: list[tuple[str, set[str]]]) -> None:
        documents = {}
        for title, tags in pages:
            url = self.fresh_url()
            documents[str(self.count)] = self.document(url, title=title, tags=sorted(tags))
            self.base[url] = Page(title, frozenset(tags))
        self.path.write_text(json.dumps({"bookmarks": documents, "notes": {"1": {"text": "mine"}}}))
        self.truth = dict(self.base)
        self.sessions = [self.open(), self.open()]

    def open(self) -> Session:
        self.look()
        return Session(self.path, "ana")

    def fresh_url(self) -> str:
        self.count += 1
        return f"http://a.org/{self.count}"

    def document(self, url: str, **fields: Any) -> dict[str, Any]:
        at = NOW + timedelta(seconds=int(url.rpartition("/")[2]))
        written = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        return {
            "url": url,
            **{name: value for name, value in fields.items() if value},
            "added": written,
            "modified": written,
        }

    def look(self) -> None:
        """Somebody reads the file: what stood in the journal alone is merged into what another program wrote."""
        if self.foreign is not None:
            self.truth = merge_all(self.base, self.truth, self.foreign)
            self.base, self.foreign = self.foreign, None

    def shown(self, who: int) -> Pages:
        return {found.url: page(found) for found in self.sessions[who].library.bookmarks.values()}

    # --- what a session does, knowing what it knew at its last look

    def change(self, who: int, before: Bookmark | None, after: Bookmark | None, id: int) -> None:
        known = self.shown(who)
        self.look()
        self.sessions[who].apply(Change("Test", (Edit(id, before, after),)))
        url = (before or after).url  # type: ignore[union-attr]
        base = known.get(url)
        ours = None if after is None else page(after)
        now = three_way(base, ours, self.truth.get(url))
        self.truth.pop(url, None)
        if now is not None:
            self.truth[url] = now
        self.agree(who)

    @rule(who=WHO, title=TITLES, tags=TAGS, unread=st.booleans(), again=st.booleans())
    def add(self, who: int, title: str, tags: set[str], unread: bool, again: bool) -> None:
        """Add a page, or one that was deleted, or one that the other session has added since we looked."""
        unknown = sorted({*self.truth} - {*self.shown(who)})
        url = unknown[0] if again and unknown else self.fresh_url()
        at = NOW + timedelta(seconds=int(url.rpartition("/")[2]))
        new = Bookmark(url=url, title=title, tags=tuple(sorted(tags)), unread=unread, added=at, modified=at)
        self.change(who, None, new, self.sessions[who].library.next_id)

    @rule(
        who=WHO,
        chance=CHANCE,
        title=TITLES,
        tags=TAGS,
        unread=st.booleans(),
        fields=st.sets(st.sampled_from(["title", "tags", "unread"])),
    )
    def edit(self, who: int, chance: Any, title: str, tags: set[str], unread: bool, fields: set[str]) -> None:
        found = self.sessions[who].library.bookmarks
        if found:
            id = chance.choice(sorted(found))
            before = found[id]
            wanted = {"title": title, "tags": tuple(sorted(tags)), "unread": unread}
            names = [*before.__struct_fields__]
            after = Bookmark(**{n: wanted[n] if n in fields else getattr(before, n) for n in names})
            self.change(who, before, after, id)

    @rule(who=WHO, chance=CHANCE)
    def delete(self, who: int, chance: Any) -> None:
        found = self.sessions[who].library.bookmarks
        if found:
            id = chance.choice(sorted(found))
            self.change(who, found[id], None, id)

    @rule(who=WHO)
    def refresh(self, who: int) -> None:
        self.look()
        self.sessions[who].refresh()
        self.agree(who)

    @rule(who=WHO)
    def fold(self, who: int) -> None:
        self.look()
        self.sessions[who].fold()
        self.agree(who)
        self.base = dict(self.truth)

    @rule(who=WHO, first=st.booleans())
    def reopen(self, who: int, first: bool) -> None:
        self.look()
        folds = first and not self.sessions[who].is_folded
        if first:
            self.sessions[who].close()
        self.sessions[who] = self.open()
        self.agree(who)
        self.base = dict(self.truth) if folds else self.base

    # --- what other programs do

    def put(self, content: bytes, in_place: bool) -> None:
        """Write the file as an editor does, or as a script does."""
        if not content.strip():
            return
        if in_place:
            with self.path.open("r+b") as file:
                file.write(content)
                file.truncate()
        else:
            other = self.folder / "other"
            other.write_bytes(content)
            other.replace(self.path)
        documents = json.loads(content.decode("utf-8-sig")).get("bookmarks", {}).values()
        self.foreign = {row["url"]: page(row) for row in documents}

    @rule(
        layout=st.sampled_from([{"indent": 1}, {"sort_keys": True}, {"ensure_ascii": False}]),
        mark=st.booleans(),
        in_place=st.booleans(),
    )
    def lay_out_anew(self, layout: dict[str, Any], mark: bool, in_place: bool) -> None:
        text = json.dumps(json.loads(self.path.read_text("utf-8-sig")), **layout)
        self.put((b"\xef\xbb\xbf" if mark else b"") + text.encode(), in_place)

    @rule(
        chance=CHANCE, title=TITLES, tags=TAGS, does=st.sampled_from(["add", "edit", "delete"]), in_place=st.booleans()
    )
    def run_a_script(self, chance: Any, title: str, tags: set[str], does: str, in_place: bool) -> None:
        tables = json.loads(self.path.read_text("utf-8-sig"))
        rows = tables.setdefault("bookmarks", {})
        if does == "add":
            id = str(max(map(int, rows), default=0) + 1)
            rows[id] = self.document(self.fresh_url(), title=title, tags=sorted(tags))
        elif rows:
            id = chance.choice(sorted(rows))
            if does == "delete":
                del rows[id]
            else:
                rows[id] |= {"title": title, "tags": sorted(tags)}
        self.put(json.dumps(tables).encode(), in_place)

    @rule()
    def commit(self) -> None:
        """Keep the file as it is, as ``git commit`` does."""
        self.earlier.append(self.path.read_bytes())

    @rule(chance=CHANCE)
    def check_out(self, chance: Any) -> None:
        if self.earlier:
            self.put(chance.choice(self.earlier), False)

    # --- what has to hold

    def agree(self, who: int) -> None:
        found, session = self.shown(who), self.sessions[who]
        assert {*found} == {*self.truth}, f"shown: {found}; true: {self.truth}"
        assert len(found) == len(session.library), "a page is there twice"
        for url, page in self.truth.items():
            assert found[url].same_as(page), (found[url], page)
            assert all(any(text in there for there in found[url].told) for text in page.told), (found[url], page)
        self.truth = found  # with the annotations as they are

    @invariant()
    def the_file_is_whole(self) -> None:
        if self.path.exists():
            tables = json.loads(self.path.read_text("utf-8-sig"), object_pairs_hook=no_key_twice)
            assert tables["notes"] == {"1": {"text": "mine"}}

    def teardown(self) -> None:
        try:
            if hasattr(self, "sessions"):
                self.look()
                for session in (*self.sessions, self.open()):
                    session.refresh()
                    self.sessions[0] = session
                    self.agree(0)
                libraries = [dict(session.library.bookmarks) for session in (*self.sessions, self.open())]
                assert libraries[1] == libraries[2]
                session.close()
                assert {row["url"] for row in json.loads(self.path.read_text("utf-8-sig"))["bookmarks"].values()} == {
                    *self.truth
                }
        finally:
            shutil.rmtree(self.folder)


def no_key_twice(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    pairs = [*pairs]
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


TestTwoSessions = Sessions.TestCase
TestTwoSessions.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
