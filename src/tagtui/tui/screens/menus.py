"""What the menus offer: the orders, the themes, and in the palette every action."""

from collections.abc import Collection, Mapping

from tagtui.core.order import Order, TagOrder
from tagtui.tui.actions import ACTIONS, keys_of
from tagtui.tui.themes import THEMES
from tagtui.tui.widgets.option_rows import Option

_ORDERS: Mapping[Order, str] = {
    Order.RELEVANCE: "by match in a search, else newest first",
    Order.ADDED: "always newest first",
    Order.OLDEST: "oldest first",
    Order.MODIFIED: "last changed first",
    Order.TITLE: "by title",
    Order.URL: "by URL",
    Order.SITE: "by site",
}
_TAG_ORDERS: Mapping[TagOrder, str] = {
    TagOrder.COUNT: "by count",
    TagOrder.NAME: "by name",
    TagOrder.ASSOCIATION: "unusually common here (by count if nothing is picked)",
}
_OF_TAGS = "tags "  # before the value of an order of tags


NOT_SAVED = (
    Option("retry", "Try again"),
    Option("elsewhere", "Save the library with it in your home folder"),
    Option("copy", "Copy what was not saved, as JSON"),
    Option("leave", "Give it up"),
)
GONE = (
    Option("wait", "Leave it: tagtui goes on looking for it"),
    Option("write", "Write it again, as it is in memory"),
)


def deletion_options(count: int) -> list[Option]:
    """Return the answers to whether so many bookmarks are to be deleted."""
    return [Option("delete", f"Delete all {count:,}", "undo brings them back"), Option("leave", "Leave them")]


def order_options(order: Order, tag_order: TagOrder) -> list[Option]:
    """Return the orders of bookmarks and of tags, for :func:`chosen_order`."""
    return [
        *(Option(o, f"Bookmarks: {label}", chosen=o is order) for o, label in _ORDERS.items()),
        *(Option(_OF_TAGS + o, f"Tags: {label}", chosen=o is tag_order) for o, label in _TAG_ORDERS.items()),
    ]


def chosen_order(value: str) -> Order | TagOrder:
    """Return the order that was chosen."""
    return TagOrder(value.removeprefix(_OF_TAGS)) if value.startswith(_OF_TAGS) else Order(value)


def palette_options(keymap: Mapping[str, str]) -> list[Option]:
    """Return every action but the palette, by its id, with what it does and its keys."""
    return [
        Option(action.id, action.label, " ".join(keys_of(action, keymap)), about=action.help)
        for action in ACTIONS
        if action.id != "palette"
    ]


def theme_options(names: Collection[str], current: str) -> list[Option]:
    """Return the themes, our own first."""
    own = [theme.name for theme in THEMES]
    return [Option(name, name, chosen=name == current) for name in (*own, *sorted(set(names) - set(own)))]
