"""Find the links of a Netscape bookmark file: a scanner of the few tags that give it structure, and of nothing else.

A general HTML parser loses every later bookmark after an unescaped ``<script>`` in a title, and takes a link inside an
annotation for a bookmark.  Here all is text but DL, DT, DD, H3, A, HR and comments.  Time is linear in the file
whatever it holds: searches go forward only, and none runs twice over what it did not use.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5

import msgspec

from tagtui.formats.folders import inside

_TAG = re.compile(rb"<(?:dt>\s*+<)?(!--|(?:a|h3|/?d[dlt])(?=[\s/>]))", re.IGNORECASE)
_TAG_REST = re.compile(rb"[^<>]*+>?")
_NEXT_LINK = re.compile(rb"<dt(?:\s[^<>]*+)?>\s*+<(?:a|h3)[\s>]", re.IGNORECASE)
# A title without an end tag ends at the next link, or at a structural tag that begins a line; <dl> inside is text.
_TITLE_END = re.compile(rb"</(?:a|h3)\s*+>|(?=%b|[\r\n][ \t]*+</?d[dlt][\s>])" % _NEXT_LINK.pattern, re.IGNORECASE)
_NOTE_END = re.compile(rb"<(?:/?d[dlt]|/body|/html)(?=[\s/>])", re.IGNORECASE)
_RULE = re.compile(rb"<hr(?:[\s/][^<>]*+)?>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"""[\s/]*+
    (?: ( > | (?=<) )
      | ( [^\s/=<>]++ ) (?: \s*+=\s*+ (?: "([^"<]*+)" | '([^'<]*+)' | (["']) | ([^\s>]*+) ) )?
      | =
    )""",
    re.VERBOSE,
)
_END, _NAME, _QUOTE = 1, 2, 5  # groups of it; a value is in the last group there is
# Nearly all links look like this: attributes, title and, if nothing in it could be a tag, the note, in one look.
_PLAIN_LINK = re.compile(
    rb"""\s*+(?:<[Dd][Tt]>\s*+)?<[Aa]((?:\s++[A-Z_a-z-]++="[^"<]*+")*+)\s*+>([^<]*+)</[Aa]>
    (?:\s*+<[Dd][Dd]>([^<]*+)(?=<(?:[Dd][Tt]|/[Dd][Ll])[\s>]))?""",
    re.VERBOSE,
)
_BARE_VALUE = re.compile(rb"[^\s>]*+")
_REFERENCE = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")

# The folders that every browser has of itself, by their mark, or by their name where no folder is around them.
_ROOT_MARKS = frozenset({"PERSONAL_TOOLBAR_FOLDER", "UNFILED_BOOKMARKS_FOLDER"})
_ROOT_NAMES = frozenset(
    "bookmarks|bookmarks bar|bookmarks menu|bookmarks toolbar|favorites|favorites bar|favourites|favourites bar|"
    "mobile bookmarks|mobile favorites|other bookmarks|other favorites|synced bookmarks|unsorted bookmarks".split("|")
)


class Link(msgspec.Struct, gc=False):
    """An ``<A>`` with what belongs to it: its attributes, its title and the text of its DD.

    ``place`` is its byte in the file.  ``names`` are those of the attributes, in upper case and all different;
    ``values`` are theirs, and then one ``""`` for any other.  ``folders`` are the tags that the folders around it make,
    outermost first.
    """

    place: int
    names: tuple[str, ...]
    values: list[str]
    title: str
    folders: tuple[str, ...] = ()
    note: str = ""


# A structural tag that is no A: its name in lower case, and of an H3 or DD its attributes and the text after it.
_Part = tuple[bytes, dict[str, str], str]


def links(content: bytes) -> Iterator[Link]:
    """Yield the links of ``content``, which is UTF-8, in its order."""
    link: Link | None = None  # the latest, whose DD may follow
    folder: tuple[str, ...] | None = None  # the tags under the latest H3, whose DL may follow
    around: list[tuple[str, ...]] = [()]  # those under each open DL
    for part in _parts(content):
        if isinstance(part, Link):
            if link:
                yield link
            link, folder = part, None
            link.folders = around[-1]
            continue
        name, attributes, text = part
        if name == b"dd":
            if link and text:
                link.note = f"{link.note}\n\n{text}" if link.note else text
            continue
        if link:
            yield link
            link = None
        if name == b"dl":
            around.append(around[-1] if folder is None else folder)
        elif name == b"/dl" and len(around) > 1:
            around.pop()
        folder = _under(around[-1], text, attributes) if name == b"h3" else None
    if link:
        yield link


def unescape(text: str) -> str:
    """Return ``text`` with its character references resolved, those that end in a semicolon.

    :func:`html.unescape` takes old names without one too, and would read ``?a=1&copy=2`` as ``?a=1©=2``.
    """
    if "&" not in text:
        return text
    if text.count("&") == text.count("&amp;"):  # as in nearly all URLs
        return text.replace("&amp;", "&")
    return _REFERENCE.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    name = reference[1]
    return html5.get(f"{name};", reference[0]) if name else html.unescape(reference[0])


def _parts(content: bytes) -> Iterator[Link | _Part]:
    last_comment_end: int | None = None  # which takes a look at the whole file
    place = 0
    while found := _PLAIN_LINK.match(content, place) or _TAG.search(content, place):
        plain = found if found.re is _PLAIN_LINK else _PLAIN_LINK.match(content, found.start(1) - 1)
        if plain:
            yield _plain_link(plain)
            place = plain.end()
            continue
        name, place = found[1].lower(), found.end()
        attributes: dict[str, str] = {}
        text = ""
        if name == b"!--":
            if last_comment_end is None:
                last_comment_end = content.rfind(b"-->")
            if place <= last_comment_end:
                place = content.find(b"-->", place) + len(b"-->")
            continue
        if name in (b"a", b"h3"):
            attributes, place = read_attributes(content, place)
            text, place = _read_title(content, place)
        elif name == b"dd":
            text, place = _read_note(content, place)
        elif name in (b"/dt", b"/dd"):
            continue
        yield _link(found.start(1) - 1, attributes, text) if name == b"a" else (name, attributes, text)


def _link(place: int, attributes: dict[str, str], title: str, note: str = "") -> Link:
    return Link(place, tuple(attributes), [*attributes.values(), ""], title, note=note)


def _plain_link(found: re.Match[bytes]) -> Link:
    attributes, title, note = found.groups()
    place = found.start(1) - len(b"<a")
    written = attributes.decode()
    pieces = written.split('"')  # a name and a value in turns, and nothing at the end
    names, values = _plain_names(tuple(pieces[:-1:2])), pieces[1::2]
    if "&" in written:
        values = [unescape(value) if "&" in value else value for value in values]
    text = _note_text(note) if note else ""
    if len(names) > len({*names}):
        first = dict(zip(names[::-1], values[::-1], strict=True))  # the first of a name counts
        return _link(place, {name: first[name] for name in names}, unescape(title.decode()), text)
    values.append("")
    return Link(place, names, values, unescape(title.decode()), note=text)


@lru_cache(maxsize=64)  # the links of a file have a handful of attributes, and nearly always in the same order
def _plain_names(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in ``pieces``, each of which is the white space before a name, the name and ``=``."""
    return tuple(piece.strip().removesuffix("=").upper() for piece in pieces)


def read_attributes(content: bytes, place: int) -> tuple[dict[str, str], int]:
    """Return the attributes from ``place`` on, names in upper case, and the place after the tag.

    The first of a name counts.
    """
    attributes: dict[str, str] = {}
    while found := _ATTRIBUTE.match(content, place):
        place = found.end()
        last = found.lastindex
        if last is None:  # a lone =
            continue
        if last == _END:
            break
        value = found[last] if last > _NAME else b""
        if last == _QUOTE:
            value, place = _read_quoted(content, place, value)
        attributes.setdefault(found[_NAME].decode().upper(), unescape(value.decode()))
    return attributes, place


def _read_quoted(content: bytes, start: int, quote: bytes) -> tuple[bytes, int]:
    """Return the value that begins at ``start``, after ``quote``, and the place after it.

    It goes no further than the next link, so that a missing quote costs one bookmark and not two; a value whose quote
    is missing ends as if it had none.
    """
    end = content.find(quote, start)
    if end >= 0 and not _NEXT_LINK.search(content, start, end):
        return content[start:end], end + 1
    bare = _BARE_VALUE.match(content, start)
    end = bare.end() if bare else start
    return content[start:end], end


def _read_title(content: bytes, place: int) -> tuple[str, int]:
    found = _TITLE_END.search(content, place)
    end, after = found.span() if found else (len(content), len(content))
    return unescape(content[place:end].decode()), after


def _read_note(content: bytes, place: int) -> tuple[str, int]:
    rest = _TAG_REST.match(content, place)
    start = rest.end() if rest else place
    found = _NOTE_END.search(content, start)
    end = found.start() if found else len(content)
    return _note_text(content[start:end]), end


def _note_text(content: bytes) -> str:
    content = content.strip()
    note = (_without_last_rules(content) if content.endswith(b">") else content).decode()
    return unescape(note.replace("\r\n", "\n").replace("\r", "\n") if "\r" in note else note)


def _without_last_rules(note: bytes) -> bytes:
    """Return ``note`` without the HRs at its end, which separate bookmarks."""
    kept = start = 0
    for rule in _RULE.finditer(note):
        if not note[start : rule.start()].isspace() and start < rule.start():
            kept = rule.start()
        start = rule.end()
    return note if start < len(note) else note[:kept].strip()


def _under(around: tuple[str, ...], name: str, attributes: dict[str, str]) -> tuple[str, ...]:
    """Return the tags of the folders ``around``, with that of the folder called ``name`` inside them."""
    is_root = not around and name.strip().lower() in _ROOT_NAMES
    return around if is_root or not _ROOT_MARKS.isdisjoint(attributes) else inside(around, name)
