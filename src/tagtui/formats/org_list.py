r"""Links in Org, Emacs's outlines: ``* [[url][title]] :a:b:`` as headings of any depth, and ``- [[url][title]]``.

What is below a heading that is a link is its annotation, up to the next one; below an item of a list, what is indented.
Org's tags are letters, digits and ``_@#%``: where a bookmark has others, all stand in the heading's property ``TAGS``,
between blanks.  ``CREATED`` is the date; other properties are kept in ``extra["org"]``, and written back.  A line that
would begin a heading has a comma before it, and so has one that begins with ``#+``.  Headings without a link are
folders.

There is no place in it for what is private and unread, nor for who saved a bookmark and when: none of that is written.
https://orgmode.org/worg/org-syntax.html, https://orgmode.org/manual/Link-Format.html (brackets in a URL are escaped)
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple

from tagtui.core.bookmark import Bookmark, Draft, clean_tags, split_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.addresses import is_address
from tagtui.formats.dates import read_added
from tagtui.formats.encoding import to_utf8
from tagtui.formats.headings import Headings
from tagtui.formats.lines import lines
from tagtui.formats.list_notes import note
from tagtui.formats.registry import Entry, Format, Source, Writing
from tagtui.formats.remarks import with_remarks
from tagtui.formats.undated import UNDATED

_TITLE = "Bookmarks"
_FIRST_LINE = f"#+TITLE: {_TITLE}"
_HEADING = re.compile(r"(\*++)[ \t]++")
_ITEM = re.compile(r"(?:[ \t]*+(?:[-+]|[0-9]{1,9}[.)])|[ \t]++\*)[ \t]++(?:\[[ xX-]\][ \t]++)?")
_META = re.compile(r"[ \t]*+[#:]")  # keywords, comments, drawers
_TARGET = re.compile(r"\[\[((?:[^\[\]\\]|\\.)++)\](?=[\[\]])")
_TO_ESCAPE = re.compile(r"(?<!\\)(\\*+)([\[\]]|\Z)")
_ESCAPED = re.compile(r"(?<!\\)(\\++)([\[\]]|\Z)")
_APART = "\u200b"  # zero-width space: after a bracket that would end a title
_TO_PART = re.compile(rf"\](?={_APART}*+(?:\]|\Z))")
_PARTED = re.compile(rf"\]{_APART}(?={_APART}*+(?:\]|\Z))")
_TAG = re.compile(r"[\w@#%]++")
_BETWEEN_TAGS = re.compile("(?<!:):(?!:)")  # buku doubles the colon that is in a tag
_COMMA = re.compile(r"([ \t]*+)(,*+)(?=\*|#\+)")
_PROPERTY = re.compile(r"[ \t]*+:([^\s:]++):(?:[ \t]++([^\r\n]*+))?")
_DATED = re.compile(rb"^[ \t]*+:created:", re.IGNORECASE | re.MULTILINE)
_STAMP = re.compile(r"[<\[]([0-9]{4}-[0-9]{2}-[0-9]{2})(?: [^\W\d]+\.?)?(?: ([0-9]{2}:[0-9]{2}))?")


def read(source: Source) -> Iterator[Entry]:
    """Yield the links in the headings and lists of ``source``; the other headings are tags if that is wanted."""
    decoded = to_utf8(source.content)
    dated = bool(_DATED.search(decoded.utf8))
    manner = _Manner(bool(source.folders_as_tags), dated)
    remarks = () if dated else (UNDATED,)
    return with_remarks(_read(decoded.utf8, manner, datetime.now(UTC)), decoded.warnings + remarks)


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, _writing: Writing) -> None:
    """Write ``bookmarks`` to ``out``, each a heading, with the annotation as the text below it."""
    out.write(f"{_FIRST_LINE}\n\n".encode())
    out.writelines(_heading(bookmark).encode() for bookmark in bookmarks)


def _recognises(head: bytes) -> bool:
    own, links, folders, others = False, 0, 0, 0
    for part in _parts(to_utf8(head).utf8):
        own = own or part.text == _FIRST_LINE
        if part.is_plain or (own and part.link):
            links += 1
        elif part.level:
            folders += 1
        elif not _META.match(part.text):
            others += 1
    return 2 * others <= links and folders <= links and (own or links > 0)


FORMAT = Format("org", "Org list", _recognises, read, write, ("org",))


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a file's links are to be read: whether the headings around them are tags, and whether any has a date."""

    foldered: bool
    dated: bool


class _Link(NamedTuple):
    """The first link of a heading or an item, with the text before and after it."""

    url: str
    title: str
    before: str
    after: str


@dataclass(slots=True)
class _Part:
    """A heading, an item of a list or another line; one with a link has the lines below that belong to it.

    ``level`` is the number of the stars before a heading, and 0 of all else.
    """

    number: int
    text: str
    level: int
    indentation: int
    link: _Link | None
    below: list[str] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether this begins with its link, but for what is in capitals (``TODO``), and that leads out of the file."""
        link = self.link
        return link is not None and not any(map(str.islower, link.before)) and is_address(link.url)

    def owns(self, text: str, level: int, link: _Link | None) -> bool:
        """Tell whether the line ``text`` after it belongs to it."""
        if level or self.level:
            return self.level > 0 and (not level or (level > self.level and not link))
        indentation = len(text) - len(text.lstrip(" \t"))
        return not text.strip() or (indentation > self.indentation and not link)


def _parts(content: bytes) -> Iterator[_Part]:
    owner: _Part | None = None
    for number, line in enumerate(lines(content), 1):
        text = line.rstrip("\r\n")
        heading = _HEADING.match(text)
        level = len(heading[1]) if heading else 0
        marker = heading or _ITEM.match(text)
        link = _link(text[marker.end() :]) if marker else None
        if owner and owner.owns(text, level, link):
            owner.below.append(text)
            continue
        if owner:
            yield owner
        part = _Part(number, text, level, len(text) - len(text.lstrip(" \t")), link)
        owner = part if link else None
        if not link and text.strip():
            yield part
    if owner:
        yield owner


def _link(text: str) -> _Link | None:
    """Return the first ``[[url][title]]`` in ``text``, if there is one; brackets in the URL may stand unescaped."""
    start = text.find("[[")
    if start < 0:
        return None
    if target := _TARGET.search(text, start):
        start, end, url = target.start(), target.end(), _ESCAPED.sub(_unescaped, target[1])
    elif (middle := text.find("][", start)) > 0:
        end, url = middle + 1, text[start + 2 : middle]
    else:
        return None
    if text.startswith("]", end):
        return _Link(url, "", text[:start], text[end + 1 :])
    close = text.find("]]", end + 1)
    if close < 0:
        return None
    return _Link(url, _PARTED.sub("]", text[end + 1 : close]), text[:start], text[close + 2 :])


def _unescaped(found: re.Match[str]) -> str:
    return "\\" * (len(found[1]) // 2) + found[2]


def _read(content: bytes, manner: _Manner, now: datetime) -> Iterator[Entry]:
    headings = Headings(_TITLE)
    for part in _parts(content):
        if part.link:
            yield _entry(part, part.link, headings.tags, manner, now)
        elif part.level:
            if manner.foldered:
                headings.enter(part.level, _tags(part.text.lstrip("*"))[1].strip())
        elif _ITEM.match(part.text):
            yield Skipped(f"line {part.number}", "it has no URL")


def _entry(part: _Part, link: _Link, folders: tuple[str, ...], manner: _Manner, now: datetime) -> Entry:
    where = f"line {part.number}"
    if not clean_url(link.url):
        return Skipped(where, "it has no URL")
    if clean_url(link.url).startswith(("#", "*")):
        return Skipped(where, "it leads to a place in this file")
    tags, after = _tags(link.after)
    properties, below = _properties(part.below)
    all_tags = split_tags(properties.pop("TAGS", ""))
    added, warnings = read_added(_date(properties.get("CREATED", "")), now)
    return Draft(
        url=link.url,
        title=link.title,
        annotation="\n".join(map(_bared, note(link.before, after, below).split("\n"))),
        tags=clean_tags((*all_tags, *tags, *folders)),
        added=added,
        extra={"org": properties} if properties else {},
        where=where,
        warnings=warnings if manner.dated else (),
    )


def _tags(text: str) -> tuple[list[str], str]:
    """Return the tags at the end of a heading, and the ``text`` before them; buku's have blanks in them."""
    bare = text.rstrip()
    start = max(bare.rfind(" :"), bare.rfind("\t:")) + 1
    words = bare[start:]
    if len(words) < 3 or not (words.startswith(":") and words.endswith(":")):
        return [], text
    return [tag.replace("::", ":") for tag in _BETWEEN_TAGS.split(words[1:-1])], bare[:start]


def _properties(below: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the properties in the drawer that ``below``, lines, may begin with, by names in capitals; and the rest."""
    properties: dict[str, str] = {}
    if not below or below[0].strip().upper() != ":PROPERTIES:":
        return properties, below
    for number, line in enumerate(below[1:], 1):
        if line.strip().upper() == ":END:":
            return properties, below[number + 1 :]
        found = _PROPERTY.fullmatch(line)
        if not found:
            break
        properties[found[1].upper()] = (found[2] or "").strip()
    return {}, below


def _date(text: str) -> str:
    """Return ``text``, a time as Org writes it, in ISO 8601."""
    found = _STAMP.match(text)
    return f"{found[1]}T{found[2] or '00:00'}" if found else text


def _bared(line: str) -> str:
    """Return ``line`` without the comma that :func:`_guarded` has put there."""
    place = _COMMA.match(line)
    return line if place is None or not place[2] else line[: place.end(1)] + line[place.end(1) + 1 :]


def _guarded(line: str) -> str:
    """Return ``line`` of an annotation with a comma before the signs by which Org would take it for something else."""
    place = _COMMA.match(line)
    return line if place is None else f"{line[: place.end(1)]},{line[place.end(1) :]}"


def _heading(bookmark: Bookmark) -> str:
    url = _TO_ESCAPE.sub(_escaped, bookmark.url)
    title = f"[{_TO_PART.sub(f']{_APART}', bookmark.title)}]" if bookmark.title else ""
    own = all(map(_TAG.fullmatch, bookmark.tags))
    tags = f" :{':'.join(bookmark.tags)}:" if own and bookmark.tags else ""
    properties = "".join(f":{name}: {text}\n" for name, text in _kept(bookmark, own))
    drawer = f":PROPERTIES:\n{properties}:END:\n" if properties else ""
    # the blank line keeps an annotation that begins as a drawer from being one
    text = "\n" + "".join(f"{_guarded(line)}\n" for line in bookmark.annotation.split("\n")) + "\n"
    return f"* [[{url}]{title}]{tags}\n{drawer}{text if bookmark.annotation else ''}"


def _escaped(found: re.Match[str]) -> str:
    return found[1] * 2 + (f"\\{found[2]}" if found[2] else "")


def _kept(bookmark: Bookmark, own: bool) -> Iterator[tuple[str, str]]:
    """Yield the properties of ``bookmark``: its tags, where they are not Org's ``own``, and what was kept of a file."""
    if not own:
        yield "TAGS", " ".join(bookmark.tags)
    kept = bookmark.extra.get("org")
    for name, text in kept.items() if isinstance(kept, dict) else ():
        if isinstance(text, str) and name.upper() not in ("TAGS", "END") and _PROPERTY.fullmatch(f":{name}: {text}"):
            yield name, text
