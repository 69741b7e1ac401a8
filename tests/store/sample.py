"""Library files as text, and bookmarks, for the tests of the store."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Edit

SAVED = "2016-10-31T15:57:56Z"
NOW = datetime(2016, 10, 31, 15, 57, 56, tzinfo=UTC)

LIBRARY = """{"library": {
"1": {"schema": 1, "owner": "jm"}
},
"bookmarks": {
"1": {"url": "http://kafka.org/", "title": "Kafka", "tags": ["kafka", "ops"], "added": "2016-10-31T15:57:56Z", "modified": "2016-10-31T15:57:56Z"},
"2": {"url": "http://日本.jp/", "title": "日本", "annotation": "One.\\n\\nTwo.", "added": "2012-02-03T04:05:06Z", "modified": "2016-10-31T15:57:56Z", "by": "fogus", "private": true, "unread": true}
}}
"""  # noqa: E501  -- the file as it is


def bookmark(url: str = "http://a.org/", **fields: Any) -> Bookmark:
    """Return a bookmark saved at ``NOW``."""
    return Bookmark(**{"url": url, "added": NOW, "modified": NOW, **fields})


def document(url: str = "http://a.org/", **fields: Any) -> dict[str, Any]:
    """Return the document of a bookmark as tagtui writes it."""
    return {"url": url, "added": SAVED, "modified": SAVED, **fields}


def write(path: Path, *documents: Any, **tables: Any) -> Path:
    """Write a library of ``documents``, with the ids 1, 2, …, as plain TinyDB would; ``tables`` stand beside it."""
    numbered = {str(id): document for id, document in enumerate(documents, 1)}
    path.write_text(json.dumps({"bookmarks": numbered, **tables}))
    return path


def change(*edits: tuple[int, Bookmark | None, Bookmark | None]) -> Change:
    """Return a change of ``(id, before, after)``."""
    return Change("Test", tuple(Edit(*edit) for edit in edits))


def is_alone(path: Path) -> bool:
    """Tell whether there is nothing beside ``path`` in its folder."""
    return list(path.parent.iterdir()) == [path]
