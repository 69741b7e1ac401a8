"""Text as XML 1.0 can hold it: escaped on its way out, and on its way in mended where an exporter did not care.

What characters there are, and how those of an attribute are normalised: https://www.w3.org/TR/xml/#charsets and
https://www.w3.org/TR/xml/#AVNormalize
"""

import re

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
# An ampersand that does not begin one of the five references that need no declaration, or that to a new line, which
# our own files are full of; where it begins one to another character, all of that.
_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#10);)(?:#(?:([0-9]{1,20})|x([0-9A-Fa-f]{1,20}));)?")


def escape(text: str) -> str:
    """Return ``text`` as the content of an element, without the characters that XML forbids."""
    if not text.isprintable():
        text = _FORBIDDEN.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quote(text: str) -> str:
    """Return ``text`` as the value of an attribute, in its quotes; line breaks and tabs survive a parser's hands."""
    text = escape(text).replace('"', "&quot;")
    if not text.isprintable():
        text = text.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")
    return f'"{text}"'


def mend(content: bytes) -> bytes:
    """Return ``content``, which is UTF-8, without forbidden characters, and with ``&amp;`` for a bare ``&``.

    A reference to an entity of one's own, or to a character that XML forbids, is taken for text.
    """
    content = content.translate(None, _CONTROLS)
    for noncharacter in _NONCHARACTERS:
        content = content.replace(noncharacter, b"")
    return _AMPERSAND.sub(_mend_ampersand, content)


def _mend_ampersand(found: re.Match[bytes]) -> bytes:
    number = int(found[1] or b"0") or int(found[2] or b"0", 16)
    allowed = 0 < number <= 0x10FFFF and not _FORBIDDEN.match(chr(number))
    return found[0] if allowed else b"&amp;" + found[0][1:]
