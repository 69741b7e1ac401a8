"""Read the XML that del.icio.us invented and Pinboard kept: ``<posts><post href="" description="" … /></posts>``.

All of a bookmark is in the attributes of its ``<post>``.  The parser loads slowly, so this module is imported on use.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from xml.parsers.expat import errors
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from tagtui.errors import ImportFileError
from tagtui.formats.encoding import to_utf8
from tagtui.formats.registry import Entry, Source
from tagtui.formats.remarks import with_remarks
from tagtui.formats.xml_text import mend

# A value with a raw line end in it.  Parsers make that a blank; Pinboard, which wrote it so, means a new line.
_LINES = re.compile(rb'="[^"<\r\n]*+[\r\n][^"<]*+"')
_LINE_END = re.compile(rb"\r\n?|\n")
_DECLARATION = re.compile(rb"\s*+<\?xml\s[^<>]*+>")
_IN_LINE = re.compile(rb"[^\r\n]")
_CUT_OFF = (errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_UNCLOSED_TOKEN, errors.XML_ERROR_UNCLOSED_CDATA_SECTION)
_CHUNK = 1 << 20  # bytes
# Expat before 2.6 reads a tag from its beginning with every chunk that does not end it (CVE-2023-52425): time quadratic
# in its length.  What holds no tag for so long is refused; the longest annotation takes a fifth of that, escaped.
_MOST_BARREN = 32 * _CHUNK

ToEntry = Callable[[dict[str, str], str, datetime], Entry]


class _Post(NamedTuple):
    line: int  # from 1
    attributes: dict[str, str]


class _Posts(ContentHandler):
    """What a parser has found: its outermost element, how many elements and posts, and the posts not yet taken."""

    def __init__(self, parser: DefusedExpatParser) -> None:
        super().__init__()
        self._parser = parser
        self._found: list[_Post] = []
        self.root = ""
        self.elements = self.count = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 (SAX calls it so)
        self.root = self.root or name
        self.elements += 1
        if name == "post":
            self.count += 1
            self._found.append(_Post(self._parser.getLineNumber() or 1, dict(attrs.items())))

    def take(self) -> list[_Post]:
        taken, self._found = self._found, []
        return taken


def read_posts(source: Source, to_entry: ToEntry) -> Iterator[Entry]:
    """Yield what ``to_entry`` makes of each post: of its attributes, its place in the file, and the present moment.

    Raises ImportFileError where the XML is cut off or broken, has a DOCTYPE, or is no ``<posts>``.
    """
    decoded = to_utf8(source.content)
    content = mend(decoded.utf8)
    remarks = decoded.warnings
    if content != decoded.utf8:
        remarks += ("the file is ill-formed; control characters were left out, and a bare & was read as text",)
    return with_remarks(_read(content, source.name, to_entry, datetime.now(UTC)), remarks)


def _read(content: bytes, name: str, to_entry: ToEntry, now: datetime) -> Iterator[Entry]:
    content, lines = _LINES.subn(_with_references, content)
    for line, attributes in _posts(content, name):
        if lines and "extended" in attributes:
            attributes["extended"] = attributes["extended"].replace("\n ", "\n")
        yield to_entry(attributes, f"line {line}", now)


def _with_references(value: re.Match[bytes]) -> bytes:
    """Return the value with a new line that a parser keeps before each of its own, which stay so that lines count."""
    return _LINE_END.sub(rb"&#10;\g<0>", value[0])


def _posts(content: bytes, name: str) -> Iterator[_Post]:
    parser = DefusedExpatParser(forbid_dtd=True)
    posts = _Posts(parser)
    parser.setContentHandler(posts)
    barren = 0
    for chunk in _chunks(content):
        before = posts.elements
        try:
            parser.feed(chunk, isFinal=not chunk)
        except SAXParseException as error:
            what = "cut off" if error.getMessage() in _CUT_OFF else "not well-formed XML"
            raise _broken(name, what, error.getLineNumber(), posts.count) from None
        except DefusedXmlException:
            raise _broken(name, "a DOCTYPE, which no export has,", parser.getLineNumber(), posts.count) from None
        if posts.root not in ("", "posts"):
            root = posts.root[:40]
            raise ImportFileError(f"{name}: it holds <{root}> and not <posts>; leave --format out, or name another")
        barren = 0 if posts.elements > before else barren + len(chunk)
        if barren > _MOST_BARREN:
            raise _broken(name, f"{_MOST_BARREN:,} bytes without a tag", parser.getLineNumber(), posts.count)
        yield from posts.take()


def _chunks(content: bytes) -> Iterator[bytes]:
    """Yield ``content`` in pieces, an empty one last; blanks for its declaration, whose encoding is no longer true."""
    declaration = _DECLARATION.match(content)
    start = 0
    if declaration:
        start = declaration.end()
        yield _IN_LINE.sub(b" ", declaration[0])
    for place in range(start, len(content), _CHUNK):
        yield content[place : place + _CHUNK]
    yield b""


def _broken(name: str, what: str, line: int | None, count: int) -> ImportFileError:
    behind = f", after entry {count}" if count else ""
    return ImportFileError(f"{name}: {what} at line {line or 1}{behind}; export it again, or mend it there")
