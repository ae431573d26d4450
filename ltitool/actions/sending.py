"""Sending a batch of claimed scores: a few threads, one score at a time for each person.

No transaction is open meanwhile, and nothing here reads or writes a row. Each platform has threads
of its own, so that a slow one keeps nobody waiting but itself.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import groupby

import structlog

from ltitool.core.delivery import Delivery
from ltitool.core.errors import PlatformError
from ltitool.core.grades import Trouble, is_same, trouble_of
from ltitool.lti.answers import is_about_platform, is_rate_limit, may_pass
from ltitool.lti.connector import Connector, NotGranted, NoToken
from ltitool.lti.platform import Platform
from ltitool.lti.results import Result, read_result
from ltitool.lti.scores import Score, send_score

ENOUGH = 5
"""So much weight of failures in a row, with nothing taken between them, is about the platform."""
UNWELL, ERROR = 2, 1
"""What one failure weighs: a platform that is unwell or silent, an error of whatever kind."""

ARRIVED_BEFORE = "Received before; only the answer was lost."
CHANGED_THERE = "The grade was changed in the LMS; that change stands."

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
    known_shares: frozenset[float]
    """What the gradebook may show because we sent it, as shares of the maximum."""
    asks_first: bool
    """Whether the gradebook took a score before: then somebody may have changed it."""
    overwrites: bool
    """Whether an instructor wants it sent over whatever stands there."""
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
    is_untried: bool = False
    """Given back as it was: the platform is left alone, or the worker stops."""
    is_unwell: bool = False
    """The platform is unwell, or has not answered this time."""
    is_about_platform: bool = False
    """Nothing can be sent to this platform now."""
    is_verdict: bool = False
    """An answer to this very score, though one that may change; met for days, it is given up."""
    is_out_of_date: bool = False
    """The platform holds a later timestamp, and no teacher's change: a newer row must follow."""
    found: Result | None = None
    """What stands in the gradebook, where it was read."""


class Round:
    """One batch on its way; a platform that has stopped answering is left alone at once."""

    def __init__(
        self,
        connector_for: Callable[[Platform], Connector],
        clock: Callable[[], datetime],
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """Send by the connectors; `clock` and `is_stopping` tell when it is too late to begin."""
        self._connector_for = connector_for
        self._clock = clock
        self._is_stopping = is_stopping
        self._gone: set[Platform] = set()
        self._streaks: Counter[Platform] = Counter()

    def deliver(self, errands: Sequence[Errand], *, threads: int) -> list[Outcome]:
        """Send a batch, at most so many at once to each platform; return what became of each."""
        running: list[Future[list[Outcome]]] = []
        with ExitStack() as pools:
            for lane in _grouped(errands, lambda errand: errand.platform.registration_id):
                pool = pools.enter_context(ThreadPoolExecutor(threads, thread_name_prefix="scores"))
                people = _grouped(lane, lambda errand: errand.score.sub)
                running += [pool.submit(self._send_in_turn, one) for one in people]
        return [outcome for done in running for outcome in done.result()]

    def _send_in_turn(self, errands: Iterable[Errand]) -> list[Outcome]:
        return [self._send(errand) for errand in errands]

    def _send(self, errand: Errand) -> Outcome:
        is_late = self._clock() >= errand.start_until or self._is_stopping()
        if is_late or errand.platform in self._gone:
            return Outcome(errand.row_id, Delivery.WAITING, None, "", is_untried=True)
        try:
            outcome = self._outcome(errand)
        except Exception:
            # One platform's oddity must not keep the scores of all others from being recorded.
            log.exception("score not sent", score=errand.row_id)
            return Outcome(errand.row_id, Delivery.WAITING, None, "The tool failed to send it.")
        return self._watched(errand.platform, outcome)

    def _watched(self, platform: Platform, outcome: Outcome) -> Outcome:
        """Tell a dropped connection, which any platform may have, from one that has gone."""
        if outcome.delivery is not Delivery.WAITING:
            self._streaks[platform] = 0
            return outcome
        self._streaks[platform] += UNWELL if outcome.is_unwell else ERROR
        if not outcome.is_about_platform and self._streaks[platform] < ENOUGH:
            return outcome
        self._gone.add(platform)
        return replace(outcome, is_about_platform=True)

    def _outcome(self, errand: Errand) -> Outcome:
        try:
            if errand.asks_first and (changed := self._changed_there(errand)):
                return Outcome(errand.row_id, Delivery.HELD, None, CHANGED_THERE, found=changed)
            words = send_score(self._connector_for(errand.platform), errand.score)
        except PlatformError as refusal:
            return self._refused(errand, refusal)
        return Outcome(errand.row_id, Delivery.SENT, HTTPStatus.OK, words)

    def _refused(self, errand: Errand, refusal: PlatformError) -> Outcome:
        is_for_good = refusal.status in PERMANENT and not isinstance(refusal, NoToken)
        if not is_for_good or is_rate_limit(refusal):
            return _later(errand, refusal)
        if trouble_of(refusal.status, refusal.said) is not Trouble.STALE:
            return Outcome(errand.row_id, Delivery.REFUSED, refusal.status, refusal.said)
        return self._out_of_date(errand, refusal)

    def _out_of_date(self, errand: Errand, refusal: PlatformError) -> Outcome:
        """Find out whose later time the platform holds: a teacher's, or that of this very score."""
        try:
            found = self._read(errand)
        except PlatformError as unread:
            if may_pass(unread):  # who knows what stands there: ask again before overwriting it
                return _later(errand, unread)
            found = None
        if found is not None and not errand.overwrites and _is_ours(errand, found) is False:
            words = f"{refusal.said.rstrip('.')}. {CHANGED_THERE}"
            return Outcome(errand.row_id, Delivery.HELD, refusal.status, words, found=found)
        if found is not None and _has_arrived(errand.score, found):
            return Outcome(errand.row_id, Delivery.SENT, refusal.status, ARRIVED_BEFORE)
        return Outcome(
            errand.row_id,
            Delivery.REFUSED,
            refusal.status,
            refusal.said,
            is_out_of_date=True,
            found=found,
        )

    def _changed_there(self, errand: Errand) -> Result | None:
        """Return the grade that stands there if it is none of ours; where unreadable, none."""
        try:
            found = self._read(errand)
        except NotGranted:
            return None
        except PlatformError as unread:
            if may_pass(unread):
                raise
            return None
        return found if found is not None and _is_ours(errand, found) is False else None

    def _read(self, errand: Errand) -> Result | None:
        connector = self._connector_for(errand.platform)
        return read_result(connector, errand.score.line_item_url, errand.score.sub)


def _grouped(
    errands: Iterable[Errand], key: Callable[[Errand], int | str]
) -> Iterable[list[Errand]]:
    in_order = sorted(errands, key=lambda errand: str(key(errand)))
    return [list(group) for _key, group in groupby(in_order, key=lambda errand: str(key(errand)))]


def _is_ours(errand: Errand, found: Result) -> bool | None:
    """Whether what stands there was sent from here; None where nothing stands."""
    if found.share is None:
        return None
    own = errand.score.hundredths / (errand.score.maximum * 100)
    return any(is_same(found.share, share) for share in (own, *errand.known_shares))


def _has_arrived(score: Score, found: Result) -> bool:
    """Whether this very score stands there: its value under its own second."""
    is_value = found.share is not None and is_same(
        found.share, score.hundredths / (score.maximum * 100)
    )
    at = found.stored_at
    return is_value and at is not None and abs(at - score.scored_at) < timedelta(seconds=1)


def _later(errand: Errand, refusal: PlatformError) -> Outcome:
    asks_for_patience = refusal.retry_after is not None or is_rate_limit(refusal)
    is_unwell = is_about_platform(refusal)
    is_general = is_unwell or asks_for_patience or isinstance(refusal, NoToken)
    return Outcome(
        errand.row_id,
        Delivery.WAITING,
        refusal.status,
        refusal.said,
        refusal.retry_after,
        is_unwell=is_unwell,
        is_about_platform=asks_for_patience or isinstance(refusal, NoToken),
        is_verdict=not is_general,
    )
