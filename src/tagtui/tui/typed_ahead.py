"""Keys typed ahead: a key that comes straight to a screen is not to overtake those on their way to a field."""

import asyncio
from typing import Any

from textual.message_pump import MessagePump
from textual.screen import Screen


async def typed_before(screen: Screen[Any]) -> None:
    """Wait until the field with the focus has all that was typed before this key."""
    if screen.focused is not None:
        await _turn_of(screen.focused)


async def carried_out_before(screen: Screen[Any]) -> None:
    """Wait until every key before this one has done what it does.

    A key that no field takes goes up from the widget with the focus to the app, which looks for its action.  Not for a
    handler of the app's own: it would wait for itself.
    """
    for node in (screen.focused or screen).ancestors_with_self:
        await _turn_of(node)


async def _turn_of(pump: MessagePump) -> None:
    """Wait until ``pump`` has dealt with the messages that it has."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        await done.wait()
