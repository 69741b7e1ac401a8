"""Ask for a file: type its path with completion, or choose one of those offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tagtui.core.text import clean_line
from tagtui.tui.host.paths import completions
from tagtui.tui.typed_ahead import typed_before
from tagtui.tui.widgets.line_input import LineInput
from tagtui.tui.widgets.option_rows import Option, OptionRows

_LISTED = 200  # files; nobody goes through more of them, but types on


class PathPrompt(ModalScreen[None]):
    """Asks for a file.

    ``then`` is called with the path as it was typed or chosen; nobody is told when the person leaves.

    ``offered`` are paths that are proposed while nothing is typed, each with what it is; ``refusal`` says why a path
    will not do, ``""`` if it will, and ``none`` is what stands there where no file begins as what is typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False, priority=True),
        Binding("down,ctrl+n", "move('cursor_down')", show=False, priority=True),
        Binding("up,ctrl+p", "move('cursor_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
        Binding("tab", "complete", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    PathPrompt {
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
        & Input { border: none; height: 1; padding: 0; background: $panel; }
        & OptionRows { max-height: 10; background: $surface; }
        & .note { display: none; height: auto; max-height: 2; color: $text-error; text-style: bold; }
    }
    PathPrompt.-narrow > Vertical { width: 100%; padding: 0; }
    PathPrompt.-short OptionRows { max-height: 5; }
    """

    def __init__(
        self,
        title: str,
        then: Callable[[str], None],
        *,
        text: str = "",
        offered: Sequence[Option] = (),
        refusal: Callable[[str], str] = lambda _: "",
        none: str = "A new file.",
    ) -> None:
        super().__init__()
        self._title = title
        self._then = then
        self._text = text
        self._offered = offered
        self._refusal = refusal
        self._none = none
        self._written = ("", "")
        self._listed_for = ""
        self._has_moved = False  # the cursor: what it is on then counts, and not what is typed

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = self._title
            frame.border_subtitle = "enter take · tab complete · ↓ ↑ choose · esc leave"
            line = LineInput(placeholder="a file, such as ~/Downloads/bookmarks.html", id="path")
            line.value = self._text
            yield line
            yield Static("", classes="note", id="problem", markup=False)
            yield OptionRows(can_focus=False)

    def on_mount(self) -> None:
        self._rows.vacant = (self._none,)
        line = self.query_one(Input)
        line.focus()
        line.cursor_position = len(line.value)
        self._list()

    @property
    def _rows(self) -> OptionRows:
        return self.query_one(OptionRows)

    @on(Input.Changed)
    def _typed(self) -> None:
        if self.query_one(Input).value != self._listed_for:
            self._list()

    def _list(self) -> None:
        text = self._listed_for = self.query_one(Input).value
        self._has_moved = False
        found = [Option(path, clean_line(_name(path))) for path in completions(text)][:_LISTED]
        self._rows.offer([*self._offered, *found] if not text else found)
        self._tell("")

    def _tell(self, text: str) -> None:
        line = self.query_one("#problem", Static)
        line.update(text)
        line.display = bool(text)

    @property
    def _under_cursor(self) -> str:
        rows = self._rows
        return rows.listed[rows.cursor].value if rows.count else ""

    async def _typed_before(self) -> None:
        await typed_before(self)
        self._typed()

    def offer(self, options: Sequence[Option]) -> None:
        """Propose ``options``, which were found since, while nothing is typed."""
        self._offered = options
        if self.is_mounted and not self.query_one(Input).value:
            self._list()

    async def action_move(self, action: str) -> None:
        await self._typed_before()
        self._has_moved = True
        await self._rows.run_action(action)

    async def action_complete(self) -> None:
        """Put into the line what all the rows begin with or, where that is nothing new, the row under the cursor."""
        await self._typed_before()
        text, paths = self.query_one(Input).value, [option.value for option in self._rows.listed]
        if not paths:
            return
        common = _common_beginning(paths)
        self._write(common if not self._has_moved and len(common) > len(text) else self._under_cursor)

    def _write(self, path: str) -> None:
        line = self.query_one(Input)
        line.value = path
        line.cursor_position = len(line.value)
        self._written = (line.value, path)  # the line may not show every sign that a name can have

    @on(OptionRows.Chosen)
    def _clicked(self) -> None:
        self._take(self._under_cursor)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        typed = self.query_one(Input).value
        shown, path = self._written
        typed = path if typed == shown else typed
        is_chosen = self._has_moved or (not typed and self._offered)
        self._take(self._under_cursor if is_chosen else typed)

    def _take(self, path: str) -> None:
        if path.endswith("/"):
            self._write(path)  # a folder: look into it
            return
        if reason := "type the path of a file" if not path.strip() else self._refusal(path):
            self._tell(reason)
            return
        self.dismiss()
        self._then(path)


def _name(path: str) -> str:
    """Return the last part of ``path``; that of a folder ends in a slash."""
    return path[path.rstrip("/").rfind("/") + 1 :]


def _common_beginning(paths: Sequence[str]) -> str:
    first, last = min(paths), max(paths)
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first if same is None else first[:same]
