"""The clock."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment in whole seconds: the one clock of tagtui."""
    return datetime.now(UTC).replace(microsecond=0)
