"""What was copied elsewhere, as the beginning of a bookmark: a URL, and perhaps the passage that it is saved for."""

import re
from typing import NamedTuple

from tagtui.core.text import clean

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_MOST = 65_536  # characters: what somebody copied may be a whole book


class Pasted(NamedTuple):
    """An http(s) URL, and the text that came with it, ``""`` for none."""

    url: str
    quotation: str


def read_pasted(text: str) -> Pasted | None:
    """Return what ``text`` is, if its first or its last line is one http(s) URL and no other line is.

    The other lines are the quotation, as they are: ``> `` before them is Markdown, as annotations may be.
    """
    if len(text) > _MOST:
        return None
    lines = clean(text).strip().split("\n")
    places = [at for at, line in enumerate(lines) if _URL.fullmatch(line.strip().strip("<>"))]
    if len(places) != 1 or places[0] not in (0, len(lines) - 1):
        return None
    url = lines.pop(places[0]).strip().strip("<>")
    return Pasted(url, "\n".join(lines).strip())
