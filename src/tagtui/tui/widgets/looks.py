"""What a component class of the style sheet means for text drawn by hand."""

from rich.style import Style
from textual.widget import Widget


def look(widget: Widget, name: str) -> Style:
    """Return the look of component class ``name`` without its ground, to be laid over another style.

    Textual can leave the ground out itself, but then a colour given as ``auto`` has nothing to be contrasted with.
    """
    whole = widget.get_component_rich_style(name)
    return Style(
        color=whole.color,
        bold=whole.bold or None,
        italic=whole.italic or None,
        underline=whole.underline or None,
        reverse=whole.reverse or None,
    )
