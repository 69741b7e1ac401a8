"""A Pinboard export that looks like somebody's: 120 bookmarks, 44 of them on kafka.

The newest of the 44 was saved 23 days before the day of the export, the last in February 2012, and the tags that go
with kafka are spelled in more than one way.  The same ``now`` always gives the same export.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tagtui.core.bookmark import tag_key

TOTAL = 120
KAFKA = 44  # bookmarks tagged kafka
FIRST_DAY = datetime(2012, 2, 14, 9, 26, 53, tzinfo=UTC)  # when the last of the 44 was saved
DAYS_AGO = 23  # when the newest of them was saved

Row = dict[str, str]

_WITH_KAFKA = (
    "storm Storm aws AWS ops Ops streaming distributed-systems queues Scala scala linkedin LinkedIn logging "
    "architecture exactly-once event-sourcing performance java C++ 日本 Überwachung via:fogus to-read"
).split()
_WITHOUT = "python books typography cooking history maps ops aws Storm security größe c# to-read".split()
_SITES = ("kafka.apache.org", "engineering.linkedin.com", "www.confluent.io", "queue.acm.org", "blog.example.org")
_SUBJECTS = ("The log", "Exactly once", "Replication", "Compaction", "Consumer groups", "Back pressure", "Ordering")
_ENDINGS = ("in practice", "revisited", "at scale", "for the impatient", "considered", "[pdf]", "and what it costs")
_NOTES = (
    "",
    "What every engineer should know about real-time data’s unifying abstraction.",
    "<blockquote>A log is perhaps the simplest possible storage abstraction.</blockquote>",
    """Read the part on retention first.

The benchmark at the end is from one machine only; our own numbers were half of that.

- disk, not network, was the limit
- batching helped most""",
)


def entries(now: datetime) -> list[Row]:
    """Return the export's entries as of ``now``, the newest first."""
    rng = Random(KAFKA)
    newest = now.replace(microsecond=0) - timedelta(days=DAYS_AGO)
    step = (newest - FIRST_DAY) / (KAFKA - 1)
    dated = [(newest - step * number, True) for number in range(KAFKA - 1)] + [(FIRST_DAY, True)]
    dated += [(FIRST_DAY + (newest - FIRST_DAY) * rng.random(), False) for _ in range(TOTAL - KAFKA)]
    dated.sort(reverse=True)
    return [_entry(number, moment, rng, on_kafka=on_kafka) for number, (moment, on_kafka) in enumerate(dated)]


def write_export(path: Path, now: datetime) -> list[Row]:
    """Write the export as of ``now`` to ``path`` as Pinboard does, and return its entries."""
    rows = entries(now)
    lines = ",\n".join(json.dumps(row, separators=(",", ":")).replace("/", "\\/") for row in rows)
    path.write_text(f"[{lines}\n]\n", "ascii")
    return rows


def tags_of(row: Row) -> list[str]:
    """Return the tags of an entry."""
    return row["tags"].split()


def tagged(rows: Iterable[Row], *names: str) -> list[Row]:
    """Return the entries that have all of these tags, in whatever case."""
    wanted = {tag_key(name) for name in names}
    return [row for row in rows if wanted <= {tag_key(tag) for tag in tags_of(row)}]


def counted(matching: Iterable[Row], rows: Iterable[Row]) -> dict[str, int]:
    """Return, the slow way, how many of ``matching`` have each tag, by name, in the spelling first seen in ``rows``."""
    spelling: dict[str, str] = {}
    for row in rows:
        for tag in tags_of(row):
            spelling.setdefault(tag_key(tag), tag)
    counts = Counter(key for row in matching for key in {tag_key(tag) for tag in tags_of(row)})
    return {spelling[key]: counts[key] for key in sorted(counts)}


def _entry(number: int, moment: datetime, rng: Random, *, on_kafka: bool) -> Row:
    others = rng.sample(_WITH_KAFKA if on_kafka else _WITHOUT, rng.randint(0, 5))
    unique = list({tag_key(tag): tag for tag in others}.values())
    if on_kafka:
        unique.insert(rng.randint(0, len(unique)), rng.choice(("kafka", "kafka", "Kafka")))
    url = f"https://{rng.choice(_SITES)}/{moment.year}/{number}"
    return {
        "href": url,
        "description": "" if number == 7 else f"{rng.choice(_SUBJECTS)} {rng.choice(_ENDINGS)}",
        "extended": rng.choice(_NOTES),
        "meta": hashlib.md5(f"{number}".encode(), usedforsecurity=False).hexdigest(),
        "hash": hashlib.md5(url.encode(), usedforsecurity=False).hexdigest(),
        "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "shared": "no" if number % 13 == 5 else "yes",
        "toread": "yes" if number % 9 == 4 else "no",
        "tags": " ".join(unique),
    }
