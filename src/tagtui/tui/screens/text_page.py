"""A page of text above the panes: the help, and what could not be copied and is to be selected by hand."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from tagtui.tui.actions import ACTIONS, ANYWHERE, GROUPS, ROWS, keys_of
from tagtui.tui.widgets.cells import Run, crop_runs
from tagtui.tui.widgets.row_list import RowList

LEGEND = (
    ("●", "unread"),
    ("◆", "private"),
    ("+ −", "a tag picked, a tag excluded"),
    ("=12", "a tag that all have: it cannot narrow"),
)
QUERY_HELP = (
    ("word", "in title, annotation, URL or tags, whatever its case and accents"),
    ('"two words"', "just these words"),
    ("#kafka", "has the tag, or one under it (kafka/streams)"),
    ("#queue*", "has a tag that begins so"),
    ("-#storm", "has not; - goes before anything"),
    ("(#aws or #gcp)", "has one of them"),
    ("site:acm.org", "on that site or below it"),
    ("by:jm", "saved by jm"),
    ("since:2015-03", "added then or later; before:2016"),
    ("is:unread", "or read, private, public, untagged"),
)


def help_lines(where: str, keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the help as pairs: a heading with ``""``, or keys and what they do; pane ``where`` comes first."""
    groups = [where, *(group for group in GROUPS if group not in (where, ROWS, ANYWHERE)), ANYWHERE, ROWS]
    lines: list[tuple[str, str]] = []
    for group in dict.fromkeys(groups):
        lines.append((GROUPS[group], ""))
        lines += [
            (" ".join(keys_of(action, keymap)) or "palette", action.help) for action in ACTIONS if action.where == group
        ]
    return [*lines, ("The query (/)", ""), *QUERY_HELP, ("What the marks mean", ""), *LEGEND]


class _HelpRows(RowList):
    DEFAULT_CSS = """
    _HelpRows { & .rows--cursor { text-style: bold; } }
    """

    def __init__(self, lines: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._lines = lines
        self._key_width = max(cell_len(keys) for keys, text in lines if text) + 2

    def on_mount(self) -> None:
        self.show(len(self._lines), 0)

    def draw_row(self, row: int, width: int) -> list[list[Segment]]:
        keys, text = self._lines[row]
        if not text:
            return [crop_runs([Run(keys, Style(bold=True, underline=True))], width)]
        gap = " " * (min(self._key_width, width // 2) - cell_len(keys))
        return [crop_runs([Run(f" {keys}{gap} ", Style(bold=True)), Run(text, Style())], width)]


class _Page(ModalScreen[None]):
    """A framed page; escape or q closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark", "dismiss", "close", show=False)]
    DEFAULT_CSS = """
    _Page {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 90%;
            max-width: 92;
            height: 90%;
            border: round $accent;
            border-title-style: bold;
            background: $surface;
        }
    }
    _Page.-narrow > Vertical { width: 100%; height: 100%; }
    """


class HelpPage(_Page):
    """All keys, those of the pane first, the query's words, and the marks."""

    def __init__(self, where: str, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._lines = help_lines(where, keymap)

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = "Help"
            frame.border_subtitle = "esc closes"
            yield _HelpRows(self._lines)


class SelectPage(_Page):
    """Text that no clipboard would take, to be selected with the mouse."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__()
        self._text = text
        self._reason = reason

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = "Not copied: select it here"
            frame.border_subtitle = "esc closes"
            area = TextArea(self._text, read_only=True, soft_wrap=True, show_line_numbers=False, compact=True)
            area.tooltip = None
            yield area

    def on_mount(self) -> None:
        self.query_one(TextArea).select_all()
        self.notify(self._reason, severity="warning", markup=False)
