"""Whether a text is an address at all, for the formats in which any text may stand where one is looked for."""

import re

# What a scheme is followed by tells it from the word before a colon, but for those that have no slashes.
_ADDRESS = re.compile(
    r"""\s*+(?: [a-z][a-z0-9+.-]*+://
      | (?:about|data|feed|file|geo|javascript|magnet|mailto|news|sips?|sms|tel|urn|view-source|xmpp):(?=\S) )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_address(text: str) -> bool:
    """Tell whether ``text`` begins as a URL does: with ``http://``, any other scheme and ``://``, ``mailto:``…"""
    return _ADDRESS.match(text) is not None
