"""Which notices a person gets."""

from datetime import UTC, datetime, timedelta

import pytest

from ltitool.core.inbox import SOON, Happened, NoticeKind, due_soon, unseen

NOON = datetime(2027, 2, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_what_was_seen_or_turned_off_is_left_out_and_the_newest_comes_first() -> None:
    reply = Happened(NoticeKind.REPLY, NOON)
    staff = Happened(NoticeKind.STAFF, NOON + HOUR)
    hidden = Happened(NoticeKind.HIDDEN, NOON - HOUR)

    assert unseen([reply, staff, hidden], None, ()) == [staff, reply, hidden]
    assert unseen([reply, staff, hidden], NOON - HOUR, ("staff",)) == [reply]
    assert unseen([reply, staff, hidden], NOON + HOUR, ()) == []


@pytest.mark.parametrize(
    ("before", "is_left", "reminds"),
    [
        (SOON, True, True),
        (HOUR, True, True),
        (HOUR, False, False),
        (SOON + HOUR, True, False),
        (-HOUR, True, False),
        (timedelta(), True, False),
    ],
)
def test_one_is_reminded_while_it_is_soon_due_and_something_is_left(
    before: timedelta, *, is_left: bool, reminds: bool
) -> None:
    assert bool(due_soon(NOON + before, NOON, is_left=is_left)) is reminds


def test_without_a_date_nobody_is_reminded() -> None:
    assert due_soon(None, NOON, is_left=True) == []
