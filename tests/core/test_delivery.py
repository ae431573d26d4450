from datetime import UTC, datetime, timedelta

import pytest

from ltitool.core.delivery import MAX_DRIFT, earliest_sending, next_timestamp, retry_delay

NOW = datetime(2027, 2, 12, 12, tzinfo=UTC)


def test_timestamps_rise_by_a_whole_second_even_when_the_clock_steps_back() -> None:
    assert next_timestamp(NOW, None) == NOW
    assert next_timestamp(NOW, NOW - timedelta(hours=1)) == NOW
    assert next_timestamp(NOW, NOW) == NOW + timedelta(seconds=1)
    assert next_timestamp(NOW, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1, seconds=1)


def test_a_score_waits_until_its_timestamp_is_less_than_half_a_minute_ahead() -> None:
    assert earliest_sending(NOW + timedelta(hours=1)) == NOW + timedelta(hours=1) - MAX_DRIFT


@pytest.mark.parametrize("tries", range(20))
def test_waiting_doubles_up_to_an_hour_and_is_spread(tries: int) -> None:
    shortest, longest = retry_delay(tries, 0.0), retry_delay(tries, 1.0)

    assert longest == shortest * 2
    assert longest <= timedelta(hours=1)


def test_what_the_platform_asks_for_is_the_least() -> None:
    assert retry_delay(0, 0.0, retry_after=120) == timedelta(minutes=2)
