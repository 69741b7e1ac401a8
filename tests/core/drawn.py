"""What hypothesis draws for the core's tests: tags, bookmarks and queries, from few values, so that they meet."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark, clean_tag, clean_tags
from tagtui.core.query import STATES, AnyOf, Before, By, Day, Is, Not, Positive, Query, Since, Site, Tag, Term, Text

OWNER = "Jm"

tag_names = st.sampled_from(
    "a A a/b A/B a/b/c a/ab ab queue Queues queue* c++ É e\u0301 e 日本 .private via:Ann -a or".split()
)
moments = st.sampled_from(
    [
        datetime(2015, 2, 28, 23, 59, 59, tzinfo=UTC),
        datetime(2015, 3, 1, tzinfo=UTC),
        datetime(2015, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2016, 1, 1, tzinfo=UTC),
    ]
)
days = st.sampled_from([Day(2015), Day(2015, 3), Day(2015, 3, 1), Day(2016), Day(1)])
words = st.sampled_from(["", "Kafka", "streams", "Éa", "straße", "a b", "example", "Überblick A"])

bookmarks = st.builds(
    Bookmark,
    url=st.sampled_from(
        [
            "https://www.example.com/a",
            "https://example.com/a/",
            "http://Docs.Example.com:8080/Kafka",
            "http://notexample.com/?utm_source=a",
            "http://notexample.com",
            "mailto:ann@example.com",
            "http://[::1]:80/streams",
        ]
    ),
    title=words,
    annotation=words,
    tags=st.lists(tag_names, max_size=4).map(clean_tags),
    added=moments,
    modified=moments,
    by=st.sampled_from(["", "", "ann", "Ann", "JM"]),
    private=st.booleans(),
    unread=st.booleans(),
)


def queries(
    tags: st.SearchStrategy[Tag], others: st.SearchStrategy[Positive], max_size: int = 4
) -> st.SearchStrategy[Query]:
    """Return a strategy of queries out of terms of every kind, each once."""
    groups = st.lists(tags, min_size=2, max_size=3, unique=True).map(lambda group: AnyOf(tuple(group)))
    positive: st.SearchStrategy[Positive] = tags | groups | others
    terms: st.SearchStrategy[list[Term]] = st.lists(positive | positive.map(Not), max_size=max_size, unique_by=repr)
    return terms.map(lambda drawn: Query(tuple(drawn)))


meeting_queries = queries(
    st.builds(Tag, tag_names, st.booleans()),
    st.one_of(
        st.sampled_from(["kafka", "A", "ea", "STRASSE", "b", "example", "e\u0301", "a b"]).map(Text),
        st.sampled_from(["example.com", "www.EXAMPLE.com", "com", "[::1]"]).map(Site),
        st.sampled_from(["ann", "JM", "jm", "nobody"]).map(By),
        days.map(Since),
        days.map(Before),
        st.sampled_from(STATES).map(Is),
    ),
    max_size=3,
)

HOSTILE = (
    '" "" \\ \\" * a* ** ( ) (a) a|b | or OR #a ##x -a - t:a tag: site:x IS:unread ſite:x c++ 日本 👩‍💻 a" \'b\' [/] é'
).split()
hostile_values = st.sampled_from(HOSTILE) | st.text(
    st.sampled_from('a"\\()|*#-: \n\u00a0') | st.characters(), min_size=1, max_size=8
)
hostile_queries = queries(
    st.builds(Tag, hostile_values.map(clean_tag).filter(bool), st.booleans()),
    st.one_of(
        hostile_values.map(Text),
        hostile_values.map(Site),
        hostile_values.map(By),
        st.sampled_from(STATES).map(Is),
        st.dates()
        .flatmap(lambda d: st.sampled_from([Day(d.year), Day(d.year, d.month), Day(d.year, d.month, d.day)]))
        .flatmap(lambda day: st.sampled_from([Since(day), Before(day)])),
    ),
)
