"""The tag pane: the picks on top, then the related tags of what is left, with their counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from tagtui.core.bookmark import tag_key
from tagtui.core.order import TagOrder
from tagtui.core.query import AnyOf, Not, Query, Tag, Term, format_term
from tagtui.core.text import find_folded, fold
from tagtui.tui.actions import bindings
from tagtui.tui.messages import TagAlternative, TagExcluded, TagOnly, TagPicked, TermDropped
from tagtui.tui.widgets.cells import Run, highlighted, spread
from tagtui.tui.widgets.line_input import LineInput
from tagtui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from tagtui.core.view import View

PICKED, EXCLUDED, ALTERNATIVE, CONDITION = "+", "−", "|", "·"


@dataclass(frozen=True, slots=True)
class Standing:
    """A part of the query as a row: its mark, its name, and the tag's key if it is a tag."""

    mark: str
    name: str
    term: Term
    tag: str = ""
    key: str = ""


def standings(query: Query) -> list[Standing]:
    """Return the query's parts as they stand above the related tags: a row for each tag and each other term."""
    rows = []
    for term in query.terms:
        inner = term.term if isinstance(term, Not) else term
        tags = inner.tags if isinstance(inner, AnyOf) else (inner,) if isinstance(inner, Tag) else ()
        mark = EXCLUDED if isinstance(term, Not) else ALTERNATIVE if isinstance(inner, AnyOf) else PICKED
        rows += [Standing(mark, tag.name + "*" * tag.prefix, term, tag.name, tag_key(tag.name)) for tag in tags]
        if not tags:
            rows.append(Standing(CONDITION, format_term(term), term))
    return rows


class TagRows(RowList):
    """The rows of the tag pane."""

    BINDINGS = bindings("tags")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tags--picked", "tags--excluded", "tags--count"}
    DEFAULT_CSS = """
    TagRows {
        & .tags--picked { color: $text-success; text-style: bold; }
        & .tags--excluded { color: $text-error; text-style: bold; }
        & .tags--count { color: $text-muted; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: View | None = None
        self._standing: list[Standing] = []
        self._keys: list[str] = []
        self._needle = ""
        self._asked: tuple[Query, TagOrder] | None = None

    def show_view(self, view: View, order: TagOrder, needle: str) -> None:
        """Show the tags of ``view`` that hold ``needle``; the cursor stays on its tag if that is still there.

        Another query, or another order, is shown from its top on; a tag that is out of sight there loses the cursor to
        the first related one.
        """
        key, was = self.key, self.cursor
        is_other = self._asked is not None and self._asked != (view.query, order)
        self._asked = (view.query, order)
        self._view, self._needle = view, fold(needle)
        self._standing = [] if needle else standings(view.query)
        self._keys = view.related(order, view.query.picked)
        if needle:
            self._keys = [key for key in self._keys if self._needle in fold(view.names[key])]
        count, place = len(self._standing) + len(self._keys), self._place(key, was)
        if is_other and place >= self.room.height > 0:
            place = len(self._standing)
        self.show(count, place, 0 if is_other else None)

    def _place(self, key: str, was: int) -> int:
        if not key:
            return was
        for row, standing in enumerate(self._standing):
            if standing.key == key:
                return row
        if key in self._keys:
            return len(self._standing) + self._keys.index(key)
        return min(was, len(self._standing))

    @property
    def key(self) -> str:
        """The key of the tag under the cursor, or ``""``."""
        if not self.count:
            return ""
        if self.cursor < len(self._standing):
            return self._standing[self.cursor].key
        return self._keys[self.cursor - len(self._standing)]

    @property
    def tag(self) -> str:
        """The tag under the cursor as it is spelled, or ``""``."""
        if not self.count or self._view is None:
            return ""
        if self.cursor < len(self._standing):
            return self._standing[self.cursor].tag
        return self._view.names[self.key]

    @property
    def related_count(self) -> int:
        """How many related tags are listed."""
        return len(self._keys)

    def draw_row(self, row: int, width: int) -> list[list[Segment]]:
        if self._view is None:
            return []
        if row < len(self._standing):
            return [self._draw_standing(self._standing[row], width)]
        key = self._keys[row - len(self._standing)]
        name, count = self._view.names[key], self._view.counts[key]
        narrows = self._view.narrows(key)
        plain = Style() if narrows else self.look("rows--dim")
        places = find_folded(name, (self._needle,)) if self._needle else []
        label = highlighted(name, places, plain, self.look("rows--match"))
        number = f"{count:,}" if narrows else f"={count:,}"
        return [spread([Run("  ", plain), *label], [Run(number, self.look("tags--count"))], width, plain)]

    def _draw_standing(self, standing: Standing, width: int) -> list[Segment]:
        style = self.look("tags--excluded" if standing.mark == EXCLUDED else "tags--picked")
        count = self._view.counts.get(standing.key) if self._view else None
        right = [Run(f"{count:,}", self.look("tags--count"))] if count and standing.mark != EXCLUDED else []
        return spread([Run(f"{standing.mark} ", style), Run(standing.name, style)], right, width, style)

    def activated(self, row: int, *, double: bool) -> None:
        if not double:
            self.action_pick()

    def action_pick(self) -> None:
        if self.tag:
            self.post_message(TagPicked(self.tag))
        elif self.cursor < len(self._standing):
            self.post_message(TermDropped(self._standing[self.cursor].term))

    def action_exclude(self) -> None:
        if self.tag:
            self.post_message(TagExcluded(self.tag))

    def action_alternative(self) -> None:
        if self.tag:
            self.post_message(TagAlternative(self.tag))

    def action_only(self) -> None:
        if self.tag:
            self.post_message(TagOnly(self.tag))


class TagPane(Vertical):
    """The tag rows with their filter box."""

    BINDINGS: ClassVar[list[BindingType]] = [  # while the cursor is in the box
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
    ]
    DEFAULT_CSS = """
    TagPane {
        & #tag-filter { display: none; height: 1; border: none; padding: 0 1; background: $boost; }
        &.-filtering #tag-filter { display: block; }
        & TagRows { height: 1fr; }
    }
    """

    class FilterChanged(Message):
        """The filter box holds another text."""

    def compose(self) -> ComposeResult:
        yield LineInput(placeholder="part of a tag", id="tag-filter")
        yield TagRows(id="tags")

    @property
    def rows(self) -> TagRows:
        """The list."""
        return self.query_one(TagRows)

    @property
    def filter(self) -> Input:
        """The filter box."""
        return self.query_one(Input)

    @property
    def needle(self) -> str:
        """What the filter box holds."""
        return self.filter.value.strip()

    def open_filter(self) -> None:
        """Show the filter box and put the cursor into it."""
        self.add_class("-filtering")
        self.filter.focus()

    def close_filter(self) -> None:
        """Empty and hide the filter box; the cursor goes to the rows if it was in the box."""
        had_focus = self.filter.has_focus
        self.filter.value = ""
        self.remove_class("-filtering")
        if had_focus:
            self.rows.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Leave the keys that move to the rows, which may have others, unless the cursor is in the box."""
        return action != "move" or self.filter.has_focus

    async def action_move(self, action: str) -> None:
        await self.rows.run_action(action)

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.rows.cursor = 0
        self.post_message(self.FilterChanged())

    @on(Input.Submitted)
    def _pick_first(self, event: Input.Submitted) -> None:
        event.stop()
        if self.rows.tag:  # posted from here: a message does not bubble past the widget in whose handler it was made
            self.post_message(TagPicked(self.rows.tag))
        self.close_filter()
