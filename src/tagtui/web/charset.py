"""A page's bytes as text, in the encoding that they have rather than the one that is claimed.

Byte order mark, header, ``<meta>``, else UTF-8, else Windows-1252: the order of the Encoding and the HTML standard
(https://encoding.spec.whatwg.org, https://html.spec.whatwg.org/#determining-the-character-encoding), but that a claim
is not believed where the bytes speak against it.
"""

import codecs
import re

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"<\0": "utf-16-le",  # without a mark, as XML begins (appendix F)
    b"\0<": "utf-16-be",
}
_PRESCANNED = 1024  # bytes, the HTML standard's
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*+=\s*+["']?\s*+([\w.:-]{1,40})""", re.IGNORECASE
)
_LABEL = re.compile(r"[\w.:-]{1,40}", re.ASCII)

# The web's encodings by Python's names.  Python has others, some of which take quadratic time (punycode).
_BY_NAME = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    **{
        name: name
        for name in """utf-8 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp866 cp874 iso8859-2
        iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15
        iso8859-16 koi8-r koi8-u mac-roman mac-cyrillic gb18030 big5hkscs euc_jp iso2022_jp cp932 cp949""".split()
    },
}
_EAST_ASIAN = frozenset("gb18030 big5hkscs euc_jp iso2022_jp cp932 cp949".split())
_TELLING = 32  # bytes that are not ASCII; so many are not UTF-8 by chance
_MOST_LOST = 1 / 8  # of those bytes; a text with more is read in the wrong encoding
_ASCII = bytes(range(128))


def to_text(content: bytes, header: str) -> str:
    """Return ``content`` as text; ``header`` is the charset that the server claims, or ``""``.  Never fails."""
    for mark, codec in _MARKS.items():
        if content.startswith(mark):
            return content.decode(codec, "replace").removeprefix("\ufeff")
    claimed = [codec for codec in (_codec(header), _codec(_declared(content))) if codec]
    foreign = len(content.translate(None, _ASCII))
    if _is_utf8(content) and (foreign >= _TELLING or _EAST_ASIAN.isdisjoint(claimed)):
        return content.decode("utf-8", "replace")  # it may be cut off within a character
    for codec in (*claimed, "utf-8"):
        text = content.decode(codec, "replace")
        if text.count("\ufffd") - content.count(b"\xef\xbf\xbd") <= foreign * _MOST_LOST:
            return text
    return content.decode("cp1252", "replace")


def _declared(content: bytes) -> str:
    found = _DECLARED.search(_COMMENT.sub(b"", content[:_PRESCANNED]))
    return found[1].decode("ascii", "replace") if found else ""


def _codec(label: str) -> str:
    """Return Python's name of the encoding that ``label`` means on the web, or ``""``."""
    label = label.strip().lower().removeprefix("x-").replace("windows-", "cp")
    if not _LABEL.fullmatch(label):
        return ""
    try:
        return _BY_NAME.get(codecs.lookup(label).name, "")
    except LookupError:
        return ""


def _is_utf8(content: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return False
    return True
