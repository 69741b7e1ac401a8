"""A query as a value: what a bookmark must be to stay in the list, and how a person writes it.

The text form, for example ``#kafka -#storm (#aws or #gcp) "exactly once" site:confluent.io since:2015-03 is:unread``,
is lossless both ways: ``parse(format_query(q)).query == q``.  A half-typed text never fails: what can be read is used,
and the rest is named with its place.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tagtui.core.bookmark import tag_key

STATES = ("unread", "private", "untagged", "public", "read")


@dataclass(frozen=True, slots=True)
class Tag:
    """Bookmarks with this tag or one under it (``a`` includes ``a/b``); as a prefix, with any tag that begins so."""

    name: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Bookmarks with at least one of these tags."""

    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Bookmarks that hold this text in title, tags, URL or annotation, whatever its case and accents."""

    text: str


@dataclass(frozen=True, slots=True)
class Site:
    """Bookmarks on this host or one under it."""

    host: str


@dataclass(frozen=True, slots=True)
class By:
    """Bookmarks that this person saved."""

    name: str


@dataclass(frozen=True, slots=True)
class Day:
    """A year, a month or a day, as precise as it was written; its moment is its first second, UTC."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        tail = (f"-{part:02}" for part in (self.month, self.day) if part is not None)
        return f"{self.year:04}" + "".join(tail)

    @property
    def start(self) -> datetime:
        """The first moment of it."""
        return datetime(self.year, self.month or 1, self.day or 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Since:
    """Bookmarks added at the start of this day or later."""

    day: Day


@dataclass(frozen=True, slots=True)
class Before:
    """Bookmarks added before the start of this day."""

    day: Day


@dataclass(frozen=True, slots=True)
class Is:
    """Bookmarks in this state, one of :data:`STATES`."""

    state: str


Positive = Tag | AnyOf | Text | Site | By | Since | Before | Is


@dataclass(frozen=True, slots=True)
class Not:
    """Bookmarks that ``term`` does not match."""

    term: Positive


Term = Positive | Not


@dataclass(frozen=True, slots=True)
class Query:
    """The terms that a bookmark must all meet, in the order in which they were given; none means everything."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that must occur."""
        return tuple(term.text for term in self.terms if isinstance(term, Text))

    @property
    def picked(self) -> frozenset[str]:
        """The keys of the tags that stand in the query, picked, any-of and excluded alike (not as prefixes)."""
        return frozenset(tag_key(tag.name) for tag in self._tags() if not tag.prefix)

    def with_term(self, term: Term) -> "Query":
        """Return the query with ``term`` at its end, or the same query where it stands already."""
        return self if self.has(term) else Query((*self.terms, term))

    def without(self, term: Term) -> "Query":
        """Return the query without ``term``."""
        return Query(tuple(t for t in self.terms if _same(t) != _same(term)))

    def without_last(self) -> "Query":
        """Return the query without its last term; of an any-of group, without its last alternative."""
        rest = Query(self.terms[:-1])
        match self.terms[-1:]:
            case (AnyOf((*others, _)),) if others:
                return rest.with_term(AnyOf(tuple(others)) if len(others) > 1 else others[0])
            case _:
                return rest

    def has(self, term: Term) -> bool:
        """Tell whether ``term`` stands in the query; tags are compared by their key."""
        return _same(term) in map(_same, self.terms)

    def pick(self, name: str) -> "Query":
        """Return the query with the tag required, and neither excluded nor among alternatives."""
        return self.drop_tag(name).with_term(Tag(name))

    def exclude(self, name: str) -> "Query":
        """Return the query with the tag excluded, and not required."""
        return self.drop_tag(name).with_term(Not(Tag(name)))

    def alternative(self, name: str) -> "Query":
        """Return the query in which the last picked tag, or any-of group, may as well be ``name``.

        Excluded tags are no picks; where none is picked, pick it.
        """
        rest = self.drop_tag(name)
        for at in reversed(range(len(rest.terms))):
            term = rest.terms[at]
            if isinstance(term, Tag | AnyOf):
                return Query((*rest.terms[:at], AnyOf((*_tags_of(term), Tag(name))), *rest.terms[at + 1 :]))
        return rest.with_term(Tag(name))

    def only(self, name: str) -> "Query":
        """Return the query that has this one tag and nothing else."""
        return Query((Tag(name),))

    def drop_tag(self, name: str) -> "Query":
        """Return the query without the tag, wherever it stands; a group of one tag left is that tag."""
        key = tag_key(name)
        query = Query()
        for term in self.terms:
            left = tuple(tag for tag in _tags_of(term) if tag.prefix or tag_key(tag.name) != key)
            if left == _tags_of(term):
                query = query.with_term(term)
            elif left:
                inner = AnyOf(left) if len(left) > 1 else left[0]
                query = query.with_term(Not(inner) if isinstance(term, Not) else inner)
        return query

    def standing(self, name: str) -> Term | None:
        """Return the term in which the tag stands, or ``None``."""
        key = tag_key(name)
        for term in self.terms:
            if any(not tag.prefix and tag_key(tag.name) == key for tag in _tags_of(term)):
                return term
        return None

    def _tags(self) -> Iterator[Tag]:
        for term in self.terms:
            yield from _tags_of(term)


def _tags_of(term: Term) -> tuple[Tag, ...]:
    inner = term.term if isinstance(term, Not) else term
    match inner:
        case Tag():
            return (inner,)
        case AnyOf(tags):
            return tags
        case _:
            return ()


def _same(term: Term) -> object:
    """Return what makes two terms the same: tags count by their key."""
    match term:
        case Tag(name, prefix):
            return ("#", tag_key(name), prefix)
        case AnyOf(tags):
            return frozenset(map(_same, tags))
        case Not(inner):
            return ("-", _same(inner))
        case _:
            return term


# --- the text form ---------------------------------------------------------------------------------------------------

_SPECIAL_IN_TAG = re.compile(r'[\s"()*|\\]')
_OR = re.compile(r"(?:or|OR|\|)\s+(?=#|t:|tag:)")
_OR_AT_END = re.compile(r"(?:or|OR|\|)(?=\s*+\Z)")
_FIELD = re.compile(r"(t|tag|site|by|since|before|is):", re.IGNORECASE | re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def format_term(term: Term) -> str:
    """Return the text form of one term."""
    match term:
        case Tag(name, prefix):
            return "#" + (_quote(name) if _SPECIAL_IN_TAG.search(name) else name) + "*" * prefix
        case AnyOf(tags):
            return "(" + " or ".join(map(format_term, tags)) + ")"
        case Text(text):
            return _quote(text) if _needs_quotes(text) else text
        case Site(value) | By(value):
            name = "site" if isinstance(term, Site) else "by"
            return f"{name}:" + (_quote(value) if re.search(r'[\s"()\\]', value) else value)
        case Since(day) | Before(day):
            return f"{'since' if isinstance(term, Since) else 'before'}:{day}"
        case Is(state):
            return f"is:{state}"
        case Not(inner):
            return "-" + format_term(inner)


def format_query(query: Query) -> str:
    """Return the text form of ``query``."""
    return " ".join(map(format_term, query.terms))


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _needs_quotes(text: str) -> bool:
    return bool(
        re.search(r'[\s"()]', text) or text[:1] in ("#", "-", "|", "") or text.lower() == "or" or _FIELD.match(text)
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of a query's text, characters ``start`` to ``end``, that is not used, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query read from text: ``places[i]`` is where ``query.terms[i]`` stands, ``problems`` what was left out."""

    query: Query
    places: tuple[tuple[int, int], ...]
    problems: tuple[Problem, ...]


def parse(text: str) -> Parsed:
    """Read the text form of a query; total, and linear in the text's length."""
    reader = _Reader(text)
    reader.read()
    return Parsed(Query(tuple(reader.terms)), tuple(reader.places), tuple(reader.problems))


class _Reader:
    """One pass over a query's text, term by term."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.terms: list[Term] = []
        self.places: list[tuple[int, int]] = []
        self.problems: list[Problem] = []

    def read(self) -> None:
        while self._skip_blanks():
            joins = self._or()
            if self.at == len(self.text):
                break
            start = self.at
            negated = self.text[start] == "-"
            self.at += negated
            found = self._group() if self._peek() == "(" else self._term(stops="")
            if found is None:
                if not self.problems or self.problems[-1].end <= start:
                    self._problem(start, "nothing to exclude" if negated else "nothing to look for")
                continue
            if joins and isinstance(found, Tag):
                found = AnyOf((*_tags_of(self.terms.pop()), found))
                start = self.places.pop()[0]
            self.terms.append(Not(found) if negated else found)
            self.places.append((start, self.at))

    def _or(self) -> bool:
        """Step over an ``or`` that stands between two tags, parentheses or not; tell whether it does."""
        if not self.terms or not isinstance(self.terms[-1], Tag | AnyOf):
            return False
        if match := _OR_AT_END.match(self.text, self.at):
            self.problems.append(Problem(self.at, match.end(), "or which tag?"))
            self.at = len(self.text)
            return False
        match = _OR.match(self.text, self.at)
        if match is None:
            return False
        self.at = match.end()
        return True

    def _problem(self, start: int, reason: str) -> None:
        self.at = max(self.at, start + 1)
        self.problems.append(Problem(start, self.at, reason))

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip_blanks(self) -> bool:
        while self._peek().isspace():
            self.at += 1
        return self.at < len(self.text)

    def _group(self) -> AnyOf | Tag | None:
        start = self.at
        self.at += 1
        tags: list[Tag] = []
        while self._skip_blanks() and self._peek() != ")":
            if self._peek() == "|":
                self.at += 1
                continue
            place = self.at
            term = self._term(stops=")|")
            if isinstance(term, Tag):
                tags.append(term)
            elif term is not None and term != Text("or") and term != Text("OR"):
                self._problem(place, "only tags can be alternatives: (#one or #other)")
        if self._peek() == ")":
            self.at += 1
        else:
            self.problems.append(Problem(start, start + 1, "this parenthesis is not closed"))
        if not tags:
            self._problem(start, "no tag between the parentheses")
            return None
        return AnyOf(tuple(tags)) if len(tags) > 1 else tags[0]

    def _term(self, stops: str) -> Positive | None:
        start = self.at
        if self._peek() == "#":
            self.at += 1
            return self._tag(start, stops)
        if self._peek() == '"':
            text = self._value(stops)
            return Text(text) if text else None
        field = _FIELD.match(self.text, self.at)
        if field is None:
            word = self._word(stops)
            return Text(word) if word else None
        self.at = field.end()
        name = field[1].lower()
        if name in ("t", "tag"):
            return self._tag(start, stops)
        return self._field(name, self._value(stops), start)

    def _field(self, name: str, value: str, start: int) -> Positive | None:
        if not value:
            self._problem(start, f"{name}: wants a value")
            return None
        if name == "site":
            return Site(value)
        if name == "by":
            return By(value)
        if name == "is":
            if value.lower() in STATES:
                return Is(value.lower())
            self._problem(start, f"is: knows {', '.join(STATES)}")
            return None
        day = _day(value)
        if day is None:
            self._problem(start, "not a date: write 2016, 2016-10 or 2016-10-31")
            return None
        return Since(day) if name == "since" else Before(day)

    def _tag(self, start: int, stops: str) -> Tag | None:
        quoted = self._peek() == '"'
        name = self._value(stops)
        prefix = False
        if quoted:
            prefix = self._peek() == "*"
            self.at += prefix
        elif name.endswith("*"):
            name, prefix = name[:-1], True
        if name:
            return Tag(name, prefix)
        self._problem(start, "a tag's name is missing")
        return None

    def _value(self, stops: str) -> str:
        return self._quoted() if self._peek() == '"' else self._word(stops)

    def _word(self, stops: str) -> str:
        start = self.at
        while (character := self._peek()) and not character.isspace() and character not in stops:
            self.at += 1
        return self.text[start : self.at]

    def _quoted(self) -> str:
        start = self.at
        self.at += 1
        characters = []
        while (character := self._peek()) and character != '"':
            if character == "\\" and self.at + 1 < len(self.text):
                self.at += 1
                character = self._peek()
            characters.append(character)
            self.at += 1
        if character:
            self.at += 1
        else:
            self.problems.append(Problem(start, self.at, "this quotation is not closed"))
        return "".join(characters)


def _day(text: str) -> Day | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    day = Day(*(int(part) if part else None for part in match.groups()))  # type: ignore[arg-type]
    try:
        _ = day.start
    except ValueError:
        return None
    return day


def typed_so_far(parsed: Parsed, exists: Callable[[Tag], bool]) -> Parsed:
    """Return ``parsed`` as a person who is still typing means it, so that no half-typed tag blanks the list.

    A tag that no bookmark has is left out, with the reason; the last one of the text counts as the beginning of a tag
    as long as any tag begins so.
    """
    terms, places, problems = [], [], list(parsed.problems)
    last = len(parsed.query.terms) - 1
    for number, (term, place) in enumerate(zip(parsed.query.terms, parsed.places, strict=True)):
        tags = _tags_of(term)
        meant = [_meant(tag, exists) if number == last and tag is tags[-1] else tag for tag in tags]
        problems += [Problem(*place, f"no bookmark has #{tag.name}") for tag in meant if not exists(tag)]
        kept = tuple(tag for tag in meant if exists(tag))
        if kept or not tags:
            terms.append(_with_tags(term, kept))
            places.append(place)
    problems.sort(key=lambda problem: problem.start)
    return Parsed(Query(tuple(terms)), tuple(places), tuple(problems))


def _meant(tag: Tag, exists: Callable[[Tag], bool]) -> Tag:
    """Return ``tag``, or where there is none of that name but some that begin so, the prefix."""
    prefix = Tag(tag.name, prefix=True)
    return prefix if not exists(tag) and exists(prefix) else tag


def _with_tags(term: Term, tags: tuple[Tag, ...]) -> Term:
    """Return ``term`` with ``tags`` in place of its own; without any, it is the same."""
    if not tags:
        return term
    inner = AnyOf(tags) if len(tags) > 1 else tags[0]
    return Not(inner) if isinstance(term, Not) else inner
