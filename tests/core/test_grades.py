"""What a refusal is about: every one that was seen at a real platform is told from the others."""

from datetime import timedelta

import pytest

from ltitool.core.delivery import is_hopeless
from ltitool.core.grades import Trouble, trouble_of, without_echo


@pytest.mark.parametrize(
    ("status", "words", "trouble"),
    [
        (400, 'Incorrect score received{"userId": "10"}', Trouble.NOT_ENROLLED),
        (409, "Refusing score with an earlier timestamp for item 2 and user 9", Trouble.STALE),
        (500, "500 Internal Server Error", Trouble.LOCKED),
        (404, "404 Not Found: Grade item 5 doesn't exist", Trouble.GONE),
        (404, "404 Not Found: Course 999 doesn't exist", Trouble.GONE),
        (401, "401 Unauthorized", Trouble.NOT_ALLOWED),
        (403, "403 Forbidden", Trouble.NOT_ALLOWED),
        (403, "403 Forbidden (Rate Limit Exceeded)", Trouble.TOO_FAST),
        (422, "422 User not found in course or is not a student", Trouble.NOT_ENROLLED),
        (400, "No context or unsupported content type", Trouble.OTHER),
        (503, "503 Service Unavailable", Trouble.BROKEN),
        (None, "The platform did not answer.", Trouble.SILENT),
        (400, "No access token: 400 Bad Request: Expired token", Trouble.CLOCKS),
        (400, "No access token: Cannot handle token with iat prior to 2026", Trouble.CLOCKS),
        (400, "No access token: invalid_client", Trouble.TOKENLESS),
        (404, "No access token: 404 Not Found", Trouble.TOKENLESS),
        (400, "No access token: invalid_scope", Trouble.NOT_ALLOWED),
        (
            None,
            "No access token: The platform did not grant what was asked for (score).",
            Trouble.NOT_ALLOWED,
        ),
    ],
)
def test_a_refusal_is_known_by_its_status_and_its_words(
    status: int | None, words: str, trouble: Trouble
) -> None:
    assert trouble_of(status, words) is trouble


def test_what_moodle_repeats_of_what_it_was_sent_is_left_out_on_pages() -> None:
    words = 'Incorrect score received{"userId": "10", "activityProgress": "Completed"}'

    assert without_echo(words) == "Incorrect score received"
    assert without_echo('{"errors": "no"}') == '{"errors": "no"}'


def test_an_error_that_stays_for_a_day_while_others_are_taken_is_hopeless() -> None:
    day = timedelta(days=1)

    assert is_hopeless(8, day, takes_others=True)
    assert not is_hopeless(7, day, takes_others=True)
    assert not is_hopeless(99, day - timedelta(seconds=1), takes_others=True)
    assert not is_hopeless(99, 6 * day, takes_others=False)
    assert is_hopeless(99, 7 * day, takes_others=False)
