"""The field of a bookmark's tags: a line to type them in, and below it completions, or tags that may fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tagtui.core.bookmark import Draft, clean_tags
from tagtui.core.suggest import complete, resolve, suggest
from tagtui.tui.widgets.line_input import LineInput
from tagtui.tui.widgets.tag_choices import Choice, TagChoices

if TYPE_CHECKING:
    from tagtui.core.library import Library

_SIGNS = ("+", "-")


class TagField(Vertical):
    """Tags of ``library``.

    Where the field ``takes_signs``, a tag may have a sign before it, and none are suggested until one is entered.
    """

    DEFAULT_CSS = """
    TagField {
        height: 2;
        & TagChoices { margin-left: 12; }
    }
    """

    def __init__(self, library: Library, value: str, *, placeholder: str, takes_signs: bool) -> None:
        super().__init__()
        self._library = library
        self._takes_signs = takes_signs
        self.line = LineInput(placeholder=placeholder, id="tags")
        self.line.value = value
        self.choices = TagChoices()

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("Tags", classes="label")
            yield self.line
        yield self.choices

    def offer(self, draft: Draft) -> None:
        """Offer completions of the tag that is being typed or, where none is, tags that may fit ``draft``."""
        *entered, typed = self._split()
        sign, typed = self._without_sign(typed)
        if typed:
            found = [Choice(sign + c.tag, f"{c.count:,}") for c in complete(self._library, typed, entered)]
            note = resolve(self._library, typed)
            remark = "" if note.is_known else f"new, or {note.meant}?" if note.meant else "new"
            self.choices.offer(found, remark)
            return
        tagged = Draft(draft.url, title=draft.title, annotation=draft.annotation, tags=clean_tags(entered))
        offered = [] if self._takes_signs and not entered else suggest(self._library, tagged, 9)
        self.choices.offer([Choice(found.tag, found.reason) for found in offered])

    def _split(self) -> list[str]:
        """Return the tags entered, and at the end the one that is being typed, ``""`` if none is."""
        text = self.line.value.replace(",", " ")
        *entered, typed = text.split(" ") if text else [""]
        return [*filter(None, entered), typed]

    def _without_sign(self, typed: str) -> tuple[str, str]:
        has_sign = self._takes_signs and typed.startswith(_SIGNS)
        return (typed[:1], typed[1:]) if has_sign else ("", typed)

    def complete(self) -> bool:
        """Complete the tag that is being typed; tell whether one is, and it was not complete yet."""
        typed, first = self._split()[-1], self.choices.tag_at(1)
        if not (self.line.has_focus and typed) or first in ("", typed):
            return False
        self._take(first)
        return True

    @on(TagChoices.Chosen)
    def _chosen(self, event: TagChoices.Chosen) -> None:
        event.stop()
        self._take(event.tag)

    def _take(self, tag: str) -> None:
        """Put ``tag`` where one is being typed."""
        *entered, _ = self._split()
        self.line.value = " ".join([*entered, tag]) + " "
        self.line.cursor_position = len(self.line.value)
        self.screen.set_focus(self.line)
