"""The lines of a file that is text."""

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper


def lines(content: bytes) -> Iterator[str]:
    """Return the lines of ``content``, which is UTF-8, each with its end: LF, CR LF or CR.

    :meth:`str.splitlines` takes ten other signs for ends of lines; each of them may stand in a title.
    """
    return TextIOWrapper(BytesIO(content), "utf-8", newline="")
