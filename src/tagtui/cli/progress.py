"""A progress bar for work that takes its time, on a terminal only."""

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

import click

PATIENCE = 1.0  # seconds until the bar is shown

_T = TypeVar("_T")


def with_progress(items: Iterable[_T], label: str, length: int | None = None) -> Iterator[_T]:
    """Yield ``items``; where stderr is a terminal, show a progress bar there once the work has taken a second."""
    if not sys.stderr.isatty():
        yield from items
        return
    start = monotonic()
    with click.progressbar(items, length, label, hidden=True, show_pos=True, file=sys.stderr) as bar:
        for item in bar:
            if bar.hidden and monotonic() - start > PATIENCE:
                bar.hidden = False
            yield item
