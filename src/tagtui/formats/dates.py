"""Dates as bookmark files write them: epochs in three units, ISO 8601, and the log format of old web servers."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_LAST_YEAR = 2100
_EPOCH = re.compile(r"([+-]?[0-9]{1,25})(?:\.[0-9]*)?")
_UNITS = (1_000, 1_000_000)  # to the second: ms, µs
_DAY = 86_400
_LOG = re.compile(r"(\d\d?)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-])(\d\d)(\d\d))?", re.ASCII)
_seconds = lru_cache(maxsize=1)(datetime.timestamp)  # of the moment that all dates of a file are compared with
_MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}


def read_date(value: object, now: datetime) -> datetime | None:
    """Return the moment that ``value`` (text, a number or a datetime) names, in UTC and whole seconds, or ``None``.

    An epoch is in seconds, ms or µs: the first of these that gives a moment no later than a day after ``now``.  A time
    without a zone is taken for UTC.  Years go from 1 to 2100.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, datetime):
            moment: datetime | None = _in_seconds(value)
        elif isinstance(value, str):
            text = value.strip()
            is_epoch = text.isdecimal() and text.isascii()
            moment = _from_epoch(int(text), now) if is_epoch else _read(text, now)
        else:
            moment = _from_epoch(int(value), now) if isinstance(value, int | float) else None
        if moment and moment.tzinfo is not UTC:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):  # the last two: out of the range of the C library
        return None
    return moment if moment and moment.year <= _LAST_YEAR else None


def read_added(value: object, now: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    """Return when a bookmark was added, as :func:`read_date` does, and the warnings where that is not to be known."""
    if isinstance(value, datetime) and value.tzinfo is UTC and not value.microsecond and value.year <= _LAST_YEAR:
        return value, ()  # as nearly all are
    moment = read_date(value, now)
    if moment is not None:
        return moment, ()
    if value is None or value == "":
        return None, ("it has no date; it gets today's",)
    return None, (f"its date {str(value)[:40]!r} cannot be read; it gets today's",)


def stamp(moment: datetime) -> str:
    """Return ``moment`` as ``2016-10-31T15:57:56Z``."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def _read(text: str, now: datetime) -> datetime | None:
    if text[4:5] != "-":
        if epoch := _EPOCH.fullmatch(text):
            return _from_epoch(int(epoch[1]), now)
        if log := _LOG.fullmatch(text):
            return _from_log(log)
    return _in_seconds(datetime.fromisoformat(text))


def _in_seconds(moment: datetime) -> datetime:
    """Return ``moment`` in whole seconds, and with a zone."""
    if moment.microsecond:
        moment = moment.replace(microsecond=0)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _from_epoch(epoch: int, now: datetime) -> datetime | None:
    latest = _seconds(now) + _DAY
    if epoch <= latest:
        return datetime.fromtimestamp(epoch, UTC)
    for unit in _UNITS:
        if epoch // unit <= latest:
            return datetime.fromtimestamp(epoch // unit, UTC)
    return None


def _from_log(log: re.Match[str]) -> datetime | None:
    if log[2] not in _MONTHS:
        return None
    zone = UTC
    if log[7]:
        offset = timedelta(hours=int(log[8]), minutes=int(log[9]))
        zone = timezone(-offset if log[7] == "-" else offset)
    return datetime(int(log[3]), _MONTHS[log[2]], int(log[1]), int(log[4]), int(log[5]), int(log[6]), tzinfo=zone)
