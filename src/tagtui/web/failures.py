"""Why a page could not be had, in a line for a person."""

import os
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import httpcore

from tagtui.core.text import clean_line
from tagtui.errors import PageError

_KINDS = {"application/pdf": "a PDF", "image": "an image", "video": "a video", "audio": "a recording"}


@contextmanager
def told(seconds: float) -> Iterator[None]:
    """Raise as PageError what goes wrong on the way to a page that has ``seconds``."""
    try:
        yield
    except (TimeoutError, httpcore.TimeoutException) as error:
        raise PageError(f"it does not answer within {seconds:g} s") from error
    except (OSError, httpcore.NetworkError, httpcore.ProtocolError, zlib.error) as error:
        raise PageError(_reason(error)) from error


def of_status(status: int) -> PageError:
    """Return the error for an answer that is not the page: ``404 Not Found``."""
    phrase = next((known.phrase for known in HTTPStatus if known == status), "")
    return PageError(f"{status} {phrase}".strip())


def of_kind(kind: str) -> PageError:
    """Return the error for an answer of the media type ``kind``."""
    name = _KINDS.get(kind) or _KINDS.get(kind.partition("/")[0])
    shown = clean_line(kind)[:80]
    return PageError(f"it is {name}, not a page ({shown})" if name else f"it is not a page ({shown})")


def _reason(error: BaseException) -> str:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted: {clean_line(cause.verify_message).rstrip('.')}"
        if isinstance(cause, ssl.SSLError):
            return f"no secure connection: {_words(cause.reason)}"
        if isinstance(cause, OSError) and cause.errno and isinstance(error, httpcore.ConnectError):
            return f"it cannot be reached: {os.strerror(cause.errno).lower()}"  # asyncio's own words name the address
    if isinstance(error, httpcore.ConnectError):
        return "it cannot be reached"
    if isinstance(error, httpcore.NetworkError):
        return "the connection broke off"
    if isinstance(error, zlib.error):
        return "it is damaged: it cannot be unpacked"
    return "its answer is not HTTP"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _words(reason: str | None) -> str:
    return (reason or "it broke off").lower().replace("_", " ")
