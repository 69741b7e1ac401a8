"""The details of a page, for the form and for ``tagtui add``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tagtui.web.limits import LIMITS, Limits
from tagtui.web.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagtui.web.connecting import Network
    from tagtui.web.details import PageDetails


async def page_details(
    url: str,
    *,
    is_typed: bool = True,
    progress: Callable[[int], None] | None = None,
    limits: Limits = LIMITS,
    network: Network | None = None,
) -> PageDetails:
    """Return what the page at ``url`` says of itself; raises PageError, with one line that fits behind the address.

    An address that the person has typed may be private; one that ``is_typed`` by nobody, but came out of a file or off
    the clipboard, may not: it could make a router do things.

    ``progress`` is called, in the loop, with the bytes of the page that have come so far.  Whoever cancels this closes
    the connection; what blocks is done in threads.
    """
    await in_thread(lambda: import_module("tagtui.web.fetching"))  # with httpx, 150 ms
    from tagtui.web.charset import to_text
    from tagtui.web.details import read_details
    from tagtui.web.fetching import fetch

    page = await fetch(url, limits, network, progress, is_typed=is_typed)
    return await in_thread(lambda: read_details(to_text(page.content, page.charset), page.url))
