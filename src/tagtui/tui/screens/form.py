"""The form of a bookmark: to add one, to edit one, and to give one or many other tags."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Static, TextArea

from tagtui.core.bookmark import Bookmark, Draft, clean_tags, split_tags
from tagtui.core.suggest import complete, resolve, suggest
from tagtui.core.text import ago
from tagtui.core.url import clean_url, scheme
from tagtui.tui.widgets.line_input import LineInput
from tagtui.tui.widgets.tag_choices import Choice, TagChoices

if TYPE_CHECKING:
    from tagtui.core.library import Library


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form."""

    url: str = ""
    title: str = ""
    tags: str = ""
    annotation: str = ""
    private: bool = False
    unread: bool = False

    @classmethod
    def of(cls, bookmark: Bookmark) -> Filled:
        """Return the form of ``bookmark``."""
        return cls(
            bookmark.url,
            bookmark.title,
            " ".join(bookmark.tags),
            bookmark.annotation,
            bookmark.private,
            bookmark.unread,
        )

    def draft(self) -> Draft:
        """Return the draft of a new bookmark."""
        return Draft(
            self.url,
            title=self.title,
            annotation=self.annotation,
            tags=split_tags(self.tags),
            private=self.private,
            unread=self.unread,
        )


class _Flag(Checkbox):
    """A checkbox that shows its state by a sign, and not by the colour of one."""

    @property
    def BUTTON_INNER(self) -> str:  # type: ignore[override]  # noqa: N802  -- Textual's name, and a constant there
        return "✓" if self.value else "·"


class BookmarkForm(ModalScreen[None]):
    """``save`` is called with what stands in the form when the person saves it, ``leave`` when not.

    ``edited`` is the id of the bookmark that is edited, if one is.  With ``tags_only`` it is the tags of ``title``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        # With priority, or what is typed at once behind them would still go to the field before.
        Binding("tab", "next_field", show=False, priority=True),
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
            border: heavy $accent;
            border-title-style: bold;
            background: $surface;
            padding: 0 1;
        }
        & Horizontal { height: 1; }
        & .label { width: 12; color: $text-muted; }
        & Input { width: 1fr; border: none; height: 1; padding: 0; background: $panel; }
        & .note { height: auto; max-height: 2; padding-left: 12; color: $text-muted; }
        & .note.-error { color: $text-error; text-style: bold; }
        & TagChoices { margin-left: 12; }
        & TextArea { height: 8; min-height: 2; border: none; padding: 0; background: $panel; }
        & .toggle--button { color: $text; background: $panel; text-style: bold; }
        & Checkbox { border: none; padding: 0; margin-right: 3; background: $surface; height: 1; }
    }
    BookmarkForm.-narrow > Vertical { width: 100%; padding: 0; }
    BookmarkForm.-short TextArea { height: 2; }
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
    ) -> None:
        super().__init__()
        self._title = title
        self._library = library
        self._filled = filled
        self._clock = clock
        self._save = save
        self._leave = leave
        self._edited = edited
        self._tags_only = tags_only

    def compose(self) -> ComposeResult:
        filled = self._filled
        with Vertical() as frame:
            frame.border_title = self._title
            frame.border_subtitle = "ctrl+s save · esc leave"
            if not self._tags_only:
                yield from self._line("URL", filled.url, "url", "https://…")
                yield Static("", classes="note", id="known", markup=False)
                yield from self._line("Title", filled.title, "title", "")
            hint = "+tag adds, -tag takes away; without signs: all the tags" if self._tags_only else "kafka ops"
            yield from self._line("Tags", filled.tags, "tags", hint)
            yield TagChoices()
            if not self._tags_only:
                area = TextArea(
                    filled.annotation,
                    soft_wrap=True,
                    show_line_numbers=False,
                    compact=True,
                    placeholder="annotation",
                    id="annotation",
                )
                area.cursor_blink = False
                yield area
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
        self.query_one(f"#{first}", Input).focus()
        self._look_again()

    def filled(self) -> Filled:
        """Return what stands in the form now."""
        tags = self.query_one("#tags", Input).value
        if self._tags_only:
            return Filled(tags=tags)
        return Filled(
            clean_url(self.query_one("#url", Input).value),
            self.query_one("#title", Input).value,
            tags,
            self.query_one(TextArea).text,
            self.query_one("#private", Checkbox).value,
            self.query_one("#unread", Checkbox).value,
        )

    # --- while it is filled in

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _look_again(self) -> None:
        if not self._tags_only:
            self._note(self._known(self.filled().url))
        self._offer()

    def _note(self, text: str, *, is_error: bool = False) -> None:
        note = self.query_one("#known", Static)
        note.update(text)
        note.display = bool(text)
        note.set_class(is_error, "-error")

    def _known(self, url: str) -> str:
        """Return what is to be said of ``url``: when the page was saved, if it was."""
        id = self._library.find(url) if scheme(url) else None
        bookmark = self._library.bookmarks.get(id) if id is not None else None
        if bookmark is None or id == self._edited:
            return ""
        tags = f" ({' '.join(bookmark.tags)})" if bookmark.tags else ""
        what = "saving adds to it" if self._edited is None else "two bookmarks of one page"
        return f"here since {ago(bookmark.added, self._clock())}{tags}: {what}"

    def _offer(self) -> None:
        """Offer completions of the tag that is being typed or, where none is, tags that may fit."""
        *entered, typed = self._split()
        sign, typed = self._without_sign(typed)
        if typed:
            found = [Choice(sign + c.tag, f"{c.count:,}") for c in complete(self._library, typed, entered)]
            note = resolve(self._library, typed)
            remark = "" if note.is_known else f"new, or {note.meant}?" if note.meant else "new"
            self.query_one(TagChoices).offer(found, remark)
            return
        filled = self.filled()
        draft = Draft(filled.url, title=filled.title, annotation=filled.annotation, tags=clean_tags(entered))
        offered = [] if self._tags_only and not entered else suggest(self._library, draft, 9)
        self.query_one(TagChoices).offer([Choice(found.tag, found.reason) for found in offered])

    def _split(self) -> list[str]:
        """Return the tags entered, and at the end the one that is being typed, ``""`` if none is."""
        text = self.query_one("#tags", Input).value.replace(",", " ")
        *entered, typed = text.split(" ") if text else [""]
        return [*filter(None, entered), typed]

    def _without_sign(self, typed: str) -> tuple[str, str]:
        if self._tags_only and typed[:1] in ("+", "-"):
            return typed[:1], typed[1:]
        return "", typed

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Leave ``down`` to the other fields."""
        return action != "go_to_choices" or self.query_one("#tags", Input).has_focus

    async def action_go_to_choices(self) -> None:
        await self._typed_before()
        self.set_focus(self.query_one(TagChoices))

    async def _typed_before(self) -> None:
        """Wait until the field has all that was typed before this key, which came straight to the form."""
        if self.focused is not None:
            done = asyncio.Event()
            self.focused.call_later(done.set)
            await done.wait()

    async def action_next_field(self) -> None:
        """Complete the tag that is being typed or, where none is, go to the next field."""
        await self._typed_before()
        typed = self._split()[-1]
        first = self.query_one(TagChoices).tag_at(1)
        if self.query_one("#tags", Input).has_focus and typed and first not in ("", typed):
            self._take(first)
        else:
            self._step(1)

    async def action_previous_field(self) -> None:
        await self._typed_before()
        self._step(-1)

    def _step(self, step: int) -> None:
        fields = [*self.query("Input, TextArea, Checkbox").results(Widget)]
        at = fields.index(self.focused) if self.focused in fields else fields.index(self.query_one("#tags"))
        self.set_focus(fields[(at + step) % len(fields)])

    @on(TagChoices.Chosen)
    def _chosen(self, event: TagChoices.Chosen) -> None:
        self._take(event.tag)

    def _take(self, tag: str) -> None:
        """Put ``tag`` where one is being typed."""
        *entered, _ = self._split()
        tags = self.query_one("#tags", Input)
        tags.value = " ".join([*entered, tag]) + " "
        tags.cursor_position = len(tags.value)
        self.set_focus(tags)

    # --- at the end

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._save_filled()

    async def action_save(self) -> None:
        await self._typed_before()
        self._save_filled()

    def _save_filled(self) -> None:
        filled = self.filled()
        if not self._tags_only and not scheme(filled.url):
            self._note("no URL yet: it needs a scheme, as in https://…", is_error=True)
            self.query_one("#url", Input).focus()
            return
        self.dismiss()
        self._save(filled)

    async def action_leave(self) -> None:
        await self._typed_before()
        filled = self.filled()
        self.dismiss()
        self._leave(filled)
