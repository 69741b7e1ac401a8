"""What stands around the link of an item in a list, and below it: the item's annotation."""

_EMPHASIS = "*_~`/=+"
_BETWEEN = " \t-–—:|·"  # a link and the words on it
_AT_THE_END = ".,;:!?"  # of a sentence that is nothing but the link


def note(before: str, after: str, below: list[str]) -> str:
    """Return the text ``before`` and ``after`` the link, and below that the lines ``below`` it, without indentation."""
    if not (before or after or below):
        return ""
    start = len(before.rstrip(_EMPHASIS))
    marks = before[start:][::-1]
    if marks and after.startswith(marks):  # the link is in bold
        before, after = before[:start], after[len(marks) :]
    beside = " ".join(filter(None, (before.strip(" \t"), after.lstrip(_BETWEEN).rstrip(" \t"))))
    beside = beside if beside.strip(_AT_THE_END) else ""
    return "\n".join((beside, *_dedented(below))).strip("\n")


def _dedented(texts: list[str]) -> list[str]:
    """Return ``texts``, lines, each without the white space that begins the first of them that is not blank."""
    first = next((text for text in texts if text.strip()), "")
    indentation = first[: len(first) - len(first.lstrip(" \t"))]
    return [text.removeprefix(indentation) if text.startswith(indentation) else text.lstrip(" \t") for text in texts]
