"""Dates as files write them: epochs in three units, ISO 8601, web server logs, and what is none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.formats.dates import read_added, read_date, stamp
from tests.formats.samples import DAY, quick

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2016-10-31T15:57:56Z",
        "2016-10-31T15:57:56.000Z",
        "2016-10-31T15:57:56.999999+00:00",
        "2016-10-31T17:57:56+02:00",
        "2016-10-31 15:57:56",
        "20161031T155756Z",
        " 2016-10-31T15:57:56Z\n",
        "1477929476",
        " 1477929476 ",
        "1477929476.7",
        "1477929476123",
        "1477929476123456",
        "31/Oct/2016:15:57:56 +0000",
        "31/Oct/2016:15:57:56",
        "31/Oct/2016:08:57:56 -0700",
        1477929476,
        1477929476.9e3,
        1477929476123456,
    ],
)
def test_a_moment_is_the_same_however_it_is_written(text: object) -> None:
    assert read_date(text, NOW) == DAY


def test_the_log_format_counts_its_zone() -> None:
    assert read_date("10/Oct/2000:13:55:36 +0300", NOW) == datetime(2000, 10, 10, 10, 55, 36, tzinfo=UTC)


def test_an_epoch_up_to_a_day_ahead_is_in_seconds_and_a_later_one_in_the_next_smaller_unit() -> None:
    tomorrow = int(NOW.timestamp()) + 86_400
    assert read_date(str(tomorrow), NOW) == datetime(2026, 7, 2, 12, tzinfo=UTC)
    assert read_date(str(tomorrow + 1), NOW) == datetime(1970, 1, 21, 15, 16, 33, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 1969, 2100])
def test_the_years_1_to_2100_are_dates(year: int) -> None:
    assert read_date(f"{year:04}-06-01T00:00:00Z", NOW) == datetime(year, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "", "soon", "2016-13-01T00:00:00Z", "2101-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00", "9" * 25, "9" * 5000,
        "-" + "9" * 25, "-67768040609740805",
        "31/Okt/2016:15:57:56", "31/Feb/2016:15:57:56", "31/Oct/2016:15:57:56 +9900", "١٢٣٤٥٦٧٨٩٠",
        "\ud800", None, [], {}, 1e400, 10**400, float("nan"), -1e300,
    ],
)  # fmt: skip
def test_what_names_no_moment_is_none(value: object) -> None:
    assert read_date(value, NOW) is None


@quick
@given(st.none() | st.integers() | st.floats() | st.text() | st.from_regex(r"[-+0-9/:.TZ ]{1,30}", fullmatch=True))
def test_whatever_is_read_gives_a_moment_in_whole_seconds_or_none(value: object) -> None:
    moment = read_date(value, NOW)
    assert moment is None or (moment.tzinfo is UTC and moment.microsecond == 0 and moment.year in range(1, 2101))


@quick
@given(st.datetimes(max_value=datetime(2100, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_stamp_is_read_as_the_moment_it_was_made_of(moment: datetime) -> None:
    assert read_date(stamp(moment), NOW) == moment.replace(microsecond=0)


def test_a_date_that_is_absent_or_unreadable_is_warned_of() -> None:
    assert read_added("1477929476", NOW) == (DAY, ())
    assert read_added("", NOW) == read_added(None, NOW) == (None, ("it has no date; it gets today's",))
    moment, (warning,) = read_added("\x1b[31msoon" + "x" * 1000, NOW)
    assert moment is None
    assert warning.startswith("its date '\\x1b[31msoonxxx")
    assert len(warning) < 100
