"""Libraries that look like somebody's: seeded, fast to make, at any size.

Tags follow Zipf (1949): the first is on a fifth of the bookmarks, most are on few. They fall into
topics, so that related tags mean something. Distinct tags grow with the library as Heaps (1978)
has it: about 1,000 at 1,000 bookmarks, 4,472 at 10,000, 20,000 at 100,000.

    python -m tests.benchmarks.corpus library 100000 out.json
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from typing import NotRequired, TypedDict, TypeVar

from tests.benchmarks import words

Item = TypeVar("Item")

OWNER = "jm"
"""Whose libraries these are."""

SEED = 2004
FIRST_DAY = datetime(2004, 1, 1, tzinfo=UTC)
LAST_DAY = datetime(2026, 6, 30, tzinfo=UTC)

TAGS_PER_BOOKMARK = (4, 8, 17, 23, 20, 12, 7, 4, 3, 2)
"""Of a hundred bookmarks, how many have 0, 1, 2… tags."""

SENTENCES_PER_ANNOTATION = (14, 20, 20, 15, 11, 7, 5, 4, 2)
"""Of about a hundred annotations, how many have 0, 1, 2… sentences; the rest are long."""

LONG = 2
"""Of a hundred annotations, how many run over many paragraphs."""


class Document(TypedDict):
    """A bookmark as tagtui's file has it."""

    url: str
    title: str
    annotation: str
    tags: list[str]
    added: str
    modified: str
    private: NotRequired[bool]
    unread: NotRequired[bool]
    by: NotRequired[str]


def distinct_tags(count: int) -> int:
    """How many different tags a library of `count` bookmarks has."""
    return max(1, min(count, round(1_000 * math.pow(count / 1_000, 0.650515))))


def vocabulary(size: int) -> list[str]:
    """`size` different tags, the commonest first; the same list whatever its length."""
    return list(_take(_tag_names(), size))


def documents(count: int, *, tags: int | None = None, seed: int = SEED) -> Iterator[Document]:
    """`count` bookmarks in the order they were saved; the URLs all differ.

    `tags` is how many different tags they have between them (Heaps' number when not given; never
    more than there are bookmarks). The same arguments give the same bookmarks.
    """
    rng = Random(seed)
    names = vocabulary(min(distinct_tags(count) if tags is None else tags, count))
    topics = _Topics(names, rng)
    hosts = list(_take(_host_names(), max(1, count // 8)))
    sites = _draws(hosts, _zipf(len(hosts)), rng)
    prose = _Prose(rng)
    slot = (LAST_DAY - FIRST_DAY) / max(1, count)
    owed: list[str] = []
    for number in range(count):
        owed += _due(names, number, count)
        topic = topics.draw()
        tags_here = topics.tags(topic, rng)
        if owed and tags_here:
            tags_here[-1] = owed.pop()
        title = prose.title(topics.words(topic), rng)
        added = FIRST_DAY + slot * (number + rng.random())
        yield _document(number, title, [*dict.fromkeys(tags_here)], added, next(sites), prose, rng)


def write_library(path: Path, count: int, *, seed: int = SEED) -> Path:
    """tagtui's own file: TinyDB's JSON, two tables, one document a line. 100,000 make 55 MB."""
    about = _json({"schema": 1, "owner": OWNER})
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'{{"library": {{\n"1": {about}\n}},\n"bookmarks": {{')
        for number, document in enumerate(documents(count, seed=seed), start=1):
            out.write(f'{"," if number > 1 else ""}\n"{number}": {_json(document)}')
        out.write("\n}}\n")
    return path


def write_pinboard(path: Path, count: int, *, seed: int = SEED) -> Path:
    """Pinboard's JSON export as their server writes it: ASCII only, `/` as `\\/`, newest first."""
    newest_first = list(documents(count, seed=seed))[::-1]
    with path.open("w", encoding="ascii", newline="\n") as out:
        out.write("[")
        for number, document in enumerate(newest_first):
            row = json.dumps(_pinboard(document), separators=(",", ":")).replace("/", "\\/")
            out.write(f"{',' if number else ''}{row}\n")
        out.write("]\n")
    return path


def write_netscape(path: Path, count: int, *, seed: int = SEED) -> Path:
    """A Netscape bookmark file with TAGS, dates, PRIVATE, TOREAD and `<DD>` annotations."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_NETSCAPE_HEAD)
        out.writelines(_netscape(document) for document in documents(count, seed=seed))
        out.write("</DL><p>\n")
    return path


WRITERS: dict[str, Callable[[Path, int], Path]] = {
    "library": write_library,
    "pinboard": write_pinboard,
    "netscape": write_netscape,
}


class _Topics:
    """Tags that go together: each has a home topic; some draws roam over all of them."""

    ROAMING = 0.45

    def __init__(self, names: Sequence[str], rng: Random) -> None:
        count = max(1, min(150, len(names) // 60))
        members: list[list[str]] = [[] for _ in range(count)]
        for rank, name in enumerate(names):
            members[rank % count if rank < count else rng.randrange(count)].append(name)
        self._topics = _draws(range(len(members)), _zipf(len(members)), rng)
        self._members = [_draws(topic, _zipf(len(topic)), rng) for topic in members]
        self._words = [topic[:12] for topic in members]
        self._roaming = _draws(names, _zipf(len(names)), rng)
        self._counts = _draws(range(len(TAGS_PER_BOOKMARK)), accumulate(TAGS_PER_BOOKMARK), rng)

    def draw(self) -> int:
        return next(self._topics)

    def tags(self, topic: int, rng: Random) -> list[str]:
        wanted = next(self._counts)
        home = self._members[topic]
        return [next(self._roaming if rng.random() < self.ROAMING else home) for _ in range(wanted)]

    def words(self, topic: int) -> Sequence[str]:
        return self._words[topic]


class _Prose:
    """Titles and annotations out of a stock of sentences."""

    STOCK = 4_000

    def __init__(self, rng: Random) -> None:
        self._words = _draws(words.COMMON, range(1, len(words.COMMON) + 1), rng)
        stock = [self._sentence(rng) for _ in range(self.STOCK)]
        self._sentences = _draws(stock, range(1, self.STOCK + 1), rng)
        lengths = range(len(SENTENCES_PER_ANNOTATION))
        self._lengths = _draws(lengths, accumulate(SENTENCES_PER_ANNOTATION), rng)

    def title(self, topic_words: Sequence[str], rng: Random) -> str:
        roll = rng.random()
        if roll < 0.01:
            return ""
        if roll < 0.05:
            return f"{rng.choice(words.FOREIGN)} {rng.choice(topic_words)}"
        rest = " ".join(islice(self._words, rng.randint(0, 3)))
        return f"{rng.choice(words.OPENINGS)} {rng.choice(topic_words)} {rest}".rstrip()

    def annotation(self, rng: Random) -> str:
        if rng.random() * 100 < LONG:
            return "\n\n".join(self._text(4) for _ in range(rng.randint(4, 12)))
        text = self._text(next(self._lengths))
        roll = rng.random()
        if not text or roll < 0.7:
            return text
        if roll < 0.8:
            return f"<blockquote>{text}</blockquote>"
        return f"“{text}”" if roll < 0.96 else f"{text} {rng.choice(words.FOREIGN)}"

    def _text(self, sentences: int) -> str:
        return " ".join(islice(self._sentences, sentences))

    def _sentence(self, rng: Random) -> str:
        text = " ".join(islice(self._words, rng.randint(8, 20))).capitalize()
        aside = f" ({rng.choice(words.FOREIGN)})" if rng.random() < 0.05 else ""
        return f"{text}{aside}{rng.choice('...?!')}"


def _document(
    number: int,
    title: str,
    tags: list[str],
    added: datetime,
    host: str,
    prose: _Prose,
    rng: Random,
) -> Document:
    later = added + timedelta(days=rng.random() * 400) if rng.random() < 0.2 else added
    document = Document(
        url=_url(host, title, number, added, rng),
        title=title,
        annotation=prose.annotation(rng),
        tags=tags,
        added=_stamp(added),
        modified=_stamp(min(later, LAST_DAY)),
    )
    if rng.random() < 0.05:
        document["private"] = True
    if rng.random() < 0.12:
        document["unread"] = True
    if rng.random() < 0.03:
        document["by"] = rng.choice(words.PEOPLE)
    return document


def _due(names: Sequence[str], number: int, count: int) -> Sequence[str]:
    """The tags whose turn it is, so that each is used at least once."""
    return names[number * len(names) // count : (number + 1) * len(names) // count]


def _url(host: str, title: str, number: int, added: datetime, rng: Random) -> str:
    slug = "-".join(_SLUG_WORD.findall(title.lower())[:3]) or "p"
    scheme = "https" if added.year > 2014 or rng.random() < 0.2 else "http"
    shape = rng.random()
    if shape < 0.6:
        return f"{scheme}://{host}/{added.year}/{added.month:02}/{slug}-{number}"
    if shape < 0.8:
        return f"{scheme}://{host}/{slug}/{number}.html"
    if shape < 0.95:
        return f"{scheme}://{host}/read?id={number}&page={rng.randint(1, 9)}"
    return f"{scheme}://{host}/notes/{number}#{slug}"


def _stamp(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='seconds')[:19]}Z"


def _zipf(size: int) -> list[float]:
    """Running sums of 1, 1/2, 1/3…, as `Random.choices` wants them."""
    return list(accumulate(1 / rank for rank in range(1, size + 1)))


def _draws(items: Sequence[Item], sums: Iterable[float], rng: Random) -> Iterator[Item]:
    """Items without end, each as often as its step in the running sums says."""
    weights = list(sums)
    while True:
        yield from rng.choices(items, cum_weights=weights, k=256)


def _tag_names() -> Iterator[str]:
    yield from words.TAGS
    stems = [word for word in words.COMMON if len(word) > 3]
    for distance in range(1, len(stems)):
        joint = "-/_:"[distance % 4] if distance % 7 == 0 else "-"
        for first, second in zip(stems, stems[distance:], strict=False):
            yield f"{first}{joint}{second}"


def _host_names() -> Iterator[str]:
    yield from words.HOSTS
    endings = (".com", ".org", ".net", ".io", ".de", ".co.uk", ".dev", ".jp")
    for distance in range(1, len(words.COMMON)):
        for first, second in zip(words.COMMON, words.COMMON[distance:], strict=False):
            yield f"{first}{second}{endings[(distance + len(first)) % len(endings)]}"


def _take(items: Iterator[str], count: int) -> Iterator[str]:
    for _ in range(count):
        try:
            yield next(items)
        except StopIteration:
            raise ValueError(f"fewer than {count} names can be made") from None


_json = json.JSONEncoder(ensure_ascii=False).encode


def _pinboard(document: Document) -> dict[str, str]:
    address = hashlib.md5(document["url"].encode(), usedforsecurity=False).hexdigest()
    return {
        "href": document["url"],
        "description": document["title"],
        "extended": document["annotation"],
        "meta": address[::-1],
        "hash": address,
        "time": document["added"],
        "shared": "no" if document.get("private") else "yes",
        "toread": "yes" if document.get("unread") else "no",
        "tags": " ".join(document["tags"]),
    }


def _netscape(document: Document) -> str:
    line = (
        f'<DT><A HREF="{escape(document["url"])}" ADD_DATE="{_epoch(document["added"])}"'
        f' LAST_MODIFIED="{_epoch(document["modified"])}"'
        f' PRIVATE="{int(document.get("private", False))}"'
        f' TOREAD="{int(document.get("unread", False))}"'
        f' TAGS="{escape(",".join(document["tags"]))}">{escape(document["title"])}</A>\n'
    )
    return line + (f"<DD>{escape(document['annotation'])}\n" if document["annotation"] else "")


def _epoch(stamp: str) -> int:
    return int(datetime.fromisoformat(stamp).timestamp())


_SLUG_WORD = re.compile("[a-z0-9]+")

_NETSCAPE_HEAD = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
"""


def main(arguments: Sequence[str]) -> None:
    """Write one file: `corpus KIND COUNT PATH`."""
    kind, count, path = arguments
    written = WRITERS[kind](Path(path), int(count))
    print(f"{written}: {written.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
