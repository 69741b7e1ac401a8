"""The help with tags: what is suggested and why, how a tag is completed, and which ones look like slips."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark, Draft, tag_key
from tagtui.core.changes import Change, Edit
from tagtui.core.library import Library
from tagtui.core.suggest import Completion, TagNote, complete, resolve, suggest

from .drawn import HOSTILE, OWNER, bookmarks, tag_names

DAY = datetime(2015, 3, 1, tzinfo=UTC)


def library_of(*pages: str, host: str = "example.org") -> Library:
    """Return a library with a bookmark a day, of the tags given, on pages that say nothing."""
    books = {
        id: Bookmark(url=f"https://{host}/{id}", tags=tuple(tags.split()), added=DAY + timedelta(days=id), modified=DAY)
        for id, tags in enumerate(pages, start=1)
    }
    return Library(books, OWNER)


def long_ago(*pages: str) -> Library:
    """Return such a library, where nothing was added lately but pages without tags."""
    return library_of(*pages, *[""] * 30)


def on_site(library: Library, host: str, tags: str) -> None:
    """Add a bookmark that was saved before all others."""
    book = Bookmark(url=f"https://{host}/", tags=tuple(tags.split()), added=DAY, modified=DAY)
    library.apply(Change("add", (Edit(library.next_id, None, book),)))


def reasons(library: Library, draft: Draft) -> dict[str, str]:
    """Return the reasons for what is suggested, by tag, the best first."""
    return {suggestion.tag: suggestion.reason for suggestion in suggest(library, draft)}


def test_tags_in_the_company_of_those_entered_are_suggested() -> None:
    library = long_ago(*["kafka streams"] * 3, *["storm ops"] * 3)
    assert reasons(library, Draft("", tags=("Kafka",))) == {"streams": "often with kafka"}


def test_the_reason_names_the_two_tags_that_say_most() -> None:
    library = long_ago(*["kafka ops streams"] * 4, *["jvm streams"] * 2, *["jvm"] * 4)
    found = reasons(library, Draft("", tags=("jvm", "kafka", "ops")))
    assert found == {"streams": "often with kafka, ops"}


def test_what_is_common_everywhere_is_not_company() -> None:
    library = library_of(*["kafka streams common"] * 2, *["common"] * 60)
    found = reasons(library, Draft("", tags=("kafka",)))
    assert found == {"streams": "often with kafka", "common": "added lately"}


def test_the_association_counts_and_not_the_raw_count() -> None:
    library = long_ago(*["kafka python"] * 3, *["kafka streams"] * 2, *["python"] * 40)
    assert next(iter(reasons(library, Draft("", tags=("kafka",))))) == "streams"


def test_tags_of_the_same_site_are_suggested() -> None:
    library = long_ago("storm")
    on_site(library, "kafka.apache.org", "streams")
    on_site(library, "apache.org", "httpd")
    draft = Draft("http://www.kafka.apache.org:80/documentation")
    assert reasons(library, draft) == {"streams": "on kafka.apache.org"}


def test_pages_without_a_host_have_no_site_in_common() -> None:
    book = Bookmark(url="mailto:ann@example.org", tags=("ann",), added=DAY, modified=DAY)
    library = long_ago()
    library.apply(Change("add", (Edit(99, None, book),)))
    assert reasons(library, Draft("mailto:bob@example.org")) == {}


@pytest.mark.parametrize(
    ("tag", "title"),
    [
        ("kafka", "Kafka: a retrospective"),
        ("Kafka", "(kafka)"),
        ("distributed-systems", "Distributed Systems for Fun"),
        ("machine-learning-ops", "machine learning ops"),
        ("opensource", "Why open source"),
        ("snake_case", "snake case"),
        ("lang/rust", "lang rust"),
        ("c++", "Modern C++, again"),
        (".net", "What is .NET?"),
        ("node.js", "Node.js."),
        ("queues", "A queue"),
        ("queue", "Queues"),
        ("größe", "Die GRÖSSE"),
        ("café", "Cafe\u0301 culture"),
        ("cafe", "Café culture"),
        ("日本", "日本"),
        ("日本語", "私は日本語を勉強する"),
    ],
)
def test_tags_are_found_in_the_title(tag: str, title: str) -> None:
    assert reasons(long_ago(tag), Draft("", title)) == {tag: "in the title"}


def test_parts_of_words_are_not_tags() -> None:
    assert reasons(long_ago("art go"), Draft("", "Cartoons of Gotham")) == {}


def test_tags_are_found_in_the_url_and_in_the_annotation() -> None:
    library = long_ago("kafka", "storm", "distributed-systems")
    draft = Draft("https://storm.io/distributed-systems/1", annotation="Like Kafka, but")
    assert reasons(library, draft) == {
        "distributed-systems": "in the URL",
        "storm": "in the URL",
        "kafka": "in the annotation",
    }


def test_scheme_top_domain_query_and_ending_of_a_url_are_no_words() -> None:
    library = long_ago("https", "www", "io", "html", "twitter", "kafka")
    draft = Draft("https://www.example.io/k%61fka.html?utm_source=twitter")
    assert reasons(library, draft) == {"kafka": "in the URL"}


def test_what_is_found_in_the_title_has_company_too() -> None:
    library = long_ago(*["kafka streams"] * 3, *["storm"] * 3)
    assert reasons(library, Draft("", "Kafka")) == {"kafka": "in the title", "streams": "often with kafka"}


def test_tags_of_the_last_additions_are_suggested_after_the_others() -> None:
    library = library_of("kafka streams", *["storm"] * 29, "thesis")
    found = reasons(library, Draft("", tags=("kafka",)))
    assert found == {"streams": "often with kafka", "storm": "added lately", "thesis": "added lately"}


def test_several_grounds_are_better_than_one() -> None:
    library = long_ago("kafka", "storm")
    draft = Draft("https://example.com/storm", "Kafka and storm")
    assert list(reasons(library, draft)) == ["storm", "kafka"]


def test_no_more_than_asked_for_are_suggested() -> None:
    library = library_of("a b c d e f")
    assert [found.tag for found in suggest(library, Draft(""), count=3)] == ["a", "b", "c"]
    assert suggest(library, Draft(""), count=0) == []


def test_an_empty_library_has_nothing_to_suggest() -> None:
    library = Library({}, OWNER)
    draft = Draft("https://example.org/kafka", "Kafka", "kafka", ("kafka",))
    assert (suggest(library, draft), complete(library, "k"), resolve(library, "k")) == ([], [], TagNote("k"))


def test_tags_are_completed_from_any_part_those_that_begin_so_first() -> None:
    library = library_of("art", *["smart"] * 3, *["Article"] * 2, "sma")
    assert complete(library, "AR") == [Completion("Article", 2), Completion("art", 1), Completion("smart", 3)]
    assert complete(library, "art", count=1) == [Completion("Article", 2)]


def test_case_accents_and_what_is_entered_do_not_hinder_a_completion() -> None:
    library = library_of("Café", "Café cafeteria", "décaf")
    assert [found.tag for found in complete(library, "CAFÉ")] == ["Café", "cafeteria"]
    assert [found.tag for found in complete(library, "caf", ["CAFÉ"])] == ["cafeteria", "décaf"]


def test_a_parent_is_completed_with_the_count_that_picking_it_gives() -> None:
    assert complete(library_of("lang/go", "lang/c", "lang"), "lan")[0] == Completion("lang", 3)


@pytest.mark.parametrize("typed", ["", " ", "\0", ",", "\u0301"])
def test_nothing_typed_completes_nothing(typed: str) -> None:
    assert complete(library_of("a b", "\u0301"), typed) == []


def test_one_letter_completes_only_beginnings() -> None:
    assert [found.tag for found in complete(library_of("ab ba"), "b")] == ["ba"]


def test_a_completion_sees_the_tags_of_a_moment_ago() -> None:
    library = library_of("kafka")
    assert [found.tag for found in complete(library, "ka")] == ["kafka"]
    on_site(library, "example.com", "kayak kafka")
    assert complete(library, "ka") == [Completion("kafka", 2), Completion("kayak", 1)]


def test_a_known_tag_has_the_spelling_first_seen_and_its_count() -> None:
    note = resolve(library_of("Kafka", "kafka", "KAFKA"), " kAFKA ")
    assert note == TagNote("Kafka", 3)
    assert note.is_known


def test_a_new_tag_is_new_even_above_others() -> None:
    note = resolve(library_of("lang/go"), "lang")
    assert note == TagNote("lang")
    assert not note.is_known


SLIPS = [
    ("reliabilty", "reliability"),
    ("relibailty", "reliability"),
    ("erliability", "reliability"),
    ("eliability", "reliability"),
    ("kafak", "kafka"),
    ("akfka", "kafka"),
    ("lafka", "kafka"),
    ("Kafkaa", "kafka"),
    ("kafk", "kafka"),
    ("xkafka", "kafka"),
    ("distributedsystem", "distributed-systems"),
    ("naive", "naïve"),
    ("cafe", "Café"),
    ("strase", "straße"),
]
NO_SLIPS = ["kafkaesk", "akfak", "relabilt", "kaf", "c+", "reliant", "web3", "1915", "日木", "정지"]


@pytest.mark.parametrize(("typed", "meant"), SLIPS)
def test_a_slip_is_pointed_out(typed: str, meant: str) -> None:
    library = library_of(*["reliability kafka distributed-systems naïve Café straße"] * 3)
    assert resolve(library, typed) == TagNote(typed, meant=meant)


@pytest.mark.parametrize("typed", NO_SLIPS)
def test_what_is_too_short_or_too_different_is_no_slip(typed: str) -> None:
    assert resolve(library_of(*["reliability kafka c++ web2 1914 日本 정치"] * 3), typed) == TagNote(typed)


def test_a_tag_that_is_hardly_used_is_not_meant() -> None:
    assert resolve(library_of("kafka", "kafka"), "kafak").meant == ""
    assert resolve(library_of(*["kafka"] * 3), "kafak").meant == "kafka"


def test_the_nearest_tag_is_meant_and_of_equals_the_commonest() -> None:
    library = library_of(*["databases"] * 9, *["database"] * 3, *["kafkas"] * 4, *["kafkan"] * 3)
    assert resolve(library, "datebase").meant == "database"
    assert resolve(library, "kafka").meant == "kafkas"


words = st.lists(st.sampled_from(HOSTILE) | tag_names | st.text(max_size=9), max_size=4)
texts = words.map(" ".join)
libraries = st.lists(bookmarks, max_size=6).map(lambda books: Library(dict(enumerate(books, start=1)), OWNER))
drafts = st.builds(
    Draft,
    url=texts | st.sampled_from(["https://www.example.com/b", "http://[", "http://[::1]/queue", "mailto:a", "%ff"]),
    title=texts,
    annotation=texts,
    tags=words.map(tuple),
)


@given(libraries, drafts, st.integers(0, 9))
def test_suggestions_are_tags_of_the_library_each_once_and_never_what_was_entered(
    library: Library, draft: Draft, count: int
) -> None:
    found = [suggestion.tag for suggestion in suggest(library, draft, count)]
    assert len(found) <= count
    assert len(set(found)) == len(found)
    assert set(found) <= set(library.index.names.values())
    assert not {*map(tag_key, found)} & {*map(tag_key, draft.tags)}


@given(st.lists(bookmarks, max_size=6), drafts, texts)
def test_the_same_library_gives_the_same_help(books: Sequence[Bookmark], draft: Draft, typed: str) -> None:
    def help_of(library: Library) -> tuple[object, ...]:
        return suggest(library, draft), complete(library, typed, draft.tags), resolve(library, typed)

    straight = Library(dict(enumerate(books, start=1)), OWNER)
    grown = Library({}, OWNER)
    for id, book in reversed([*enumerate(books, start=1)]):
        grown.apply(Change("add", (Edit(id, None, book),)))
    assert help_of(straight) == help_of(straight) == help_of(grown)


@given(libraries, words, st.sampled_from(["a", "A/", "b", "que", "É", "日", "*", ""]) | texts)
def test_completions_hold_what_is_typed_and_are_not_entered(library: Library, entered: list[str], typed: str) -> None:
    found = complete(library, typed, entered, count=3)
    assert len(found) <= 3
    assert len({completion.tag for completion in found}) == len(found)
    assert not {tag_key(completion.tag) for completion in found} & {*map(tag_key, entered)}
    for completion in found:
        assert completion.count == library.index.count(tag_key(completion.tag)) > 0


def naive_distance(one: str, other: str) -> int:
    """Return the optimal string alignment distance by the textbook's table."""
    table = {(at, 0): at for at in range(len(one) + 1)} | {(0, at): at for at in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            change = one[i - 1] != other[j - 1]
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + change)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 1] + other[j - 2]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


@given(st.text("abc", min_size=4, max_size=7), st.lists(st.text("abc", min_size=3, max_size=9), max_size=5))
def test_one_slip_is_found_wherever_it_is(typed: str, tags: list[str]) -> None:
    library = library_of(*[" ".join(dict.fromkeys(tags))] * 3)
    near = {tag for tag in tags if naive_distance(typed, tag) == 1}
    note = resolve(library, typed)
    if typed in tags:
        assert note == TagNote(typed, 3)
    else:
        assert note.meant in near if near else not note.meant


@given(st.text("abcd", min_size=8, max_size=10), st.lists(st.text("abcd", min_size=6, max_size=12), max_size=4))
def test_two_slips_are_found_where_the_beginning_or_the_end_is_right(typed: str, tags: list[str]) -> None:
    library = library_of(*[" ".join(dict.fromkeys(tags))] * 3)
    far = {tag: naive_distance(typed, tag) for tag in tags}
    note = resolve(library, typed)
    if note.meant:
        assert far[note.meant] == min(far.values()) <= 2
    elif typed not in tags:
        assert not [tag for tag in tags if far[tag] <= 2 and (tag[0] == typed[0] or tag[-3:] == typed[-3:])]


def test_an_endless_tag_or_text_is_dealt_with() -> None:
    library = long_ago("kafka")
    draft = Draft("https://e.org/" + "x" * 100_000, "kafka " * 50_000, "y " * 500_000, ("z" * 100_000,))
    assert reasons(library, draft) == {"kafka": "in the title"}
    assert complete(library, "k" * 100_000) == []
    assert resolve(library, "k" * 100_000).meant == ""


def test_a_suggestion_changes_nothing() -> None:
    library = library_of("kafka streams", "storm")
    before = msgspec.json.encode(list(library.bookmarks.values()))
    suggest(library, Draft("https://example.org/", "Kafka"))
    assert msgspec.json.encode(list(library.bookmarks.values())) == before
    assert library.index.miscounted() == []
