"""Sending a batch of claimed scores: a few threads, one score at a time for each person.

No transaction is open meanwhile, and nothing here reads or writes a row.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import groupby

import structlog

from ltitool.core.delivery import Delivery
from ltitool.core.errors import PlatformError
from ltitool.lti.answers import is_rate_limit, may_pass
from ltitool.lti.connector import Connector, NoToken
from ltitool.lti.http import is_silence
from ltitool.lti.platform import Platform
from ltitool.lti.scores import Score, read_result, send_score

SAME = 0.005
"""Shares of the maximum that differ by less are the same grade, rounded."""

PERMANENT = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.GONE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}

log = structlog.get_logger()


@dataclass(frozen=True)
class Errand:
    """One score to send now."""

    row_id: int
    platform: Platform
    score: Score
    last_sent_share: float | None
    """What the platform accepted last for this person, as a share of the maximum."""
    start_until: datetime
    """Begun later, it might not be done before somebody else may take it."""


@dataclass(frozen=True)
class Outcome:
    """What became of an errand."""

    row_id: int
    delivery: Delivery
    status: int | None
    words: str
    retry_after: float | None = None
    is_out_of_date: bool = False
    """The platform holds a later timestamp, and no teacher's change: a newer row must follow."""


class Round:
    """One batch on its way; a platform that has stopped answering is left alone until the next."""

    def __init__(
        self, connector_for: Callable[[Platform], Connector], clock: Callable[[], datetime]
    ) -> None:
        """Send by the connectors; `clock` tells when it is too late to begin."""
        self._connector_for = connector_for
        self._clock = clock
        self._gone: dict[Platform, PlatformError] = {}

    def deliver(self, errands: Sequence[Errand], *, threads: int) -> list[Outcome]:
        """Send a batch; what could not be begun in time has no outcome and is claimed again."""
        key = _person_key
        by_person = [list(group) for _key, group in groupby(sorted(errands, key=key), key=key)]
        with ThreadPoolExecutor(threads, thread_name_prefix="scores") as pool:
            done = pool.map(lambda group: [self._send(one) for one in group], by_person)
            return [outcome for outcomes in done for outcome in outcomes if outcome is not None]

    def _send(self, errand: Errand) -> Outcome | None:
        if self._clock() >= errand.start_until:
            return None
        if (silence := self._gone.get(errand.platform)) is not None:
            return _later(errand, silence)
        try:
            words = send_score(self._connector_for(errand.platform), errand.score)
        except PlatformError as refusal:
            if is_silence(refusal) or is_rate_limit(refusal):
                self._gone[errand.platform] = refusal
            return self._refused(errand, refusal)
        except Exception:
            # One platform's oddity must not keep the scores of all others from being recorded.
            log.exception("score not sent", score=errand.row_id)
            return Outcome(errand.row_id, Delivery.WAITING, None, "The tool failed to send it.")
        return Outcome(errand.row_id, Delivery.SENT, HTTPStatus.OK, words)

    def _refused(self, errand: Errand, refusal: PlatformError) -> Outcome:
        is_for_good = refusal.status in PERMANENT and not isinstance(refusal, NoToken)
        if not is_for_good or is_rate_limit(refusal):
            return _later(errand, refusal)
        if refusal.status != HTTPStatus.CONFLICT:
            return Outcome(errand.row_id, Delivery.REFUSED, refusal.status, str(refusal))
        return self._out_of_date(errand, refusal)

    def _out_of_date(self, errand: Errand, refusal: PlatformError) -> Outcome:
        words, is_teachers = str(refusal), False
        try:
            is_teachers = self._was_changed_there(errand)
        except PlatformError as unread:
            if may_pass(unread):  # who knows what stands there: ask again before overwriting it
                return _later(errand, unread)
        if is_teachers:
            words = f"{words.rstrip('.')}. The grade was changed in the LMS; that change stands."
        return Outcome(
            errand.row_id,
            Delivery.REFUSED,
            refusal.status,
            words,
            is_out_of_date=not is_teachers,
        )

    def _was_changed_there(self, errand: Errand) -> bool:
        """Whether the gradebook shows another value than the one it took from us last."""
        score = errand.score
        connector = self._connector_for(errand.platform)
        stands = read_result(connector, score.line_item_url, score.sub)
        ours = {errand.last_sent_share, score.hundredths / (score.maximum * 100)} - {None}
        return stands is not None and not any(
            known is not None and abs(stands - known) < SAME for known in ours
        )


def _person_key(errand: Errand) -> tuple[int, str]:
    return errand.platform.registration_id, errand.score.sub


def _later(errand: Errand, refusal: PlatformError) -> Outcome:
    return Outcome(
        errand.row_id, Delivery.WAITING, refusal.status, str(refusal), refusal.retry_after
    )
