"""Take the fields of a decoded JSON object for what they are to be.

A value of another kind stays where it is, with the fields that tagtui does not know, so that it is kept with them.
"""

from datetime import datetime
from typing import Any

from tagtui.core.bookmark import clean_tags, split_tags
from tagtui.formats.dates import read_added, read_date
from tagtui.formats.flags import is_no, is_yes
from tagtui.formats.json_tree import without_deep

Fields = dict[str, Any]


def take_text(fields: Fields, name: str) -> str:
    """Take the text, or number, of this name out of ``fields``; ``""`` where there is none."""
    value = fields.get(name)
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if text and not isinstance(text, str):
        return ""
    fields.pop(name, None)
    return text or ""


def take_tags(fields: Fields, name: str) -> tuple[str, ...]:
    """Take the tags of this name, in an array or as text, out of ``fields``."""
    value = fields.get(name)
    if not isinstance(value, list):
        return split_tags(take_text(fields, name))
    tags = [str(tag) for tag in value if isinstance(tag, str | int | float)]
    if len(tags) == len(value):
        del fields[name]
    return clean_tags(tags)


def take_flag(fields: Fields, name: str) -> bool | None:
    """Take a yes or no out of ``fields``: ``true`` or ``false``, 1 or 0, or a word; ``None`` where it is none."""
    word = str(fields.get(name, ""))[:8]
    if is_yes(word) or is_no(word):
        del fields[name]
        return is_yes(word)
    if not fields.get(name):
        fields.pop(name, None)
    return None


def take_date(fields: Fields, name: str, now: datetime) -> datetime | None:
    """Take the date of this name out of ``fields``, if there is one that can be read."""
    value = fields.get(name)
    moment = None if isinstance(value, bool) else read_date(value, now)
    if moment or not value:
        fields.pop(name, None)
    return moment


def take_added(fields: Fields, name: str, now: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    """Take the date of this name out of ``fields``, with the warnings where it is not to be known."""
    value = fields.get(name)
    moment = take_date(fields, name, now)
    return (moment, ()) if moment else (None, read_added(value, now)[1])


def left(fields: Fields, family: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what is left of ``fields`` and says something, as ``extra``, and warnings of what cannot be kept."""
    said = {name: value for name, value in fields.items() if value is not None and value != ""}
    if not said:
        return {}, ()
    kept, warnings = without_deep(said)
    return ({family: kept} if kept else {}), warnings
