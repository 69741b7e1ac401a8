"""Help with the tags of a bookmark: which to suggest, how to complete one, and whether one is a slip.

The weights were measured by leave-one-out (``tests/benchmarks/test_suggest.py``); near the best they hardly matter.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from urllib.parse import unquote

from pyroaring import BitMap

from tagtui.core.bookmark import MAX_TAG, Draft, clean_tag, tag_key
from tagtui.core.index import Index
from tagtui.core.library import Library
from tagtui.core.order import association
from tagtui.core.query import Tag
from tagtui.core.text import fold
from tagtui.core.url import site

_LATELY = 30  # additions
_SAMPLED = 400  # bookmarks looked at, at the most, to see what goes with what: the newest of each tag and of the site
_LIKELY = 20  # tags of a sample that are weighed, the commonest
_DOUBT = 3  # bookmarks without any tag that are added to each sample
_CHANCE = 3.84  # the association that chance exceeds once in twenty times (chi squared, one degree of freedom)
_READ = 1_000  # characters of each text
_FRIENDS = 3  # tags entered whose company counts, the last
_FOUND = 2  # tags found in title and URL whose company counts as if they had been entered
_TITLE, _URL, _ANNOTATION, _SITE, _RECENT = 0.8, 0.4, 0.05, 0.3, 0.7  # where company weighs 1

_WORD = re.compile(r"[^\W_]+")
_AROUND_WORDS = ".,;:!?'\"()[]{}<>“”‘’«»…"
_PAGE = re.compile(r"\.(?:html?|php|aspx?|jsp)$")
_UNSPACED = re.compile("[\u2e80-\ud7ff]{2,}")  # Chinese, Japanese, Korean: words that may stand without blanks

_USED = 3  # bookmarks that have a tag which another one may be a slip of


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tag of the library, as it is spelled there, and why it may fit: ``often with kafka, ops``."""

    tag: str
    reason: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A tag of the library, and how many bookmarks picking it would give."""

    tag: str
    count: int


@dataclass(frozen=True, slots=True)
class TagNote:
    """What a typed tag is: ``tag`` in the library's spelling, on ``count`` bookmarks, 0 for a new one.

    ``meant`` is the tag that a new one is probably a slip of, or ``""``.
    """

    tag: str
    count: int = 0
    meant: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the library has the tag."""
        return self.count > 0


# --- suggestions


_Scores = defaultdict[str, dict[str, float]]  # by tag key, by what speaks for the tag


def suggest(library: Library, draft: Draft, count: int = 10) -> list[Suggestion]:
    """Return up to ``count`` tags of ``library`` for ``draft``, the best first, none that it has already.

    Whatever speaks for a tag adds to its score; the reason given is what adds most.
    """
    entered = {tag_key(tag) for tag in draft.tags}
    with library.unchanged() as index:
        scores: _Scores = defaultdict(dict)
        found = _score_texts(draft, index.names, scores)
        for key, share in index.related(BitMap(library.newest(_LATELY))).items():
            scores[key]["added lately"] = _RECENT * share / _LATELY
        _score_company(index, draft, found, scores)
        totals = {key: sum(reasons.values()) for key, reasons in scores.items() if key not in entered}
        return [Suggestion(index.names[key], _best(scores[key], 1)[0]) for key in _best(totals, count)]


def _score_texts(draft: Draft, names: Mapping[str, str], scores: _Scores) -> list[str]:
    """Score the tags found in the draft's texts; return the keys of those in its title and URL."""
    titled, linked = _tags_in(draft.title, names), _tags_in(_words_of(draft.url), names)
    annotated = _tags_in(draft.annotation, names)
    for keys, reason, weight in (
        (titled, "in the title", _TITLE),
        (linked, "in the URL", _URL),
        (annotated, "in the annotation", _ANNOTATION),
    ):
        for key in keys:
            scores[key][reason] = weight
    return titled + linked


def _score_company(index: Index, draft: Draft, found: list[str], scores: _Scores) -> None:
    """Score the tags that go with the site, with the tags entered and with the first of those ``found``."""
    entered = [key for key in map(tag_key, draft.tags) if key in index.names]
    friends = list(dict.fromkeys(entered[-_FRIENDS:] + found[:_FOUND]))
    room = _SAMPLED // (len(friends) + 1)
    host = site(draft.url)
    for key, weight in _together(index, index.sites().get(host, BitMap()) if host else BitMap(), room):
        scores[key][f"on {host}"] = _SITE * weight
    company: _Scores = defaultdict(dict)
    for friend in friends:
        for key, weight in _together(index, index.tagged(Tag(friend)), room):
            if key != friend:
                company[key][index.names[friend]] = weight
    for key, weights in company.items():
        scores[key][f"often with {', '.join(_best(weights, 2))}"] = sum(weights.values())


def _together(index: Index, ids: BitMap, room: int) -> Iterator[tuple[str, float]]:
    """Yield the tags that are on unusually many of the bookmarks ``ids``, with a weight between 0 and 1.

    The weight is the share of the newest ``room`` of them that have the tag, less where that may be chance.
    """
    sample = ids[-room:] if len(ids) > room else ids
    total, counts = len(index.everything), index.related(sample)
    for key in _best(counts, _LIKELY):
        surprise = association(counts[key], index.count(key), len(sample), total)
        if surprise > 0:
            yield key, counts[key] / (len(sample) + _DOUBT) * surprise / (surprise + _CHANCE)


def _best(scores: Mapping[str, float], count: int) -> list[str]:
    """Return the ``count`` keys of the highest scores, equal ones by name."""
    return sorted(sorted(scores), key=scores.__getitem__, reverse=True)[:count]


def _words_of(url: str) -> str:
    """Return what may be words in ``url``: not its scheme, top domain, query and the like."""
    host, _, path = url[:_READ].partition("://")[2].partition("?")[0].partition("/")
    return f"{host.lower().removeprefix('www.').rpartition('.')[0]} {_PAGE.sub('', unquote(path))}"


def _tags_in(text: str, names: Mapping[str, str]) -> list[str]:
    """Return the keys of the tags that stand in ``text`` as words or runs of words, the longest runs first.

    ``distributed-systems`` stands in "distributed systems", and ``queues`` in "a queue".
    """
    text = text[:_READ]
    keyed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    candidates = (candidate for form in dict.fromkeys((keyed, fold(text))) for candidate in _candidates(form))
    return list(dict.fromkeys(filter(names.__contains__, candidates)))


def _candidates(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    yield from map("-".join, zip(words, words[1:], words[2:], strict=False))
    for pair in pairwise(words):
        yield from (joint.join(pair) for joint in ("-", "", "_", "/"))
    for token in text.split():
        yield from (token, token.strip(_AROUND_WORDS), token.rstrip(_AROUND_WORDS))
    for word in words:
        yield from (word, word.removesuffix("s"), word + "s")
    for run in _UNSPACED.findall(text):
        yield from (run[at : at + length] for length in (4, 3, 2) for at in range(len(run) - length + 1))


# --- completion


def complete(library: Library, typed: str, entered: Sequence[str] = (), count: int = 8) -> list[Completion]:
    """Return up to ``count`` tags that contain what is ``typed``, but for those ``entered``.

    Case and accents do not matter.  Those that begin with it come first, then the commonest.  One letter finds only
    the tags that begin with it, and nothing typed finds none.
    """
    needle = fold(clean_tag(typed))
    if not needle:
        return []
    with library.unchanged() as index:
        names, keys = index.lend()
        folded = _folded(tuple(keys))
        without = {tag_key(tag) for tag in entered}
        found: list[Completion] = []
        for matching in (folded.beginning_with, folded.holding) if len(needle) > 1 else (folded.beginning_with,):
            counts = index.counts([key for key in matching(needle) if key not in without])
            best = _best(counts, count - len(found))
            found += [Completion(names[key], counts[key]) for key in best]
            if len(found) >= count:
                break
            without.update(best)
        return found


class _Folded:
    """The folded keys of all tags as one text: searching that takes a thirtieth of going through them one by one."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._plain = [key for key in keys if key.isascii()]  # sorted, and its own form each
        self._others: dict[str, list[str]] = {}  # by form
        for key in keys if len(self._plain) < len(keys) else ():
            if not key.isascii():
                self._others.setdefault(fold(key), []).append(key)
        self._text = "\0".join(("", *self._plain, *self._others, ""))  # NUL is in no tag

    def beginning_with(self, needle: str) -> list[str]:
        """Return the keys whose form begins with ``needle``."""
        start, end = bisect_left(self._plain, needle), bisect_left(self._plain, needle + "\x7f")
        others = [key for form, keys in self._others.items() if form.startswith(needle) for key in keys]
        return self._plain[start:end] + others

    def holding(self, needle: str) -> Iterator[str]:
        """Yield the keys whose form holds ``needle``."""
        for form in self._forms_holding(needle):
            yield from self._with_form(form)

    def _forms_holding(self, needle: str) -> Iterator[str]:
        """Yield the forms that hold ``needle``, which may end with NUL, as each form does."""
        at = self._text.find(needle)
        while at >= 0:
            end = self._text.find("\0", at)
            yield self._text[self._text.rfind("\0", 0, at) + 1 : end]
            at = self._text.find(needle, end)

    def _with_form(self, form: str) -> list[str]:
        others = self._others.get(form, [])
        at = bisect_left(self._plain, form)
        return [form, *others] if self._plain[at : at + 1] == [form] else others

    def slips(self, form: str, most: int) -> dict[str, int]:
        """Return the keys whose form is at most so many slips away from ``form``, with their number.

        Looked at are forms with the same first letter, and with the same end: two slips, one in the first letter and
        one in the last three, are not found.
        """
        found = dict.fromkeys(self._with_form(form), 0)
        if not most:
            return found
        shortest, longest = len(form) - most, len(form) + most
        same_start = re.compile(f"\0({re.escape(form[0])}[^\0]{{{shortest - 1},{longest - 1}}})(?=\0)")
        same_end = self._forms_holding(f"{form[2:] if most == 1 else form[-3:]}\0")
        letters, digits = set(form), _digits(form)
        for other in chain(same_start.findall(self._text), same_end):
            if (
                shortest <= len(other) <= longest
                and len(letters.difference(other)) <= most
                and len(letters.symmetric_difference(other)) <= 2 * most
                and _is_within(most, form, other)
                and _digits(other) == digits
            ):
                for key in self._with_form(other):
                    found.setdefault(key, 1 if _is_within(1, form, other) else 2)
        return found


@lru_cache(maxsize=1)
def _folded(keys: tuple[str, ...]) -> _Folded:
    return _Folded(keys)


# --- slips


def resolve(library: Library, typed: str) -> TagNote:
    """Return what the tag ``typed`` is in ``library``: known, new, or new and probably a slip of a known one.

    A slip is a letter too many, missing, wrong or swapped with the next (Damerau, 1964): one from 4 letters on, two
    from 8; or no more than accents.  Other digits are no slip.
    """
    tag = clean_tag(typed)
    key, form = tag_key(tag), fold(tag)
    with library.unchanged() as index:
        if key in index.names:
            return TagNote(index.names[key], index.count(key))
        if not form or len(tag) > MAX_TAG:
            return TagNote(tag)
        letters = min(len(key), len(form))
        slips = _folded(tuple(index.lend()[1])).slips(form, 2 if letters >= 8 else 1 if letters >= 4 else 0)
        used = {key: count for key, count in index.counts(slips).items() if count >= _USED}
        meant = min(used, key=lambda key: (slips[key], -used[key], key), default="")
        return TagNote(tag, meant=index.names.get(meant, ""))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_within(slips: int, one: str, other: str) -> bool:
    """Tell whether up to so many slips make ``other`` of ``one``."""
    if not slips:
        return one == other
    same = next((at for at, (mine, yours) in enumerate(zip(one, other, strict=False)) if mine != yours), None)
    if same is None:
        return abs(len(one) - len(other)) <= slips
    one, other, less = one[same:], other[same:], slips - 1
    return (
        _is_within(less, one[1:], other[1:])
        or _is_within(less, one[1:], other)
        or _is_within(less, one, other[1:])
        or (one[:2] == other[1::-1] and _is_within(less, one[2:], other[2:]))
    )
