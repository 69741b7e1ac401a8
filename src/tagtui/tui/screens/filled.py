"""What stands in the form of a bookmark, and what keeps it from being saved."""

from __future__ import annotations

from dataclasses import dataclass

from tagtui.core.bookmark import MAX_ANNOTATION, MAX_TAG, MAX_TITLE, Bookmark, Draft, split_tags
from tagtui.core.url import MAX_URL, OPENABLE, scheme

MOST_TAGS = 100  # of a bookmark, as on Pinboard


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form."""

    url: str = ""
    title: str = ""
    tags: str = ""
    annotation: str = ""
    private: bool = False
    unread: bool = False

    @classmethod
    def of(cls, bookmark: Bookmark) -> Filled:
        """Return the form of ``bookmark``."""
        return cls(
            bookmark.url,
            bookmark.title,
            " ".join(bookmark.tags),
            bookmark.annotation,
            bookmark.private,
            bookmark.unread,
        )

    def draft(self) -> Draft:
        """Return the draft of a new bookmark."""
        return Draft(
            self.url,
            title=self.title,
            annotation=self.annotation,
            tags=split_tags(self.tags),
            private=self.private,
            unread=self.unread,
        )

    def problem(self, before: Filled) -> tuple[str, str]:
        """Return the field that keeps this from being saved, by its name, and why; two empty ones for none.

        What is as it was ``before`` never does, wherever it came from.
        """
        if not scheme(self.url) and (not self.url or self.url != before.url):
            return "url", "no URL yet: it needs a scheme, as in https://…"
        for name, text, was, limit in (
            ("url", self.url, before.url, MAX_URL),
            ("title", self.title, before.title, MAX_TITLE),
            ("annotation", self.annotation, before.annotation, MAX_ANNOTATION),
        ):
            if len(text) > limit and text != was:
                return name, f"{len(text):,} characters; the limit is {limit:,}"
        reason = tags_problem(self.tags) if self.tags != before.tags else ""
        return ("tags", reason) if reason else ("", "")

    def remark(self) -> str:
        """Return what is to be known of the URL, though it can be saved; ``""`` for nothing."""
        if self.url and scheme(self.url) and scheme(self.url) not in OPENABLE:
            return f"{scheme(self.url)[:20]}: is kept, and never opened"
        return ""


def tags_problem(text: str) -> str:
    """Return why the tags in ``text`` cannot be saved, ``""`` where they can."""
    tags = split_tags(text)
    longest = max(tags, key=len, default="")
    if len(longest) > MAX_TAG:
        return f"“{longest[:20]}…” has {len(longest):,} characters; the limit is {MAX_TAG}"
    return f"{len(tags):,} tags; the limit is {MOST_TAGS}" if len(tags) > MOST_TAGS else ""
