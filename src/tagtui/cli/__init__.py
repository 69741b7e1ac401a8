"""The command line: results on stdout, all else on stderr; exit 0 done, 1 failed, 2 usage, 130 interrupted.

Only click is imported at once: ``tagtui --version`` answers in the time that Python takes to start, and no verb but
``browse`` ever imports Textual.
"""

import os
import sys
from contextlib import suppress
from typing import NoReturn, TextIO

import click

from tagtui.cli.commands import cli
from tagtui.cli.printing import say

__all__ = ["cli", "main"]

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main() -> NoReturn:
    """Run the command line, and exit."""
    _prepare_streams()
    sys.exit(_run())


def _run() -> int:
    """Return the exit status; whatever happens to stdout, there is no traceback."""
    try:
        status = cli.main(prog_name="tagtui", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _drop_output()
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # the reader, such as head, has seen enough; click makes it a SystemExit
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        say(f"tagtui: {error.filename or 'the output'}: cannot be written: {error.strerror}")
        return 1
    return status if isinstance(status, int) else 0


def _prepare_streams() -> None:
    """Let stdout take any text in any locale, and stand in for streams that the parent has closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123  -- open as long as the process
    with suppress(AttributeError):  # a stream of somebody else's making
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a TextIOWrapper as a rule


def _drop_output() -> None:
    """Send what stdout still holds nowhere, so that Python does not stumble over it on its way out."""
    stdout: TextIO = sys.stdout
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
