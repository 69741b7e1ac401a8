"""Lists of links in Markdown: ``- [title](url) <!-- TAGS: a,b -->``, as buku writes them, and as people do.

An item may be numbered, or to be ticked off; its link may be ``<url>`` or the bare URL.  The rest of its line, and the
lines below that are indented, are the annotation.  A heading is a folder.  What is in no list is left alone.

There is no place in it for dates, for who saved a bookmark, nor for what is private and unread: none of that is
written.  https://spec.commonmark.org/
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from tagtui.core.bookmark import Bookmark, Draft, clean_tags
from tagtui.core.intake import Skipped
from tagtui.core.markdown import ADDRESS, address_end
from tagtui.core.url import clean_url
from tagtui.formats.addresses import is_address
from tagtui.formats.encoding import to_utf8
from tagtui.formats.headings import Headings
from tagtui.formats.lines import lines
from tagtui.formats.list_notes import note
from tagtui.formats.netscape_links import unescape
from tagtui.formats.registry import Entry, Format, Source, Writing
from tagtui.formats.remarks import with_remarks
from tagtui.formats.undated import UNDATED

_TITLE = "Bookmarks"
_FIRST_LINE = f"# {_TITLE}"
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]++(.*))?$")
_ITEM = re.compile(r"([ \t]*+)(?:[-*+]|[0-9]{1,9}[.)])[ \t]++(?:\[[ xX]\][ \t]++)?")
_RULE = re.compile(r"[ \t]*+([-*_])(?:[ \t]*+\1){2,}+[ \t]*+$")
_BRACKET = re.compile(r"\\.|[\[\]]")
_MOST_BRACKETS = 100  # open at a time; what an earlier one opens is text
_PARENTHESIS = re.compile(r"\\.|[()]|[ \t]++")
_POINTED = re.compile(r"[ \t]*+<((?:[^<>\\]|\\.)*+)>[ \t]*+")
_CLOSING = re.compile(r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')?+[ \t]*+\)""")  # with the text for the pointer
_IMAGE = re.compile(r"!\[([^\[\]]*+)\]\([^()]*+\)")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+)>")
_TAGS = re.compile(r"<!--[ \t]*+tags:", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_REFERENCE = re.compile("&(?=#?[0-9A-Za-z]{1,32};)")
_SPECIAL = re.compile(rf"[\\`*_\[\]<>]|{_REFERENCE.pattern}")
_SPECIAL_IN_TARGET = re.compile(rf"[\\<>]|{_REFERENCE.pattern}")
_PLAIN_TARGET = re.compile(r"[^\s\\<>()]++")
_BEFORE_MARKER = re.compile(r"([ \t]*+[0-9]{0,9}+)(\\*+)(?=[-*+.)][ \t])")


def read(source: Source) -> Iterator[Entry]:
    """Yield the links in the lists of ``source``; the headings above them are tags if that is wanted."""
    decoded = to_utf8(source.content)
    return with_remarks(_read(decoded.utf8, bool(source.folders_as_tags)), (*decoded.warnings, UNDATED))


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, _writing: Writing) -> None:
    """Write ``bookmarks`` to ``out``, each an item, with the annotation as paragraphs inside of it."""
    out.write(f"{_FIRST_LINE}\n\n".encode())
    out.writelines(_item(bookmark).encode() for bookmark in bookmarks)


def _recognises(head: bytes) -> bool:
    own, links, others = False, 0, 0
    for part in _parts(to_utf8(head).utf8):
        own = own or part.text == _FIRST_LINE
        if part.is_plain or (own and part.link):
            links += 1
        elif not _HEADING.match(part.text):
            others += 1
    return 2 * others <= links and (own or links > 0)


FORMAT = Format("markdown", "Markdown list", _recognises, read, write, ("md", "markdown"))


class _Link(NamedTuple):
    """The first link of an item, with the text before and after it."""

    start: int
    url: str
    title: str
    before: str
    after: str


@dataclass(slots=True)
class _Part:
    """A line outside of all items, or an item with a link: its first line, and those below that belong to it."""

    number: int
    text: str
    indentation: int
    link: _Link | None
    below: list[str] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether this is an item that begins with its link, and that leads out of the file."""
        return self.link is not None and not self.link.before.strip("*_ ") and is_address(self.link.url)


def _parts(content: bytes) -> Iterator[_Part]:
    item: _Part | None = None
    for number, line in enumerate(lines(content), 1):
        text = line.rstrip("\r\n")
        indentation = len(text) - len(text.lstrip(" \t"))
        link = _link_of(text)
        if not text or text.isspace() or (item and indentation > item.indentation and not link):
            if item:
                item.below.append(text)
            continue
        if item:
            yield item
        part = _Part(number, text, indentation, link)
        item = part if link else None
        if not link:
            yield part
    if item:
        yield item


def _link_of(line: str) -> _Link | None:
    """Return the first link of the item that begins in ``line``, if there is one."""
    marker = _ITEM.match(line)
    if not marker:
        return None
    text = line[marker.end() :]
    titled = _titled(text)
    if titled and titled.start == 0:
        return titled
    return min(filter(None, (titled, _bare(text))), key=lambda link: link.start, default=None)


def _titled(text: str) -> _Link | None:
    """Return the first ``[title](url)`` that is not an image; brackets in the title may be left open."""
    if "](" not in text:
        return None
    opened: deque[int] = deque(maxlen=_MOST_BRACKETS)
    for token in _BRACKET.finditer(text):
        if token[0] == "[":
            opened.append(token.start())
        elif token[0] == "]" and opened:
            start = opened.pop()
            if not text.startswith("(", token.end()) or text.startswith("![", start - 1 if start else 0):
                continue
            if opened and opened[0] == 0:
                start = 0
            target = _target(text, token.end() + 1)  # once: a second look at the rest of the line would be one too many
            if target is None:
                return None
            title = _IMAGE.sub(r"\1", text[start + 1 : token.start()])
            return _Link(start, _unescape(target[0]), _unescape(title), text[:start], text[target[1] :])
    return None


def _target(text: str, start: int) -> tuple[str, int] | None:
    """Return the target that begins at ``start``, after the parenthesis, as it is written, and where its link ends."""
    if pointed := _POINTED.match(text, start):
        closing = _CLOSING.match(text, pointed.end())
        return (pointed[1], closing.end()) if closing else None
    depth = 0
    for token in _PARENTHESIS.finditer(text, start):
        if token[0] == "(":
            depth += 1
        elif token[0] == ")":
            depth -= 1
        if depth < 0:
            return text[start : token.start()].strip(), token.end()
        if depth == 0 and token[0].isspace() and (closing := _CLOSING.match(text, token.end())):
            return text[start : token.start()].strip(), closing.end()
    return None


def _bare(text: str) -> _Link | None:
    found = [match for match in (_AUTOLINK.search(text), ADDRESS.search(text)) if match]
    if not found:
        return None
    first = min(found, key=lambda match: match.start())
    end = first.end() if first.re is _AUTOLINK else address_end(first)
    url = first[1] if first.re is _AUTOLINK else text[first.start() : end]
    return _Link(first.start(), url, "", text[: first.start()], text[end:])


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text or "&" in text else text


def _character(escape: re.Match[str]) -> str:
    return escape[1] or unescape(escape[0])


def _read(content: bytes, foldered: bool) -> Iterator[Entry]:
    headings = Headings(_TITLE)
    for part in _parts(content):
        if part.link:
            yield _entry(part, part.link, headings.tags)
        elif _ITEM.match(part.text):
            if not _RULE.match(part.text):
                yield Skipped(f"line {part.number}", "it has no URL")
        elif foldered and (heading := _HEADING.match(part.text)):
            headings.enter(len(heading[1]), _name(heading[2] or ""))


def _name(heading: str) -> str:
    """Return the text of ``heading`` without the signs that may close it."""
    bare = heading.rstrip()
    opened = bare.rstrip("#")
    return _unescape(opened.rstrip() if opened[-1:] in ("", " ", "\t") else bare)


def _entry(part: _Part, link: _Link, folders: tuple[str, ...]) -> Entry:
    where = f"line {part.number}"
    if not clean_url(link.url):
        return Skipped(where, "it has no URL")
    if clean_url(link.url).startswith("#"):
        return Skipped(where, "it leads to a place in this file")
    tags, after = _tags(link.after)
    return Draft(
        url=link.url,
        title=link.title,
        annotation="\n".join(map(_bared, note(link.before, after, part.below).split("\n"))),
        tags=clean_tags((*tags, *folders)),
        where=where,
    )


def _tags(text: str) -> tuple[list[str], str]:
    """Return the tags in the comment for them, and the text around that."""
    opening = _TAGS.search(text)
    end = text.find("-->", opening.end()) if opening else -1
    if opening is None or end < 0:
        return [], text
    tags = [tag.strip() for tag in unescape(text[opening.end() : end]).split(",")]
    return tags, text[: opening.start()].rstrip() + text[end + 3 :]


def _item(bookmark: Bookmark) -> str:
    tags = ",".join(_REFERENCE.sub("&amp;", tag).replace(">", "&gt;") for tag in bookmark.tags)
    comment = f" <!-- TAGS: {tags} -->" if tags else ""
    annotation = "".join(f"  {_guarded(line)}\n" if line else "\n" for line in bookmark.annotation.split("\n"))
    return f"- {_link(bookmark)}{comment}\n" + (f"\n{annotation}" if bookmark.annotation else "")


def _link(bookmark: Bookmark) -> str:
    url = bookmark.url
    if not bookmark.title and _AUTOLINK.fullmatch(f"<{url}>"):
        return f"<{url}>"
    plain = _PLAIN_TARGET.fullmatch(url) and not _REFERENCE.search(url)
    target = url if plain else f"<{_SPECIAL_IN_TARGET.sub(_escaped, url)}>"
    return f"[{_SPECIAL.sub(_escaped, bookmark.title)}]({target})"


def _escaped(special: re.Match[str]) -> str:
    return f"\\{special[0]}"


def _guarded(line: str) -> str:
    """Return ``line`` of an annotation with a backslash before the marker that would make it an item with a link."""
    place = _item_marker(line)
    return line if place is None else f"{line[: place.end(1)]}\\{line[place.end(1) :]}"


def _bared(line: str) -> str:
    """Return ``line`` without the backslash that :func:`_guarded` has put there."""
    place = _item_marker(line)
    return line if place is None or not place[2] else line[: place.end(1)] + line[place.end(1) + 1 :]


def _item_marker(line: str) -> re.Match[str] | None:
    """Return what is before the marker of ``line``, if it would be an item with a link but for backslashes there."""
    before = _BEFORE_MARKER.match(line)
    return before if before and _link_of(before[1] + line[before.end() :]) else None
