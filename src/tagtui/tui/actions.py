"""The registry of actions: bindings, palette, help, footer and the README's key table are all made from it.

An action's ``id`` is the name of the Textual action that carries it out, on the widget or screen that its ``where``
names, and the name under which the settings can give it other keys.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

from tagtui.errors import SettingsError

ROWS, TAGS, BOOKMARKS, DETAIL, ANYWHERE = "rows", "tags", "bookmarks", "detail", "anywhere"
QUERY_BAR, TAG_FILTER, MENU = "query bar", "tag filter", "menu"

GROUPS: Mapping[str, str] = {
    TAGS: "In the tags",
    BOOKMARKS: "In the bookmarks",
    DETAIL: "In the annotation",
    ROWS: "Moving",
    ANYWHERE: "Anywhere",
}


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do.  ``keys`` are Textual's names, separated by commas.

    ``rank`` tells who comes first where the footer has not room for all.
    """

    id: str
    keys: str
    label: str
    help: str
    where: str = ANYWHERE
    rank: int = 0  # 0: not in the footer


ACTIONS: tuple[Action, ...] = (
    Action("pick", "enter,space", "pick", "Pick the tag; again: drop it", TAGS, 1),
    Action("exclude", "minus", "exclude", "Leave out the bookmarks that have the tag", TAGS, 6),
    Action("alternative", "vertical_line", "or", "Let it be this tag or the last picked one", TAGS, 10),
    Action("only", "equals_sign", "only", "Pick this tag and drop everything else", TAGS, 11),
    Action("open", "enter", "open", "Open the page in the browser", BOOKMARKS, 1),
    Action("edit", "e", "edit", "Edit the bookmark", BOOKMARKS, 18),
    Action("retag", "T", "retag", "Give the marked, or this one, other tags", BOOKMARKS, 19),
    Action("mark", "space", "mark", "Mark the bookmark, or take its mark away", BOOKMARKS, 6),
    Action("mark_range", "v", "mark range", "Mark all from the last one marked to here", BOOKMARKS),
    Action("mark_all", "asterisk", "mark all", "Mark all that are listed, or take their marks away", BOOKMARKS),
    Action("unread", "r", "unread", "Mark as unread or read: the marked, or this one", BOOKMARKS, 16),
    Action("private", "p", "private", "Make private or public: the marked, or this one", BOOKMARKS, 17),
    Action("delete", "d", "delete", "Delete the marked, or this one", BOOKMARKS, 10),
    Action("pick_here", "enter,space", "pick tag", "Pick the marked tag of this bookmark; again: drop it", DETAIL, 1),
    Action("exclude_here", "minus", "exclude tag", "Leave out the bookmarks that have the marked tag", DETAIL),
    Action("next_tag", "right", "next tag", "Mark the next tag of this bookmark", DETAIL, 6),
    Action("previous_tag", "left", "previous tag", "Mark the previous tag of this bookmark", DETAIL),
    Action("cursor_down", "j,down", "down", "Move down", ROWS),
    Action("cursor_up", "k,up", "up", "Move up", ROWS),
    Action("first", "g,home", "first", "Go to the first", ROWS),
    Action("last", "G,end", "last", "Go to the last", ROWS),
    Action("half_page_down", "ctrl+d", "half page down", "Move down half a page", ROWS),
    Action("half_page_up", "ctrl+u", "half page up", "Move up half a page", ROWS),
    Action("page_down", "pagedown", "page down", "Move down a page", ROWS),
    Action("page_up", "pageup", "page up", "Move up a page", ROWS),
    Action("next_pane", "tab,l", "pane", "Go to the next pane", rank=3),
    Action("previous_pane", "shift+tab,h", "previous pane", "Go to the previous pane"),
    Action("tags_pane", "1,t", "tags", "Go to the tags"),
    Action("bookmarks_pane", "2", "bookmarks", "Go to the bookmarks"),
    Action("detail_pane", "3", "annotation", "Go to the annotation"),
    Action("drop_last", "backspace", "drop last", "Drop the last pick", rank=14),
    Action("step_out", "escape", "step out", "Go one step out: close, leave the filter, drop the last pick"),
    Action("clear", "0", "clear all", "Drop all picks: the whole library", rank=15),
    Action("filter_tags", "f", "filter", "Filter the tags by a part of their name", rank=9),
    Action("search", "slash", "search", "Edit the query: words, #tags, site:, by:, since:, before:, is:", rank=4),
    Action("copy_url", "y", "copy URL", "Copy the URL to the clipboard", rank=7),
    Action("copy_as", "Y", "copy as", "Choose what to copy, of the marked, this one, or all that are listed"),
    Action("copy_to", "c", "copy to", "Copy the marked, or this one, to another library"),
    Action("open_url", "o", "open", "Open the page in the browser"),
    Action("next_match", "n", "next match", "Go to the next match in the annotation"),
    Action("previous_match", "N", "previous match", "Go to the previous match in the annotation"),
    Action("add", "a", "add", "Add a bookmark", rank=8),
    Action("undo", "u", "undo", "Take back the last change, whoever made it"),
    Action("redo", "ctrl+r", "redo", "Do again what was taken back"),
    Action("import", "I", "import", "Import a file, or the bookmarks of a browser"),
    Action("export", "E", "export", "Export the marked, or all that are listed, to a file"),
    Action("sort", "s", "sort", "Choose the order of bookmarks and of tags", rank=12),
    Action("density", "z", "density", "Show a bookmark on one line, on three, or with its annotation", rank=13),
    Action("palette", "ctrl+p", "palette", "Find any action by its name", rank=8),
    Action("help", "question_mark", "help", "Show the keys, the query's words and the marks", rank=2),
    Action("theme", "", "theme", "Choose the colours"),
    Action("reload", "f5", "reload", "Read the library file again"),
    Action("quit", "q", "quit", "Leave tagtui", rank=5),
)

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

HINTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    QUERY_BAR: (("enter", "done"), ("step_out", "cancel"), ("palette", "palette")),
    TAG_FILTER: (("enter", "pick"), ("step_out", "cancel"), ("↓ ↑", "move"), ("next_pane", "keep it")),
    MENU: (("enter", "choose"), ("esc", "close"), ("↓ ↑", "move")),
}
"""What the footer shows while something is typed: a key or the action that has it, and what it does there."""

_SHOWN = {
    "minus": "-",
    "vertical_line": "|",
    "equals_sign": "=",
    "plus": "+",
    "asterisk": "*",
    "comma": ",",
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
}


_KEPT = frozenset({"ctrl+c", "ctrl+q"})
_NAMED_KEYS = frozenset({*(key.value for key in Keys), *_SHOWN, "space"})
_BY_SIGN = {sign.lower(): name for name, sign in _SHOWN.items()}


def bindings(where: str) -> list[BindingType]:
    """Return the bindings of the actions that belong to ``where``; the settings can replace them by their id."""
    return [
        Binding(action.keys or _no_key(action.id), action.id, action.label, id=action.id, show=False)
        for action in ACTIONS
        if action.where == where
    ]


def as_bound(keymap: Mapping[str, str]) -> dict[str, str]:
    """Return ``keymap`` as Textual takes it, which has no word for "no key at all"."""
    return {id: keys or _no_key(id) for id, keys in keymap.items()}


def _no_key(id: str) -> str:
    return f"<{id}>"


def keys_of(action: Action, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of ``action`` as they are written for people, such as ``j`` and ``↓``."""
    keys = keymap.get(action.id, action.keys)
    return tuple(_shown(key) for key in keys.split(",") if key)


def _shown(key: str) -> str:
    """Return ``key``, a name of Textual's, as it is written for people."""
    *modifiers, last = key.split("+")
    if last in _SHOWN:
        last = _SHOWN[last]
    elif len(last) > 1 and last not in _NAMED_KEYS:
        last = key_to_character(last) or last
    elif last[0] == "f" and last[1:].isdigit():
        last = last.upper()
    return "+".join((*modifiers, last))


def checked_keymap(keys: Mapping[str, str]) -> dict[str, str]:
    """Return the settings' keys as a keymap, in which ``""`` is no key at all.

    Raises SettingsError for an action that does not exist, a key that is not one, and a key that two actions would
    have in the same place.
    """
    known = {action.id for action in ACTIONS}
    keymap: dict[str, str] = {}
    for id, text in keys.items():
        if id not in known:
            raise SettingsError(f'[keys]: there is no action "{id}"; those known are {", ".join(sorted(known))}')
        names = [_key_name(id, key.strip()) for key in text.split(",")] if text.strip() else []
        keymap[id] = ",".join(names)
    _refuse_clashes(keymap)
    return keymap


def _key_name(id: str, key: str) -> str:
    """Return Textual's name of ``key``, which may be given as people write it: ``?``, ``esc``, ``Ctrl+D``, ``F6``."""
    *modifiers, last = key.split("+") if key not in ("", "+") else (key,)
    modifiers = [modifier.lower() for modifier in modifiers]
    last = last.lower() if len(last) > 1 or "ctrl" in modifiers else last
    last = _BY_SIGN.get(last, last)
    if len(last) == 1 and not last.isalnum() and last.isprintable() and last != " ":
        name = unicodedata.name(last, "").lower().replace("-", "_").replace(" ", "_")
        last = KEY_NAME_REPLACEMENTS.get(name, name)
    elif len(last) != 1 and last not in _NAMED_KEYS:
        last = ""
    if not last or not {"ctrl", "shift", "alt"}.issuperset(modifiers):
        raise SettingsError(f'[keys]: "{key}", given for {id}, is not the name of a key')
    name = "+".join((*modifiers, last))
    if name in _KEPT:
        raise SettingsError(f'[keys]: "{key}", given for {id}, always leaves or says how to leave')
    return name


def _refuse_clashes(keymap: Mapping[str, str]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for action in ACTIONS:
        for key in filter(None, keymap.get(action.id, action.keys).split(",")):
            for where in _reach(action.where):
                other = taken.setdefault((where, key), action.id)
                if other != action.id:
                    raise SettingsError(
                        f'[keys]: "{_shown(key)}" would be both {other} and {action.id}; give one of them another key, '
                        'or "" for none'
                    )


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
