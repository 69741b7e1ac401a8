"""A page of text above the panes: the help, and what could not be copied and is to be selected by hand."""

from collections.abc import Iterator, Mapping, Sequence
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
from tagtui.tui.widgets.cells import Run, crop_runs, wrap
from tagtui.tui.widgets.row_list import RowList

LEGEND = (
    ("●", "unread"),
    ("◆", "private"),
    ("+ −", "a tag picked, a tag excluded"),
    ("|", "a tag of an any-of group"),
    ("=12", "a tag that all have: it cannot narrow"),
)
SETTINGS_HELP = (("settings.toml", 'under [keys], sort = "s,F6" gives an action other keys, and sort = "" none'),)
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


_ROOM_FOR_TWO = 60  # cells, from which on keys and help have a column each
_INDENT = 7  # cells, in what is narrower


def help_lines(where: str, keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the help as pairs: a heading with ``""``, or keys and what they do.

    What is to be known first comes first: the keys of pane ``where``, how to move, the marks and the query.
    """

    def keys(group: str) -> list[tuple[str, str]]:
        rows = [(keys_of(action, keymap), action) for action in ACTIONS if action.where == group]
        return [(GROUPS[group], ""), *((" ".join(keys) or "palette", action.help) for keys, action in rows)]

    others = (group for group in GROUPS if group not in (where, ROWS, ANYWHERE))
    return [
        *keys(where),
        *keys(ROWS),
        ("What the marks mean", ""),
        *LEGEND,
        *keys(ANYWHERE),
        ("The query (/)", ""),
        *QUERY_HELP,
        *(line for group in others for line in keys(group)),
        ("Settings", ""),
        *SETTINGS_HELP,
    ]


def _laid_out(pairs: Sequence[tuple[str, str]], width: int) -> Iterator[list[Run]]:
    """Yield ``pairs`` as lines of ``width`` cells: the help beside the keys or, where that does not fit, below."""
    is_wide = width >= _ROOM_FOR_TWO
    column = max(cell_len(keys) for keys, text in pairs if text) + 3 if is_wide else _INDENT
    bold = Style(bold=True)
    for number, (keys, text) in enumerate(pairs):
        if not text:
            yield from [[]] * (number > 0)
            yield [Run(keys, Style(bold=True, underline=True))]
            continue
        beside = max(column, cell_len(keys) + 3)
        lines = [text[start:end] for start, end in wrap(text, width - column)]
        if beside == column or beside + cell_len(text) <= width:
            yield [Run(f" {keys}".ljust(beside), bold), Run(lines.pop(0), Style())]
        else:
            yield [Run(f" {keys}", bold)]
        yield from ([Run(" " * column + line, Style())] for line in lines)


class _HelpRows(RowList):
    DEFAULT_CSS = """
    _HelpRows { & .rows--cursor { text-style: bold; } }
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._pairs = pairs
        self._lines: list[list[Run]] = []

    def resized(self) -> None:
        self._lines = list(_laid_out(self._pairs, self.line_width - 1))
        self.show(len(self._lines), self.cursor)

    def draw_row(self, row: int, width: int) -> list[list[Segment]]:
        return [crop_runs(self._lines[row], width)]


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
            frame.border_subtitle = "j k scroll · esc closes"
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
