"""Yes and no, as bookmark files write them."""

_YES = frozenset({"1", "yes", "true", "on"})
_NO = frozenset({"0", "no", "false", "off"})


def is_yes(text: str) -> bool:
    """Tell whether ``text`` says yes; absent and unknown words do not."""
    return text.strip().lower() in _YES


def is_no(text: str) -> bool:
    """Tell whether ``text`` says no; absent and unknown words do not."""
    return text.strip().lower() in _NO
