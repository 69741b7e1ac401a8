"""Run what blocks in a thread that nobody has to wait for."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result]) -> Result:
    """Return what ``work`` returns, while the loop runs on; whoever is cancelled here is so at once.

    The thread then ends when it can.  Those of :func:`asyncio.to_thread` keep the process from ending until they do,
    and looking up a name may take half a minute.
    """
    future: Future[Result] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - it is raised where it is awaited
            future.set_exception(error)
        else:
            future.set_result(result)

    Thread(target=run, name="tagtui web", daemon=True).start()
    return await asyncio.wrap_future(future)
