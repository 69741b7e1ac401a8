"""Clean, fold and date text: the three things done to every string that a person sees or searches."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

_CONTROLS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, DEL, C1
    "\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides and isolates (Unicode TR9)
    "\ud800-\udfff"  # lone surrogates cannot be written as UTF-8
)
_UNSAFE = re.compile(f"[{_CONTROLS}]")
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n\t"
_LINE_BREAKS = re.compile("\r\n?")
_WHITE_SPACE = re.compile(r"\s+")
# Combining marks of the Latin, Greek and Cyrillic scripts.  The vowel signs of Indic scripts and of Thai are letters to
# those who read them, so they stay.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_MONTHS = ("january february march april may june july august september october november december").split()


def clean(text: str) -> str:
    """Return ``text`` without what could drive a terminal or reorder a line; tabs and newlines stay.

    Removed are the control characters C0, DEL and C1, bidi embeddings, overrides and isolates, and lone surrogates.
    CR LF and CR become LF.  Idempotent.
    """
    if not text.isascii() and text.isprintable():
        return text
    # far sooner than letter by letter; only what is not plain is looked at then
    others = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    if not others or not _UNSAFE.search(others.decode("utf-8", "surrogatepass")):
        return text
    return _UNSAFE.sub("", _LINE_BREAKS.sub("\n", text))


def clean_line(text: str) -> str:
    """Return ``text`` cleaned for a place that has one line: every run of white space is one blank."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _WHITE_SPACE.sub(" ", clean(text)).strip()


def fold(text: str) -> str:
    """Return the form of ``text`` in which searching compares: without case, accents and kinds of white space."""
    if text.isascii():
        folded = text.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", text).casefold()
        folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", decomposed))
        folded = folded.replace("\u2028", " ").replace("\u2029", " ").replace("\u1680", " ")
    return folded.replace("\n", " ").replace("\t", " ")


def find_folded(text: str, needles: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the places ``(start, end)`` in ``text`` where one of the folded ``needles`` occurs, in order.

    Folding changes lengths (``ß`` is ``ss``, ``ﬁ`` is ``fi``) and the order of marks, so each folded character is
    traced to the one that it comes from, together with the marks on it.  Places do not overlap.
    """
    longest_first = sorted(filter(None, needles), key=len, reverse=True)
    if not longest_first:
        return []
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    if text.isascii():
        return [match.span() for match in pattern.finditer(fold(text))]
    pieces: list[str] = []
    origin: list[tuple[int, int]] = []
    for start, end in _with_marks(text):
        piece = _fold_piece(text[start:end])
        pieces.append(piece)
        origin.extend([(start, end)] * len(piece))
    places: list[tuple[int, int]] = []
    for match in pattern.finditer("".join(pieces)):
        start, end = origin[match.start()][0], origin[match.end() - 1][1]
        if not places or start >= places[-1][1]:
            places.append((start, end))
    return places


def _with_marks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the place of each character of ``text`` together with the marks that combine with it."""
    start = 0
    for at in range(1, len(text)):
        if not _combines(text[at]):
            yield start, at
            start = at
    yield start, len(text)


@lru_cache(maxsize=4096)
def _combines(character: str) -> bool:
    if character == "\ufe0f":  # it makes an emoji of the sign before it
        return True
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0


_fold_piece = lru_cache(maxsize=4096)(fold)


def ago(moment: datetime, now: datetime) -> str:
    """Return the label that Pinboard's page shows: ``23 days ago`` up to 30 days, then ``october 2016``.

    A moment in the near future (clocks differ) is ``just now``; one more than a day ahead is named by its month.
    """
    passed = now - moment
    if passed >= timedelta(days=31) or passed < timedelta(days=-1):
        moment = moment.astimezone(UTC)
        return f"{_MONTHS[moment.month - 1]} {moment.year}"
    seconds = int(passed.total_seconds())
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return _count(seconds // 60, "minute")
    if seconds < 86400:
        return _count(seconds // 3600, "hour")
    days = seconds // 86400
    return "yesterday" if days == 1 else f"{days} days ago"


def in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    """Return ``moment`` as it is in ``zone``; on the first or the last day of the calendar, perhaps as it is in UTC."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} ago"


def counted(number: int, noun: str) -> str:
    """Return ``1 change`` or ``2 changes``, for nouns that take an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
