"""The form of a bookmark: to add one, to edit one, and to give one or many other tags."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Static, TextArea

from tagtui.core.bookmark import MAX_ANNOTATION
from tagtui.core.near import near_keys
from tagtui.core.pasted import Pasted, read_pasted
from tagtui.core.text import ago, clean
from tagtui.core.url import clean_url, scheme
from tagtui.errors import HostError, TagtuiError
from tagtui.tui.screens.filled import Filled, tags_problem
from tagtui.tui.screens.page_offer import LookUp, about, other_address
from tagtui.tui.typed_ahead import typed_before
from tagtui.tui.widgets.line_input import LineInput
from tagtui.tui.widgets.note_area import NoteArea
from tagtui.tui.widgets.tag_field import TagField

if TYPE_CHECKING:
    from tagtui.core.bookmark import Bookmark
    from tagtui.core.library import Library
    from tagtui.web.details import PageDetails

ReadClipboard = Callable[[], Awaitable[str]]


_KEYS = "ctrl+s save · ctrl+e editor · esc leave"


class _Flag(Checkbox):
    """A checkbox that shows its state by a sign, and not by the colour of one."""

    @property
    def BUTTON_INNER(self) -> str:  # type: ignore[override]  # noqa: N802  -- Textual's name, and a constant there
        return "✓" if self.value else "·"


class BookmarkForm(ModalScreen[None]):
    """The fields of a bookmark, or only its tags.

    ``save`` is called with what stands in the form when the person saves it, ``leave`` when not.

    ``edited`` is the id of the bookmark that is edited, if one is.  ``look_up`` fetches what a page says of itself, and
    ``read_clipboard`` is where a URL may come from; without them nothing is fetched, or read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+e", "editor", show=False, priority=True),
        Binding("ctrl+t", "take_address", show=False, priority=True),
        Binding("ctrl+o", "open_known", show=False, priority=True),
        # With priority, or what is typed at once behind them would still go to the field before.
        Binding("tab", "next_field", show=False, priority=True),
        Binding("right", "take_offer", show=False, priority=True),
        Binding("down", "go_to_choices", show=False, priority=True),
        Binding("shift+tab", "previous_field", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    BookmarkForm {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 90%;
            max-width: 92;
            height: auto;
            max-height: 100%;
            overflow-y: auto;
            scrollbar-size-vertical: 0;
            border: heavy $accent;
            border-title-style: bold;
            background: $surface;
            padding: 0 1;
        }
        & Horizontal { height: 1; }
        & .label { width: 12; color: $text-muted; }
        & Input { width: 1fr; border: none; height: 1; padding: 0; background: $panel; }
        & .note { display: none; height: auto; max-height: 2; padding-left: 12; color: $text-muted; }
        & .note.-error { color: $text-error; text-style: bold; }
        & TextArea { height: 8; min-height: 2; border: none; padding: 0; background: $panel; }
        & .toggle--button { color: $text; background: $panel; text-style: bold; }
        & Checkbox { border: none; padding: 0; margin-right: 3; background: $surface; height: 1; }
    }
    BookmarkForm.-narrow > Vertical { width: 100%; padding: 0; }
    BookmarkForm.-short TextArea { height: 2; }
    BookmarkForm.-narrow .note { padding-left: 0; }
    BookmarkForm.-short .note { max-height: 1; }
    """

    def __init__(
        self,
        title: str,
        library: Library,
        filled: Filled,
        clock: Callable[[], datetime],
        save: Callable[[Filled], None],
        leave: Callable[[Filled], None] = lambda _: None,
        *,
        edited: int | None = None,
        tags_only: bool = False,
        look_up: LookUp | None = None,
        read_clipboard: ReadClipboard | None = None,
        open_known: Callable[[int], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._title = title
        self._library = library
        self._filled = filled
        self._given = filled  # what stands in the form without the person's doing
        self._clock = clock
        self._save = save
        self._leave = leave
        self._edited = edited
        self._tags_only = tags_only
        self._look_up = look_up
        self._read_clipboard = read_clipboard
        self._open_known = open_known
        self._near: int | None = None  # a bookmark that may be of the same page
        self._tags_problem = ""
        self._looked_up = ""  # the URL whose page was asked for last
        self._address = ""  # what the page says its own address is, where that is another

    def compose(self) -> ComposeResult:
        filled = self._filled
        with Vertical() as frame:
            frame.border_title = self._title
            frame.border_subtitle = "ctrl+s save · esc leave" if self._tags_only else _KEYS
            if not self._tags_only:
                yield from self._line("URL", filled.url, "url", "https://…")
                yield Static("", classes="note", id="known", markup=False)
                yield Static("", classes="note", id="page", markup=False)
                yield from self._line("Title", filled.title, "title", "")
            hint = "+tag adds, -tag takes away; without signs: all the tags" if self._tags_only else "kafka ops"
            yield TagField(self._library, filled.tags, placeholder=hint, takes_signs=self._tags_only)
            yield Static("", classes="note -error", id="problem", markup=False)
            if not self._tags_only:
                yield NoteArea(filled.annotation, id="annotation")
                with Horizontal():
                    yield _Flag("private", filled.private, compact=True, id="private")
                    yield _Flag("unread", filled.unread, compact=True, id="unread")

    def _line(self, label: str, value: str, id: str, placeholder: str) -> ComposeResult:
        with Horizontal():
            yield Static(label, classes="label")
            line = LineInput(placeholder=placeholder, id=id)
            line.value = value
            yield line

    def on_mount(self) -> None:
        first = "tags" if self._tags_only else "url" if not self._filled.url else "title"
        self._input(first).focus()
        self._look_again()
        if self._filled.url:
            self._look_up_page()
        elif self._read_clipboard is not None:
            self._fill_from_clipboard(self._read_clipboard)

    def _input(self, id: str) -> Input:
        return self.query_one(f"#{id}", Input)

    @property
    def _annotation(self) -> NoteArea:
        return self.query_one(NoteArea)

    def filled(self) -> Filled:
        """Return what stands in the form now."""
        tags = self._input("tags").value
        if self._tags_only:
            return Filled(tags=tags)
        return Filled(
            clean_url(self._input("url").value),
            self._input("title").value,
            tags,
            self._annotation_text(),
            self.query_one("#private", Checkbox).value,
            self.query_one("#unread", Checkbox).value,
        )

    def _annotation_text(self) -> str:
        """Return the annotation; the very text where it was not touched: the area has other ideas of line breaks."""
        before = self._filled.annotation
        text = self._annotation.text
        return before if text == "\n".join(before.splitlines()) else text

    @property
    def is_filled_in(self) -> bool:
        """Whether something stands in the form that would be missed."""
        return self.is_mounted and self.filled() != self._given

    def _tell(self, note: str, text: str, *, is_error: bool = False) -> None:
        """Show ``text`` in the place of ``note``, or nothing where it is empty."""
        line = self.query_one(f"#{note}", Static)
        line.update(text)
        line.display = bool(text)
        line.set_class(is_error or note == "problem", "-error")

    # --- where a URL comes from

    @work(exclusive=True, group="clipboard")
    async def _fill_from_clipboard(self, read: ReadClipboard) -> None:
        pasted = read_pasted(await read())
        if pasted and self.filled() == self._given:
            self._take_pasted(pasted)
            self._given = self.filled()

    @on(LineInput.Pasted)
    def _pasted(self, event: LineInput.Pasted) -> None:
        pasted = read_pasted(event.text)
        if pasted and event.line.id == "url":
            self._take_pasted(pasted)

    def _take_pasted(self, pasted: Pasted) -> None:
        self._input("url").value = pasted.url
        if pasted.quotation and not self._annotation.text:
            self._annotation.insert(pasted.quotation)
        if self.focused is self._input("url"):
            self.set_focus(self._input("title"))
        self._look_up_page()

    # --- what its page says

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if event.widget.id == "url":
            self._look_up_page()  # and not before: what is half typed is an address of somebody else's

    def _look_up_page(self) -> None:
        url = self.filled().url
        if self._look_up is None or url == self._looked_up:
            return
        self._looked_up = url
        self._offer_page(None)
        self.workers.cancel_group(self, "page")
        if scheme(url) in ("http", "https"):
            self._tell("page", "looking at the page…")
            self._ask_page(self._look_up, url)

    @work(exclusive=True, group="page")
    async def _ask_page(self, look_up: LookUp, url: str) -> None:
        def tell(size: int) -> None:
            self._tell("page", f"looking at the page… {size // 1024:,} kB")

        try:
            details = await look_up(url, is_typed=url != self._given.url, progress=tell)
        except TagtuiError as error:
            self._tell("page", f"no details: {error}")
        else:
            self._offer_page(details)

    def _offer_page(self, details: PageDetails | None) -> None:
        """Offer what the page says of itself, in grey; what was typed stays."""
        self._input("title").placeholder = details.title if details else ""
        self._annotation.offer(details.description if details else "")
        self._address = other_address(details, self._looked_up) if details else ""
        self._tell("page", about(details, self._address) if details else "")

    def action_take_address(self) -> None:
        if self._address:
            self._looked_up = self._address  # the page is known
            self._input("url").value = self._address
            self._address = ""
            self._tell("page", "")

    def _take_offer(self) -> bool:
        """Take what is offered in grey in the field with the focus; tell whether anything is."""
        title = self._input("title")
        if self.focused is title and title.placeholder and not title.value:
            title.value = str(title.placeholder)
            title.cursor_position = len(title.value)
            return True
        return self.focused is self._annotation and self._annotation.take_offer()

    async def action_take_offer(self) -> None:
        await typed_before(self)
        self._take_offer()

    # --- while it is filled in

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _look_again(self) -> None:
        if not self._tags_only:
            self._tell("known", self._known(self.filled()))
        if (problem := tags_problem(self._input("tags").value)) != self._tags_problem:
            self._tags_problem = problem
            self._tell("problem", problem)
        self.query_one(TagField).offer(self.filled().draft())

    def _known(self, filled: Filled) -> str:
        """Return what is to be said of the URL: when the page was saved, or one that may be the same."""
        library, url = self._library, filled.url
        self._near = None
        if not scheme(url):
            return ""
        bookmark = self._other(library.find(url))
        if bookmark is not None:
            tags = f" ({' '.join(bookmark.tags)})" if bookmark.tags else ""
            what = "saving adds to it" if self._edited is None else "two bookmarks of one page"
            return f"here since {ago(bookmark.added, self._clock())}{tags}: {what}"
        nobody = (None, self._edited)
        self._near = next((id for key in near_keys(url) if (id := library.find_key(key)) not in nobody), None)
        near = self._other(self._near)
        if near is None:
            return filled.remark()
        return f"perhaps the one of {ago(near.added, self._clock())} (ctrl+o opens it): {near.url}"

    def _other(self, id: int | None) -> Bookmark | None:
        return self._library.bookmarks.get(id) if id is not None and id != self._edited else None

    def action_open_known(self) -> None:
        near = self._near
        if near is not None:
            self.dismiss()
            self._leave(self.filled())
            self._open_known(near)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Leave to the fields the keys that mean something to the form in some of them only."""
        if action == "go_to_choices":
            return self._input("tags").has_focus
        if action == "take_offer":
            title = self.focused is not None and self.focused.id == "title" and not self._input("title").value
            return title or (isinstance(self.focused, NoteArea) and not self.focused.text)
        if action == "editor":
            return isinstance(self.focused, NoteArea)
        return action not in ("take_address", "open_known") or not self._tags_only

    async def action_go_to_choices(self) -> None:
        await typed_before(self)
        self.set_focus(self.query_one(TagField).choices)

    async def action_next_field(self) -> None:
        """Take what is offered, complete the tag that is being typed or, where neither is, go to the next field."""
        await typed_before(self)
        if not self._tags_only and self._take_offer():
            return
        if not self.query_one(TagField).complete():
            self._step(1)

    async def action_previous_field(self) -> None:
        await typed_before(self)
        self._step(-1)

    def _step(self, step: int) -> None:
        fields = [*self.query("Input, TextArea, Checkbox").results(Widget)]
        at = fields.index(self.focused) if self.focused in fields else fields.index(self.query_one("#tags"))
        self.set_focus(fields[(at + step) % len(fields)])

    # --- at the end

    async def action_editor(self) -> None:
        from tagtui.tui.host.editor import edit_text

        await typed_before(self)
        area, told, edited = self._annotation, "", ""
        try:
            with self.app.suspend():  # which comes back only from a block that ends well
                try:
                    edited = edit_text(area.text, MAX_ANNOTATION)
                except HostError as error:
                    told = str(error)
        except SuspendNotSupported:
            told = "there is no terminal for an editor"
        if told:
            self._tell("problem", told)
            return
        area.load_text(clean(edited))
        area.move_cursor(area.document.end)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._save_filled()

    async def action_save(self) -> None:
        await typed_before(self)
        self._save_filled()

    def _save_filled(self) -> None:
        filled = self.filled()
        field, reason = ("tags", tags_problem(filled.tags)) if self._tags_only else filled.problem(self._filled)
        if reason:
            self._tell("known" if field == "url" else "problem", reason, is_error=True)
            self.query_one(f"#{field}").focus()
            return
        self.dismiss()
        self._save(filled)

    async def action_leave(self) -> None:
        await typed_before(self)
        filled = self.filled()
        self.dismiss()
        self._leave(self._filled if filled == self._given else filled)
