"""Dates as people set them: a day and a time of day in a place whose clocks may change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def instant(day: date, at: time, zone: str) -> datetime:
    """Return when a clock on the wall of this zone shows this time, in UTC.

    A time that the clocks show twice means the later one, and one that they skip the first moment
    after the gap's length has passed: nobody is due earlier than they could have read it.
    """
    wall = datetime.combine(day, at.replace(fold=0), ZoneInfo(zone))
    return max(wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC))


def days_after(due_at: datetime, then: datetime, zone: str) -> int:
    """Return how many days have begun between a date and a later moment; 0 up to the date itself.

    A day ends when the clock on the wall shows the same time again, so that it has 23 or 25 hours
    where the clocks change.
    """
    if then <= due_at:
        return 0
    days = max(1, (then - due_at) // timedelta(days=1))
    while _wall_days_later(due_at, days, zone) < then:
        days += 1
    return days


def _wall_days_later(due_at: datetime, days: int, zone: str) -> datetime:
    wall = due_at.astimezone(ZoneInfo(zone))
    later = (wall + timedelta(days=days)).replace(fold=wall.fold)
    return instant(later.date(), later.time(), zone)
