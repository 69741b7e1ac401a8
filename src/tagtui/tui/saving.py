"""What a person changes on the screen: each change is made in its turn, and waited for before the app ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from tagtui.tui.screens.menus import NOT_SAVED, deletion_options
from tagtui.tui.typed_ahead import carried_out_before

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from tagtui.core.bookmark import Bookmark
    from tagtui.core.changes import Change
    from tagtui.core.library import Library
    from tagtui.importing import Planned
    from tagtui.tui import messages as said
    from tagtui.tui.app import TagtuiApp
    from tagtui.tui.keeper import Keeper

_GROUP = "save"
_SOON = 0.7  # seconds, after which a person wants to know that something is being done


class Saving:
    """The changes that ``app`` asks ``keeper`` for.

    They are asked for at once and not by a message: the key that quits, typed right behind, would overtake it.
    """

    def __init__(self, app: TagtuiApp, keeper: Keeper, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._keeper = keeper
        self._clock = clock
        self._is_failure_new = False  # something could not be saved, and nobody has tried to leave since

    def request(self, plan: Callable[[Library], Change], done: Callable[[], object] = lambda: None) -> None:
        """Make the change that ``plan`` makes of the library as it is when its turn comes; ``done`` is called then."""

        async def change() -> bool:
            is_saved = await self._keeper.change(plan)
            if is_saved:
                done()
            return is_saved

        self.start(change())

    def toggle(self, targets: Mapping[int, Bookmark], flag: Literal["unread", "private"]) -> None:
        """Set the flag on all ``targets`` or, where all have it, take it from all."""
        from tagtui.core.editing import toggle

        now = self._clock().astimezone(UTC).replace(microsecond=0)
        self._change(targets, lambda bookmarks: toggle(bookmarks, flag, now))

    def delete(self, targets: Mapping[int, Bookmark]) -> None:
        """Delete ``targets``, many of them only when the person agrees; for one, undo is enough."""
        from tagtui.core.editing import deletion

        def answered(answer: str) -> None:
            if answer == "delete":
                self._change(targets, deletion)

        if len(targets) > 1:
            count = len(targets)
            self._app.browse.ask(f"Delete {count:,} bookmarks?", deletion_options(count), answered)
        else:
            answered("delete")

    def _change(self, targets: Mapping[int, Bookmark], change: Callable[[Mapping[int, Bookmark]], Change]) -> None:
        """Change what the ``targets`` are by then."""
        ids = list(targets)
        self.request(lambda library: change({id: library[id] for id in ids if id in library}))

    def take_back(self, which: str) -> None:
        """``undo`` or ``redo``."""
        self.start(self._keeper.take_back(which))

    def take_in(self, planned: Planned) -> None:
        """Make an import that the person has looked at."""
        self.request(planned.on)

    def start(self, work: Coroutine[None, None, bool]) -> None:
        """Have ``work`` done, which tells whether it could be; the app does not end before."""

        async def watched() -> bool:
            is_done = await work
            self._is_failure_new = self._is_failure_new or not is_done
            return is_done

        worker = self._app.run_worker(watched(), group=_GROUP)

        def tell() -> None:
            if not worker.is_finished:
                self._app.say("saving…")

        self._app.set_timer(_SOON, tell)

    def ask_again(self, event: said.SaveFailed) -> None:
        """Ask what is to become of a change that could not be saved."""

        def answered(answer: str) -> None:
            if answer == "retry":
                self.request(event.plan)
            elif answer == "elsewhere":
                self._app.run_worker(self._keeper.save_elsewhere(event.change), group=_GROUP)
            elif answer == "copy":
                from tagtui.core.changes import as_json

                self._app.copy_text(as_json(event.change))

        self._app.ask_when_free(f"Not saved: {event.change.label}", NOT_SAVED, answered)

    async def leave(self) -> None:
        """End the app once all is saved; what cannot be saved, or is not filled in to the end, keeps it."""
        await carried_out_before(self._app.screen)
        if getattr(self._app.screen, "is_filled_in", False):
            self._app.say("this form is not saved yet: ctrl+s saves it, esc leaves it")
            return
        for worker in [worker for worker in self._app.workers if worker.group == _GROUP and not worker.is_finished]:
            await worker.wait()
        if self._is_failure_new:  # it says so, and asks
            self._is_failure_new = False
            return
        self._app.exit()
