"""Copy standard input to the system clipboard by pyperclip, or print what is on it: a program for ``clipboard``.

pyperclip 1.11 waits without a limit for the program it runs (xclip, wl-copy, pbcopy), does not look
at its exit status, and lets it complain onto the terminal, which is the TUI's screen.  A thread
around it could not be stopped; a process can, with all that it started.  Here the exit status
counts, and complaints go where ``clipboard`` reads them.

Called as ``python -I -S system_clipboard.py copy|paste PATH…``: the paths are the caller's
``sys.path``, so that the same pyperclip is found without the site's start-up work.
"""

import subprocess
import sys
from typing import Any


class _Checked(subprocess.Popen[bytes]):
    """A process whose failure is an error, as pyperclip does not look."""

    def communicate(self, *args: Any, **options: Any) -> tuple[Any, Any]:
        answer = super().communicate(*args, **options)
        if self.returncode:
            raise subprocess.CalledProcessError(self.returncode, self.args)
        return answer


def main() -> None:
    """Copy or paste; ends with status 1 and one line on standard error where that fails."""
    sys.path[:] = sys.argv[2:]
    import pyperclip  # type: ignore[import-untyped]  # it has no type hints

    subprocess.Popen = _Checked  # type: ignore[assignment,misc]  # pyperclip calls it
    copy, paste = pyperclip.determine_clipboard()
    if not copy:
        sys.exit("install xclip, xsel or wl-clipboard")
    try:
        if sys.argv[1] == "paste":
            sys.stdout.buffer.write(paste().encode(errors="replace"))
        else:
            copy(sys.stdin.buffer.read().decode())
    except Exception as error:  # noqa: BLE001 - the program ends here: say in a line what it was
        sys.exit(str(error) or type(error).__name__)


if __name__ == "__main__":
    main()
