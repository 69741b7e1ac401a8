"""What the form offers of a page: how its details are asked for, and what is said of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from tagtui.core.url import comparison_key

if TYPE_CHECKING:
    from tagtui.web.details import PageDetails


class LookUp(Protocol):
    """What fetches the details of the page at ``url``, see :func:`tagtui.web.page.page_details`."""

    def __call__(self, url: str, *, is_typed: bool, progress: Callable[[int], None]) -> Awaitable[PageDetails]: ...


def about(details: PageDetails, address: str) -> str:
    """Return what is to be said of the page, and of what it offers; ``address`` is its own, if that is another one."""
    if address:
        return f"its own address: {address} (ctrl+t takes it)"
    offers = "grey is not saved: tab takes it" if details.title or details.description else "it says nothing of itself"
    return f"on {details.site}; {offers}" if details.site else offers


def other_address(details: PageDetails, asked: str) -> str:
    """Return the address that the page gives for itself, where it is another one than ``asked``."""
    address = details.canonical or details.url
    return address if comparison_key(address) != comparison_key(asked) else ""
