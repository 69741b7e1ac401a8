"""A person's templates: plain fields with nothing of Python's behind them, local dates, and reasons in one line."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark
from tagtui.core.template import FIELDS, Standpoint, parse_template

EVENING = datetime(2016, 10, 31, 23, 57, 56, tzinfo=UTC)
LATER = datetime(2017, 1, 2, 3, 4, 5, tzinfo=UTC)
HERE = Standpoint("jm")
TOKYO = Standpoint("jm", timezone(timedelta(hours=9)))
WEST = Standpoint("jm", timezone(timedelta(hours=-5)))


def saved(**fields: Any) -> Bookmark:
    return Bookmark(**{"url": "http://www.a.org/x", "title": "A", "added": EVENING, "modified": LATER, **fields})


def filled(template: str, standpoint: Standpoint = HERE, **fields: Any) -> str:
    return parse_template(template).fill(saved(**fields), standpoint)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("[{url} {title}]", "[http://www.a.org/x A]"),
        ("{title}. {url} (saved {added:%Y-%m-%d})", "A. http://www.a.org/x (saved 2016-10-31)"),
        ("{site}: {by}, {modified}", "a.org: jm, 2017-01-02"),
        ("{tags}|{tags:, }|#{tags: #}|{tags:::}", "a b|a, b|#a #b|a::b"),
        ("{added:%-d %B %Y, %H:%M}{added:%%%j}", "31 October 2016, 23:57%305"),
        ("{{{title}}} {{url}}", "{A} {url}"),
        ("> {annotation}", "> one\n\ntwo"),
        ('<a href="{url}">', '<a href="http://www.a.org/x">'),
        ("no field", "no field"),
        ("\n{title}\n{url}\n", "A\nhttp://www.a.org/x"),
        ("{title}\x1b]52;c;eA==\x07", "A]52;c;eA=="),
    ],
)
def test_fields_become_what_the_bookmark_says(template: str, text: str) -> None:
    assert filled(template, tags=("a", "b"), annotation="one\n\ntwo") == text


def test_what_is_absent_has_a_stand_in_or_is_empty() -> None:
    assert filled("{title}|{annotation}|{tags}|{by}", title="") == "http://www.a.org/x|||jm"
    assert filled("{by}", by="ann") == "ann"


def test_dates_are_those_of_the_persons_zone() -> None:
    assert filled("{added}", TOKYO) == "2016-11-01"
    assert filled("{added:%H:%M %z}", WEST) == "18:57 -0500"


@pytest.mark.parametrize("standpoint", [TOKYO, WEST])
def test_the_ends_of_the_calendar_have_dates_too(standpoint: Standpoint) -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert filled("{added:%m-%d} {modified}", standpoint, added=first, modified=last) == "01-01 9999-12-31"


def test_what_a_bookmark_holds_is_never_read_as_a_template() -> None:
    assert filled("{title}", title="{url.__class__} %Y {0}") == "{url.__class__} %Y {0}"


NO_FIELD = "; those known are url, title, annotation, by, site, tags, added, modified"
NO_DATE = " has no date format, such as %Y-%m-%d or %d %B %Y, after the colon"
UNPAIRED = "a brace has no counterpart; {{ and }} are the braces themselves"


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("", "the template is empty"),
        (" \n\x00", "the template is empty"),
        ("{", UNPAIRED),
        ("}", UNPAIRED),
        ("{url", UNPAIRED),
        ("{url!}", UNPAIRED),
        ("{added:{", UNPAIRED),
        ("{}", "there is no field {}" + NO_FIELD),
        ("{0}", "there is no field {0}" + NO_FIELD),
        ("{URL}", "there is no field {URL}" + NO_FIELD),
        ("{ url}", "there is no field { url}" + NO_FIELD),
        ("{extra}", "there is no field {extra}" + NO_FIELD),
        ("{url.__class__}", "there is no field {url.__class__}" + NO_FIELD),
        ("{tags[0]}", "there is no field {tags[0]}" + NO_FIELD),
        ("{url!r}", "{url!r} is to be {url}"),
        ("{url:>80}", "{url:>80} is to be {url}: only dates and tags take more"),
        ("{added:{url}}", "{added:{url}}" + NO_DATE),
        ("{tags:{url}}", "between the tags no other field can stand"),
        ("{added:x}", "{added:x}" + NO_DATE),
        ("{added:%Y-%Q}", "{added:%Y-%Q}" + NO_DATE),
        ("{added:%Y %}", "{added:%Y %}" + NO_DATE),
        ("{modified:%%%}", "{modified:%%%}" + NO_DATE),
    ],
)
def test_a_bad_template_is_refused_with_its_reason(template: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^.") as raised:
        parse_template(template)
    assert str(raised.value) == reason


@given(st.lists(st.sampled_from([*FIELDS, *"{}:!.[]%Yd0_ \n", "{url", "{added:%"]) | st.characters()).map("".join))
def test_a_template_is_refused_or_can_be_filled(text: str) -> None:
    with suppress(ValueError):
        template = parse_template(text)
        assert isinstance(template.fill(saved(), TOKYO), str)
