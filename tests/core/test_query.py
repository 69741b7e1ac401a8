"""The query: its text form both ways, and what a person does to it pick by pick."""

from collections.abc import Callable
from dataclasses import astuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagtui.core.bookmark import tag_key
from tagtui.core.query import (
    STATES,
    AnyOf,
    Before,
    By,
    Day,
    Is,
    Not,
    Query,
    Since,
    Site,
    Tag,
    Text,
    format_query,
    parse,
    typed_so_far,
)

from .drawn import HOSTILE, hostile_queries, meeting_queries, queries, tag_names

EXAMPLE = '#kafka -#storm (#aws or #gcp) "exactly once" site:confluent.io since:2015-03 before:2016 is:unread'
TERMS = (
    Tag("kafka"),
    Not(Tag("storm")),
    AnyOf((Tag("aws"), Tag("gcp"))),
    Text("exactly once"),
    Site("confluent.io"),
    Since(Day(2015, 3)),
    Before(Day(2016)),
    Is("unread"),
)


def problems(text: str) -> list[tuple[str, str]]:
    return [(text[problem.start : problem.end], problem.reason) for problem in parse(text).problems]


# --- the text form


def test_the_example_reads_as_what_it_says() -> None:
    parsed = parse(EXAMPLE)
    assert parsed.query.terms == TERMS
    assert parsed.problems == ()
    assert [EXAMPLE[start:end] for start, end in parsed.places][2:4] == ["(#aws or #gcp)", '"exactly once"']
    assert format_query(parsed.query) == EXAMPLE


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("t:kafka tag:ops T:Aws", (Tag("kafka"), Tag("ops"), Tag("Aws"))),
        ("#queue*", (Tag("queue", prefix=True),)),
        ('#"a*"', (Tag("a*"),)),
        ('#"a*"*', (Tag("a*", prefix=True),)),
        ('t:"two \\"words\\""', (Tag('two "words"'),)),
        ("#a or #b | t:c", (AnyOf((Tag("a"), Tag("b"), Tag("c"))),)),
        ("(#a|#b)", (AnyOf((Tag("a"), Tag("b"))),)),
        ("(#a #b)", (AnyOf((Tag("a"), Tag("b"))),)),
        ("(#a)", (Tag("a"),)),
        ("-(#a or #b*)", (Not(AnyOf((Tag("a"), Tag("b", prefix=True)))),)),
        ("this or that", (Text("this"), Text("or"), Text("that"))),
        ("#a or that", (Tag("a"), Text("or"), Text("that"))),
        ('#a "or" #b', (Tag("a"), Text("or"), Tag("b"))),
        ('-draft -"two words"', (Not(Text("draft")), Not(Text("two words")))),
        ('by:ann -by:"Ann Lee"', (By("ann"), Not(By("Ann Lee")))),
        ("-is:read IS:Private", (Not(Is("read")), Is("private"))),
        ("c++ c# http://example.com/?a=b", (Text("c++"), Text("c#"), Text("http://example.com/?a=b"))),
        ("#c++ #c# #100% #@work #.net #日本 #via:ann", tuple(map(Tag, "c++ c# 100% @work .net 日本 via:ann".split()))),
        ("since:2015-3-1", (Since(Day(2015, 3, 1)),)),
        ("ſite:x", (Text("ſite:x"),)),
        ("  \n\t ", ()),
    ],
)
def test_texts_read_as_meant(text: str, terms: tuple[object, ...]) -> None:
    parsed = parse(text)
    assert parsed.query.terms == terms
    assert parsed.problems == ()


@given(hostile_queries)
@settings(max_examples=30)
@example(Query(tuple(map(Tag, HOSTILE))))
@example(Query(tuple(Tag(name, prefix=True) for name in HOSTILE)))
@example(Query((AnyOf(tuple(map(Tag, HOSTILE))), Not(AnyOf((Tag("or"), Tag("|", prefix=True)))))))
@example(Query(tuple(kind(text) for text in HOSTILE for kind in (Text, Site, By))))
@example(Query(tuple(Not(kind(text)) for text in HOSTILE for kind in (Tag, Text, Site, By))))
@example(Query((Tag("a"), Text("or"), Tag("b"), Text("|"), Tag("c"))))
@example(Query(tuple(Not(Is(state)) for state in STATES)))
def test_every_query_reads_back_from_its_text(query: Query) -> None:
    parsed = parse(format_query(query))
    assert parsed.query == query
    assert parsed.problems == ()


tokens = st.sampled_from([*HOSTILE, *'# ( (( -( " is: since: #a #b* site:x'.split(), " ", "or ", "| "])
any_text = st.builds(
    str.join, st.sampled_from(["", " "]), st.lists(tokens | st.characters(categories=None), max_size=12)
)


@given(any_text)
@settings(max_examples=30)
@example("word #a or #b | #c -#d or #e")
def test_any_text_is_read_and_every_part_of_the_answer_has_its_place(text: str) -> None:
    parsed = parse(text)
    bounds = [bound for place in parsed.places for bound in place]
    assert bounds == sorted(bounds)
    assert len(parsed.places) == len(parsed.query.terms)
    for term, (start, end) in zip(parsed.query.terms, parsed.places, strict=True):
        assert 0 <= start < end <= len(text)
        assert parse(text[start:end]).query.terms == (term,)
    for problem in parsed.problems:
        assert 0 <= problem.start < problem.end <= len(text)
        assert problem.reason
    assert parsed.problems or parsed.query or not text.strip()
    assert parse(format_query(parsed.query)).query == parsed.query


def test_a_half_typed_query_keeps_all_that_was_typed_before() -> None:
    for typed in (EXAMPLE[:length] for length in range(len(EXAMPLE) + 1)):
        done = sum(end < len(typed) for _, end in parse(EXAMPLE).places)
        terms = parse(typed).query.terms
        assert terms[:done] == TERMS[:done], typed
        assert len(terms) <= done + 1, typed


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("#a #", "#", "name is missing"),
        ("#a -", "-", "nothing to exclude"),
        ("is:", "is:", "wants a value"),
        ("#a is:new", "is:new", "is: knows unread, private"),
        ("since:2015-13 #a", "since:2015-13", "not a date"),
        ("before:2015-02-30", "before:2015-02-30", "not a date"),
        ("(#a or #b", "(", "not closed"),
        ("(word or #b)", "word", "only tags can be alternatives"),
        ("()", "()", "no tag between"),
        ('#a "half', '"half', "not closed"),
        ('""', '""', "nothing to look for"),
    ],
)
def test_what_is_left_out_is_named_with_its_place_and_the_reason(text: str, place: str, reason: str) -> None:
    ((found, why),) = problems(text)
    assert found == place
    assert reason in why


def test_an_open_quotation_is_searched_as_far_as_it_is_typed() -> None:
    assert parse('#a "exactly on').query == Query((Tag("a"), Text("exactly on")))


def test_while_typing_the_last_tag_is_a_beginning_and_an_unknown_tag_does_not_blank_the_list() -> None:
    def exists(tag: Tag) -> bool:
        return "kafka".startswith(tag.name) if tag.prefix else tag.name == "kafka"

    typed = parse("is:x word #kaf -#gone (#kafka or #typo) #ka")
    meant = typed_so_far(typed, exists)
    assert meant.query.terms == (Text("word"), Tag("kafka"), Tag("ka", prefix=True))
    assert meant.places == (typed.places[0], *typed.places[-2:])
    assert [reason for *_, reason in map(astuple, meant.problems)] == [
        "is: knows unread, private, untagged, public, read",
        "no bookmark has #kaf",
        "no bookmark has #gone",
        "no bookmark has #typo",
    ]
    assert typed_so_far(parse("#kx"), exists).query == Query()
    settled = parse("#kafka #ka*")
    assert typed_so_far(settled, exists) == settled


# --- picking


def standings(query: Query, name: str) -> list[object]:
    """Return each place where the tag stands in ``query``: required, excluded or among alternatives."""
    key = tag_key(name)
    found: list[object] = []
    for term in query.terms:
        inner = term.term if isinstance(term, Not) else term
        tags = inner.tags if isinstance(inner, AnyOf) else (inner,) if isinstance(inner, Tag) else ()
        found += [term for tag in tags if tag_key(tag.name) == key and not tag.prefix]
    return found


@given(meeting_queries, tag_names)
@settings(max_examples=30)
@example(Query((Not(AnyOf((Tag("a"), Tag("b")))),)), "A")
@example(Query((Tag("b"), AnyOf((Tag("a"), Tag("b"))))), "a")
def test_a_tag_stands_in_a_query_once_however_it_was_put_there(query: Query, name: str) -> None:
    picked, excluded = query.pick(name), query.exclude(name)
    assert standings(picked, name) == [Tag(name)] == [picked.terms[-1]]
    assert standings(excluded, name) == [Not(Tag(name))] == [excluded.terms[-1]]
    assert len(standings(query.alternative(name), name)) == 1
    assert standings(query.drop_tag(name), name) == []

    assert picked.pick(name.swapcase().swapcase()) == picked.pick(name) == picked
    assert excluded.exclude(name) == excluded
    assert excluded.pick(name) == picked
    assert picked.exclude(name) == excluded
    assert picked.drop_tag(name) == excluded.drop_tag(name) == query.drop_tag(name)
    assert picked.standing(name.upper()) == Tag(name)
    assert query.drop_tag(name).standing(name) is None
    assert tag_key(name) in picked.picked & excluded.picked - query.drop_tag(name).picked


@given(meeting_queries, tag_names)
@settings(max_examples=30)
def test_dropping_undoes_a_pick_and_leaves_all_else_as_it_was(query: Query, name: str) -> None:
    if query.standing(name) is None:
        assert query.pick(name).drop_tag(name) == query.exclude(name).drop_tag(name) == query
        assert query.pick(name).without_last() == query
        assert query.alternative(name).drop_tag(name) == query


Step = Callable[[Query, str], Query]
STEPS: list[Step] = [Query.pick, Query.exclude, Query.alternative, Query.drop_tag, Query.only]


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from("abAB")), max_size=10))
@settings(max_examples=30)
def test_groups_never_shrink_below_two_and_no_tag_stands_twice(steps: list[tuple[Step, str]]) -> None:
    query = Query()
    for step, name in steps:
        query = step(query, name)
        assert all(len(term.tags) > 1 for term in query.terms if isinstance(term, AnyOf))
        assert all(len(standings(query, name)) <= 1 for name in "ab")
        assert parse(format_query(query)).query == query


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "#new"),
        ("#a", "(#a or #new)"),
        ("#a #b", "#a (#b or #new)"),
        ("(#a or #b)", "(#a or #b or #new)"),
        ("#a is:unread word", "(#a or #new) is:unread word"),  # the last tag picked, whatever came after it
        ("#a -#b", "(#a or #new) -#b"),
        ("-#b word", "-#b word #new"),
        ("#a* #new", "(#a* or #new)"),
        ("#a #new #b", "#a (#b or #new)"),
        ("(#a or #new)", "(#a or #new)"),
    ],
)
def test_an_alternative_widens_the_last_tag_picked(before: str, after: str) -> None:
    assert format_query(parse(before).query.alternative("new")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("#a #b -#c", "#b -#c"),
        ("#b -#A #c", "#b #c"),
        ("(#a or #b or #c)", "(#b or #c)"),
        ("#c (#a or #b)", "#c #b"),
        ("-(#a or #b)", "-#b"),
        ("#b (#a or #b)", "#b"),
        ("#a* a #a/b", "#a* a #a/b"),
    ],
)
def test_a_tag_is_dropped_wherever_it_stands_and_a_group_of_one_left_is_that_tag(before: str, after: str) -> None:
    assert format_query(parse(before).query.drop_tag("a")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("#a -#b", "#a"),
        ("#a (#b or #c or #d)", "#a (#b or #c)"),
        ("#a (#b or #c)", "#a #b"),
        ("#b (#b or #c)", "#b"),
        ("#a -(#b or #c)", "#a"),
        ("(#a or #b) word", "(#a or #b)"),
    ],
)
def test_of_a_group_that_stands_last_the_last_alternative_alone_is_dropped(before: str, after: str) -> None:
    assert format_query(parse(before).query.without_last()) == after


def test_only_leaves_nothing_else() -> None:
    assert parse(EXAMPLE).query.only("ops") == Query((Tag("ops"),))


@given(queries(st.builds(Tag, tag_names, st.booleans()), st.just(Text("x"))), st.data())
def test_one_term_can_be_taken_out_of_the_middle(query: Query, data: st.DataObject) -> None:
    assert Query().without_last() == Query()
    if query:
        at = data.draw(st.integers(0, len(query.terms) - 1))
        term = query.terms[at]
        left = query.without(term)
        assert query.has(term)
        assert not left.has(term)
        assert set(left.terms) <= set(query.terms)
        assert query.with_term(term) == query
        assert left.with_term(term).has(term)
    assert query.without(Text("never drawn")) == query


def test_terms_are_the_same_whatever_the_case_of_their_tags_and_the_order_of_alternatives() -> None:
    query = parse("#Kafka -#STORM (#aws or #gcp)").query
    assert query.has(Tag("kafka"))
    assert query.has(Not(Tag("storm")))
    assert query.has(AnyOf((Tag("GCP"), Tag("AWS"))))
    assert not query.has(Tag("kafka", prefix=True))
    assert query.without(Tag("KAFKA")) == parse("-#STORM (#aws or #gcp)").query
    assert query.picked == {"kafka", "storm", "aws", "gcp"}


def test_an_or_that_waits_for_its_tag_searches_nothing() -> None:
    parsed = parse("#kafka or ")
    assert parsed.query == Query((Tag("kafka"),))
    assert [problem.reason for problem in parsed.problems] == ["or which tag?"]


def test_an_unknown_alternative_is_left_out_alone() -> None:
    known = {"aws", "gcp"}
    meant = typed_so_far(parse("(#aws or #typo or #gcp) -(#nope or #aws)"), lambda tag: tag.name in known)
    assert meant.query == Query((AnyOf((Tag("aws"), Tag("gcp"))), Not(Tag("aws"))))
    assert [problem.reason for problem in meant.problems] == ["no bookmark has #typo", "no bookmark has #nope"]
