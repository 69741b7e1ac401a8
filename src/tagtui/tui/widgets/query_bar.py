"""The query bar: the query as text, read at every keystroke; what cannot be read is marked, with the reason below."""

from collections.abc import Callable

from rich.highlighter import Highlighter
from rich.text import Text as RichText
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tagtui.core.query import Problem, Query, Tag, format_query, parse, typed_so_far
from tagtui.tui.messages import QueryBarClosed, QueryTyped
from tagtui.tui.widgets.line_input import LineInput


class _Marker(Highlighter):
    """Underlines and reverses the parts of the input that are not used."""

    def __init__(self) -> None:
        self.problems: tuple[Problem, ...] = ()

    def highlight(self, text: RichText) -> None:
        for problem in self.problems:
            text.stylize("underline reverse", problem.start, problem.end)


class QueryBar(Vertical):
    """An input with a line of its own for problems; hidden until the person asks for it."""

    DEFAULT_CSS = """
    QueryBar {
        display: none;
        height: auto;
        background: $boost;
        padding: 0 1;
        &.-open { display: block; }
        & Input { height: 1; border: none; padding: 0; background: $boost; }
        & #problem { height: auto; max-height: 2; color: $text-error; display: none; }
        & #problem.-shown { display: block; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marker = _Marker()
        self._before = Query()
        self._exists: Callable[[Tag], bool] = bool
        self._read = parse("")
        self._ignored: str | None = None  # the text that was put in, whose change is no typing

    def compose(self) -> ComposeResult:
        text = LineInput(
            placeholder="words, #tag, -#tag, (#a or #b), site:, by:, since:, before:, is:unread", id="query"
        )
        text.highlighter = self._marker
        yield text
        yield Static(id="problem", markup=False)

    @property
    def _input(self) -> Input:
        return self.query_one("#query", Input)

    @property
    def is_open(self) -> bool:
        """Whether the bar is on the screen."""
        return self.has_class("-open")

    def open(self, query: Query, exists: Callable[[Tag], bool]) -> None:
        """Show the bar with ``query`` in it, ready to go on typing; ``exists`` tells whether any bookmark has a tag."""
        self._before, self._exists = query, exists
        self.add_class("-open")
        self.show_query(query)
        self._input.focus()

    def show_query(self, query: Query) -> None:
        """Show ``query``, which was changed elsewhere."""
        text = format_query(query)
        shown = text + " " if text else ""
        self._ignored = None if shown == self._input.value else shown
        self._input.value = shown
        self._input.cursor_position = len(shown)
        self._read_text(shown)

    def close(self) -> Query:
        """Hide the bar; return what its text comes to."""
        self.remove_class("-open")
        return self._read.query

    def cancel(self) -> Query:
        """Hide the bar; return the query as it was before."""
        self.remove_class("-open")
        return self._before

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if not self.is_open or event.value == self._ignored:
            return
        self._ignored = None
        self._read_text(event.value)
        self.post_message(QueryTyped(self._read.query))  # while the screen is busy, the latest replaces the others

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(QueryBarClosed(self.close()))

    def _read_text(self, text: str) -> None:
        self._read = typed_so_far(parse(text), self._exists)
        self._marker.problems = self._read.problems
        line = self.query_one("#problem", Static)
        line.set_class(bool(self._read.problems), "-shown")
        if self._read.problems:
            problem = self._read.problems[0]
            unused = text[problem.start : problem.end]
            told = problem.reason if unused in problem.reason else f"{problem.reason}; not used: {unused}"
            line.update(Content(told))
        self._input.refresh()
