"""Whether a desktop is in reach."""

import sys
from collections.abc import Mapping


def has_display(env: Mapping[str, str]) -> bool:
    """Tell whether ``env`` leads to a desktop; over SSH it usually does not.

    macOS and Windows always have one, and WSL has that of Windows.
    """
    if sys.platform in ("darwin", "win32", "cygwin"):
        return True
    return any(env.get(name) for name in ("WAYLAND_DISPLAY", "DISPLAY", "WSL_DISTRO_NAME"))
