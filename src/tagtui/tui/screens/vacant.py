"""What the list says when nothing is in it: why, and what to press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagtui.core.query import format_query

if TYPE_CHECKING:
    from tagtui.core.library import Library
    from tagtui.core.view import View


def vacant_lines(library: Library, view: View, place: str, import_command: str) -> tuple[str, ...]:
    """Return the lines; ``place`` is the library's path, and ``import_command`` the command that fills it."""
    if len(library):
        return (
            "No bookmark has all of this:",
            format_query(view.query),
            "",
            "backspace drops the last part, 0 all of it, / edits it.",
        )
    return (
        f"No bookmarks yet. This is the library of {library.owner}.",
        *(() if place in import_command else (place,)),
        "",
        "a adds one, I imports others. On the command line:",
        f"  {import_command}",
        "",
        "To look around in a sample library:",
        "  tagtui --demo",
    )
