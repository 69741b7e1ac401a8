"""Yes and no, as bookmark files write them."""

from functools import lru_cache

_YES = frozenset({"1", "yes", "true", "on"})
_NO = frozenset({"0", "no", "false", "off"})


@lru_cache(maxsize=16)  # a file has one or two ways to say it, 100,000 times
def is_yes(text: str) -> bool:
    """Tell whether ``text`` says yes; absent and unknown words do not."""
    return text.strip().lower() in _YES


@lru_cache(maxsize=16)
def is_no(text: str) -> bool:
    """Tell whether ``text`` says no; absent and unknown words do not."""
    return text.strip().lower() in _NO
