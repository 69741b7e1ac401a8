"""The registry of actions: bindings, palette, help, footer and the README's key table are all made from it.

An action's ``id`` is the name of the Textual action that carries it out, on the widget or screen that its ``where``
names, and the name under which the settings can give it other keys.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from tagtui.errors import SettingsError

ROWS, TAGS, BOOKMARKS, DETAIL, ANYWHERE = "rows", "tags", "bookmarks", "detail", "anywhere"

GROUPS: Mapping[str, str] = {
    TAGS: "In the tags",
    BOOKMARKS: "In the bookmarks",
    DETAIL: "In the annotation",
    ROWS: "Moving",
    ANYWHERE: "Anywhere",
}


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do.  ``keys`` are Textual's names, separated by commas; ``rank`` orders the footer."""

    id: str
    keys: str
    label: str
    help: str
    where: str = ANYWHERE
    rank: int = 0  # 0: not in the footer


ACTIONS: tuple[Action, ...] = (
    Action("pick", "enter,space", "pick", "Pick the tag; again: drop it", TAGS, 1),
    Action("exclude", "minus", "exclude", "Leave out the bookmarks that have the tag", TAGS, 2),
    Action("alternative", "vertical_line", "or", "Let it be this tag or the last picked one", TAGS, 3),
    Action("only", "equals_sign", "only", "Pick this tag and drop everything else", TAGS, 4),
    Action("open", "enter", "open", "Open the page in the browser", BOOKMARKS, 1),
    Action("pick_here", "enter,space", "pick tag", "Pick the marked tag of this bookmark; again: drop it", DETAIL, 1),
    Action("exclude_here", "minus", "exclude tag", "Leave out the bookmarks that have the marked tag", DETAIL),
    Action("next_tag", "right", "next tag", "Mark the next tag of this bookmark", DETAIL, 2),
    Action("previous_tag", "left", "previous tag", "Mark the previous tag of this bookmark", DETAIL),
    Action("cursor_down", "j,down", "down", "Move down", ROWS),
    Action("cursor_up", "k,up", "up", "Move up", ROWS),
    Action("first", "g,home", "first", "Go to the first", ROWS),
    Action("last", "G,end", "last", "Go to the last", ROWS),
    Action("half_page_down", "ctrl+d", "half a page down", "Move down half a page", ROWS),
    Action("half_page_up", "ctrl+u", "half a page up", "Move up half a page", ROWS),
    Action("page_down", "pagedown", "page down", "Move down a page", ROWS),
    Action("page_up", "pageup", "page up", "Move up a page", ROWS),
    Action("next_pane", "tab,l", "next pane", "Go to the next pane", rank=20),
    Action("previous_pane", "shift+tab,h", "previous pane", "Go to the previous pane"),
    Action("tags_pane", "1,t", "tags", "Go to the tags"),
    Action("bookmarks_pane", "2", "bookmarks", "Go to the bookmarks"),
    Action("detail_pane", "3", "annotation", "Go to the annotation"),
    Action("drop_last", "backspace", "drop last", "Drop the last pick", rank=9),
    Action("step_out", "escape", "step out", "Go one step out: close, leave the filter, drop the last pick"),
    Action("clear", "0", "clear all", "Drop all picks: the whole library", rank=10),
    Action("filter_tags", "f", "filter tags", "Filter the tags by a part of their name", rank=8),
    Action("search", "slash", "search", "Edit the query: words, #tags, site:, by:, since:, before:, is:", rank=7),
    Action("copy_url", "y", "copy URL", "Copy the URL to the clipboard", rank=5),
    Action("open_url", "o", "open", "Open the page in the browser"),
    Action("next_match", "n", "next match", "Go to the next match in the annotation"),
    Action("previous_match", "N", "previous match", "Go to the previous match in the annotation"),
    Action("sort", "s", "sort", "Choose the order of bookmarks and of tags", rank=11),
    Action("density", "z", "density", "Show a bookmark on one line, on three, or with its annotation", rank=12),
    Action("palette", "ctrl+p", "palette", "Find any action by its name", rank=21),
    Action("help", "question_mark", "help", "Show the keys", rank=6),
    Action("theme", "", "theme", "Choose the colours"),
    Action("reload", "f5", "reload", "Read the library file again"),
    Action("quit", "q", "quit", "Leave tagtui", rank=22),
)

_SHOWN = {
    "minus": "-",
    "vertical_line": "|",
    "equals_sign": "=",
    "slash": "/",
    "question_mark": "?",
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "f5": "F5",
}


_KEPT = frozenset({"ctrl+c", "ctrl+q"})
_NAMED_KEYS = frozenset({*(key.value for key in Keys), *_SHOWN, "space"})


def bindings(where: str) -> list[BindingType]:
    """Return the bindings of the actions that belong to ``where``; the settings can replace them by their id."""
    return [
        Binding(action.keys or f"<{action.id}>", action.id, action.label, id=action.id, show=False)
        for action in ACTIONS
        if action.where == where
    ]


def keys_of(action: Action, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of ``action`` as they are written for people, such as ``j`` and ``↓``."""
    keys = keymap.get(action.id, action.keys)
    return tuple(_SHOWN.get(key, key) for key in keys.split(",") if key)


def checked_keymap(keys: Mapping[str, str]) -> dict[str, str]:
    """Return the settings' keys as a keymap.

    Raises SettingsError for an action that does not exist, a key that is not one, and a key that two actions would
    have in the same place.
    """
    known = {action.id for action in ACTIONS}
    keymap: dict[str, str] = {}
    for id, text in keys.items():
        if id not in known:
            raise SettingsError(
                f'settings, [keys]: there is no action "{id}"; those known are {", ".join(sorted(known))}'
            )
        names = [_key_name(id, key.strip()) for key in text.split(",")]
        keymap[id] = ",".join(names)
    _refuse_clashes(keymap)
    return keymap


def _key_name(id: str, key: str) -> str:
    """Return Textual's name of ``key``, which may be given as people write it: ``?``, ``esc``, ``ctrl+d``."""
    by_sign = {sign: name for name, sign in _SHOWN.items()}
    *modifiers, last = key.split("+") if key not in ("", "+") else (key,)
    last = by_sign.get(last, last)
    if len(last) == 1 and not last.isalnum() and last.isprintable() and last != " ":
        name = unicodedata.name(last, "").lower().replace("-", "_").replace(" ", "_")
        last = KEY_NAME_REPLACEMENTS.get(name, name)
    elif len(last) != 1 and last not in _NAMED_KEYS:
        last = ""
    if not last or not {"ctrl", "shift", "alt"}.issuperset(modifiers):
        raise SettingsError(f'settings, [keys]: "{key}", given for {id}, is not the name of a key')
    name = "+".join((*modifiers, last))
    if name in _KEPT:
        raise SettingsError(f'settings, [keys]: "{key}", given for {id}, always leaves or says how to leave')
    return name


def _refuse_clashes(keymap: Mapping[str, str]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for action in ACTIONS:
        for key in filter(None, keymap.get(action.id, action.keys).split(",")):
            for where in _reach(action.where):
                other = taken.setdefault((where, key), action.id)
                if other != action.id:
                    raise SettingsError(f'settings, [keys]: "{key}" would be both {other} and {action.id}')


def _reach(where: str) -> tuple[str, ...]:
    """Return the panes in which a key of ``where`` counts."""
    if where in (ROWS, ANYWHERE):
        return (TAGS, BOOKMARKS, DETAIL)
    return (where,)


def key_table() -> str:
    """Return the actions as the README's Markdown tables."""
    lines = []
    for where, title in GROUPS.items():
        lines += [f"**{title}**", "", "| keys | what it does | name |", "| --- | --- | --- |"]
        for action in ACTIONS:
            if action.where == where:
                keys = " ".join(f"`{key}`" for key in keys_of(action, {})).replace("|", "\\|")
                lines.append(f"| {keys or 'palette'} | {action.help} | `{action.id}` |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(key_table())
