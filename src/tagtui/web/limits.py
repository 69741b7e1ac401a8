"""What asking for a page may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one page may take: seconds till its last byte, bytes of its body, redirects on the way."""

    seconds: float = 5.0
    bytes: int = 512 * 1024
    redirects: int = 5


LIMITS = Limits()
