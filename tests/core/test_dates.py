"""Dates where clocks change: London and Lord Howe, spring and autumn."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltitool.core.dates import days_after, instant

ZONES = ("UTC", "Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia")
zones = st.sampled_from(ZONES)
START = datetime(2020, 1, 1, tzinfo=UTC)
moments = st.integers(0, 15 * 365 * 1440).map(lambda minute: START + timedelta(minutes=minute))


def test_a_time_that_the_clocks_show_twice_is_the_later_one() -> None:
    at = instant(date(2027, 10, 31), time(1, 30), "Europe/London")

    assert at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_comes_after_the_gap() -> None:
    at = instant(date(2027, 3, 28), time(1, 30), "Europe/London")

    assert at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert at.astimezone(ZoneInfo("Europe/London")).time() == time(2, 30)


@pytest.mark.parametrize(
    ("due", "hours"),
    [
        (datetime(2027, 3, 27, 23, 59, tzinfo=UTC), 23),
        (datetime(2027, 10, 30, 22, 59, tzinfo=UTC), 25),
    ],
    ids=["spring", "autumn"],
)
def test_a_day_ends_when_the_clock_on_the_wall_shows_the_same_time_again(
    due: datetime, hours: int
) -> None:
    after = timedelta(seconds=1)

    assert days_after(due, due, "Europe/London") == 0
    assert days_after(due, due + timedelta(hours=hours), "Europe/London") == 1
    assert days_after(due, due + timedelta(hours=hours) + after, "Europe/London") == 2


@pytest.mark.parametrize("minute", [30, 90], ids=["first", "second"])
def test_each_of_two_equal_times_begins_its_own_days(minute: int) -> None:
    due = datetime(2027, 10, 31, tzinfo=UTC) + timedelta(minutes=minute)

    assert days_after(due, due + timedelta(seconds=1), "Europe/London") == 1
    assert days_after(due, due + timedelta(hours=26), "Europe/London") == 2


@given(day=st.dates(date(2020, 1, 1), date(2035, 1, 1)), at=st.times(), zone=zones)
def test_no_reading_of_a_wall_clock_is_due_earlier_than_another(
    day: date, at: time, zone: str
) -> None:
    found = instant(day, at, zone)

    for fold in (0, 1):
        assert found >= datetime.combine(day, at.replace(fold=fold), ZoneInfo(zone)).astimezone(UTC)


@given(due=moments, zone=zones, parts=st.lists(st.integers(0, 40 * 86_400), min_size=2, max_size=2))
def test_days_never_run_backwards_and_stay_close_to_24_hours(
    due: datetime, zone: str, parts: list[int]
) -> None:
    early, late = (due + timedelta(seconds=part) for part in sorted(parts))

    assert days_after(due, early, zone) <= days_after(due, late, zone)
    elapsed = (late - due) / timedelta(days=1)
    assert abs(days_after(due, late, zone) - elapsed) <= 2.1
