from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from random import Random
from threading import Barrier, Lock

import pytest

from ltitool.actions.outbox import LEASE, START_WITHIN
from ltitool.actions.sending import Errand, Outcome, Round
from ltitool.core.delivery import Delivery
from ltitool.core.grades import Finding
from ltitool.lti.connector import Connector
from ltitool.lti.http import PlatformHttp
from ltitool.lti.platform import Platform
from ltitool.storage.database import Database
from tests.actions.worker import Worker
from tests.conftest import Clock
from tests.gradebook import START, Gradebook
from tests.lms import Asked, Lms, Reply, replied

SECOND = timedelta(seconds=1)
CONFLICT = Reply(409, "Refusing score with an earlier timestamp for item 2 and user 5", body=b"[]")


def taken(errands: list[Errand]) -> list[int]:
    return [errand.row_id for errand in errands]


# ---- claiming


def test_a_due_score_is_claimed_once_until_its_lease_runs_out(
    book: Gradebook, worker: Worker, clock: Clock
) -> None:
    row_id = book.write("ana")

    assert taken(worker.claim()) == [row_id]
    assert worker.claim() == []

    clock.now = START + LEASE - SECOND
    assert worker.claim() == []
    clock.now = START + LEASE  # its worker was killed
    assert taken(worker.claim()) == [row_id]


def test_a_score_whose_timestamp_is_ahead_waits(
    book: Gradebook, worker: Worker, clock: Clock
) -> None:
    book.write("ana", at=START + 40 * SECOND, due_at=START + 10 * SECOND)

    assert worker.claim() == []
    clock.advance(seconds=10)
    assert len(worker.claim()) == 1


def test_no_more_are_claimed_than_asked_for_and_the_oldest_first(
    book: Gradebook, worker: Worker
) -> None:
    late = book.write("ana", due_at=START - SECOND)
    early = book.write("ben", due_at=START - 2 * SECOND)

    assert taken(worker.claim(limit=1)) == [early]
    assert taken(worker.claim(limit=1)) == [late]


def test_only_the_newest_score_of_a_person_is_sent(book: Gradebook, worker: Worker) -> None:
    older = book.write("ana", 3000)
    newer = book.write("ana", 6000, at=START + SECOND)

    assert taken(worker.claim()) == [newer]
    assert book.row(older).delivery is Delivery.SUPERSEDED


def test_an_older_score_is_not_sent_while_the_newer_one_waits_for_its_time(
    book: Gradebook, worker: Worker
) -> None:
    older = book.write("ana", 3000)
    book.write("ana", 6000, at=START + SECOND, due_at=START + SECOND)

    assert worker.claim() == []
    assert book.row(older).delivery is Delivery.SUPERSEDED


def test_a_newer_score_waits_while_the_older_one_is_on_its_way(
    book: Gradebook, worker: Worker, clock: Clock
) -> None:
    older = book.write("ana", 3000)
    on_its_way = worker.claim()
    book.supersede(older)
    newer = book.write("ana", 6000, at=START + SECOND)
    clock.advance(seconds=1)

    assert worker.claim() == []
    worker.record([Outcome(on_its_way[0].row_id, Delivery.SENT, 200, "Received")])

    assert taken(worker.claim()) == [newer]
    assert book.row(older).delivery is Delivery.SENT


def test_workers_that_claim_at_once_never_take_the_same_score(
    book: Gradebook, worker: Worker
) -> None:
    written = {book.write(f"person-{n}") for n in range(150)}
    start = Barrier(8)

    def claim_everything(_worker: int) -> list[int]:
        start.wait()
        found: list[int] = []
        empty_handed = 0
        while empty_handed < 3:  # the rows that others hold just now are passed over
            claimed = taken(worker.claim(limit=1))
            found += claimed
            empty_handed += not claimed
        return found

    with ThreadPoolExecutor(8) as pool:
        found = [row_id for rows in pool.map(claim_everything, range(8)) for row_id in rows]

    assert len(found) == len(written)
    assert set(found) == written


# ---- sending and recording


def test_a_sent_score_has_a_receipt(book: Gradebook, worker: Worker, lms: Lms) -> None:
    row_id = book.write("ana", 7050)

    assert worker.run() == 1

    assert lms.service_requests[0].path == "/course/1/item/scores?type_id=2"
    assert lms.service_requests[0].json["scoreGiven"] == 70.5
    assert lms.service_requests[0].json["userId"] == "ana"
    assert book.row(row_id).delivery is Delivery.SENT
    assert book.row(row_id).lease_until_at is None
    assert book.receipts(row_id) == [(200, "Received")]


def test_value_maximum_and_timestamp_stay_as_written_however_often_it_is_tried(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    book.write("ana")
    lms.answer = lambda _asked: Reply(503)

    for _again in range(3):
        assert worker.run() == 1
        clock.advance(minutes=10)

    bodies = [asked.body for asked in lms.service_requests]
    assert len(bodies) == 3
    assert len(set(bodies)) == 1


@pytest.mark.parametrize(
    "reply",
    [Reply(500), Reply(502), Reply(503), Reply(429), Reply(403, body=b"Rate Limit Exceeded")],
    ids=lambda reply: str(reply.status),
)
def test_what_may_pass_is_tried_again_later_and_later(
    reply: Reply, book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    row_id = book.write("ana")
    lms.answer = lambda _asked: reply
    waits = []

    for _again in range(4):
        worker.run()
        waits.append((book.row(row_id).next_try_at - clock()) / SECOND)
        clock.now = book.row(row_id).next_try_at

    assert book.row(row_id).delivery is Delivery.WAITING
    assert book.row(row_id).tries == len(book.receipts(row_id)) == 4
    assert all(5 * 2**n <= wait <= 10 * 2**n for n, wait in enumerate(waits))


def test_a_platform_that_asks_for_patience_gets_it(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    row_id = book.write("ana")
    lms.answer = lambda _asked: Reply(503, headers={"Retry-After": "600"})

    worker.run()

    assert book.row(row_id).next_try_at == START + timedelta(minutes=10)


@pytest.mark.parametrize("status", [400, 403, 404, 410, 422])
def test_a_refusal_for_good_is_kept_with_its_words(
    status: int, book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    row_id = book.write("ana")
    lms.answer = lambda _asked: Reply(status, "Not this one")

    worker.run()
    clock.advance(days=1)

    assert worker.run() == 0
    assert book.row(row_id).delivery is Delivery.REFUSED
    (receipt,) = book.receipts(row_id)
    assert receipt[0] == status
    assert receipt[1] == f"{status} Not this one"


def test_a_locked_grade_is_given_up_after_a_day_and_sent_again_when_asked(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    # Moodle answers 500 and an empty list where a grade is locked.
    lms.answer = lambda asked: Reply(500 if asked.json["userId"] == "locked" else 200)
    locked = book.write("locked")
    for hour in range(23):
        book.write(f"other-{hour}", at=clock(), due_at=clock())
        worker.run()
        clock.advance(hours=1)
    assert book.row(locked).delivery is Delivery.WAITING

    clock.advance(hours=1)
    worker.run()

    assert book.row(locked).delivery is Delivery.REFUSED
    assert book.receipts(locked)[-1][0] == 500
    clock.advance(days=1)
    assert worker.run() == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refused_token_is_no_verdict_on_the_score(
    status: int, book: Gradebook, worker: Worker, lms: Lms
) -> None:
    # Moodle answers 404 to a token request when it cannot read the tool's key set.
    row_id = book.write("ana")
    lms.give_token = lambda _asked: Reply(status, body=b"<html>")

    worker.run()

    assert book.row(row_id).delivery is Delivery.WAITING
    assert book.receipts(row_id)[0][1].startswith("No access token")


def test_a_platform_that_is_gone_is_asked_once_in_a_batch(
    database: Database, clock: Clock, lms: Lms
) -> None:
    book = Gradebook(database, "http://127.0.0.1:9")  # nobody listens on the discard port
    for n in range(20):
        book.write(f"person-{n}")
    http = PlatformHttp(allow_private_hosts=True)
    worker = Worker(database, clock, http)

    assert worker.run() == 20
    http.close()

    tried = [found for n in range(20) for found in book.receipts(book.rows(f"person-{n}")[0].id)]
    assert 1 <= len(tried) <= 4  # those that were begun together
    assert set(tried) == {(None, "No access token: The platform could not be reached.")}
    assert worker.claim() == []


def test_what_cannot_be_begun_in_time_is_left_for_another(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    row_id = book.write("ana")
    errands = worker.claim()
    clock.now = START + START_WITHIN

    outcomes = worker.send(errands)
    worker.record(outcomes)

    assert lms.asked == []
    assert book.receipts(row_id) == []
    assert taken(worker.claim()) == [row_id]


def test_an_unforeseen_failure_of_one_score_keeps_no_other_from_being_sent(
    book: Gradebook, worker: Worker, database: Database
) -> None:
    odd, fine = book.write("ana"), book.write("ben")
    errands = worker.claim()

    fails = [False, True]

    def connector_for(platform: Platform) -> Connector:
        if fails.pop():
            raise ZeroDivisionError
        return worker.connector(platform)

    worker.record(Round(connector_for, worker.clock).deliver(errands, threads=1))

    assert {book.row(odd).delivery, book.row(fine).delivery} == {Delivery.WAITING, Delivery.SENT}


def test_one_person_has_one_score_on_the_way_at_a_time(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    book.write("ana")
    (errand,) = worker.claim()
    guard, most = Lock(), []

    def one_at_a_time(_asked: Asked) -> Reply:
        most.append(guard.acquire(blocking=False))
        guard.release()
        return Reply()

    lms.answer = one_at_a_time
    worker.send([errand] * 12)

    assert most == [True] * 12


# ---- a later timestamp at the platform


def with_results(lms: Lms, *rows: dict[str, object], score: Reply = CONFLICT) -> None:
    def answer(asked: Asked) -> Reply:
        return replied(list(rows)) if "/results" in asked.path else score

    lms.answer = answer


@pytest.mark.parametrize(
    "stands",
    [
        [],
        [{"userId": "ana", "resultMaximum": 100}],
        [{"userId": "ana", "resultScore": 50, "resultMaximum": 100}],
        [{"userId": "ana", "resultScore": 10, "resultMaximum": 20}],
        [{"userId": "ben", "resultScore": 3, "resultMaximum": 20}],
    ],
)
def test_a_score_that_came_too_late_is_written_anew(
    stands: list[dict[str, object]], book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    row_id = book.write("ana", 5000)
    with_results(lms, *stands)

    worker.run()

    closed, again = book.rows("ana")
    assert closed.id == row_id
    assert closed.delivery is Delivery.REFUSED
    assert "earlier timestamp" in book.receipts(row_id)[0][1]
    assert again.delivery is Delivery.WAITING
    assert again.scored_at >= START + SECOND
    assert (again.score_hundredths, again.maximum) == (5000, 100)

    lms.answer = lambda _asked: Reply()
    clock.now = again.next_try_at
    worker.run()
    assert book.deliveries("ana") == [Delivery.REFUSED, Delivery.SENT]


def test_a_teachers_change_stands(book: Gradebook, worker: Worker, lms: Lms, clock: Clock) -> None:
    row_id = book.write("ana", 5000)
    with_results(lms, {"userId": "ana", "resultScore": 90, "resultMaximum": 100})

    worker.run()
    clock.advance(days=1)

    assert worker.run() == 0
    assert book.deliveries("ana") == [Delivery.HELD]
    assert "changed in the LMS; that change stands" in book.receipts(row_id)[0][1]
    assert book.standing("ana") == (Finding.CHANGED, 90, 100)


def test_what_we_sent_before_is_no_teachers_change(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    book.write("ana", 3000)
    worker.run()
    clock.advance(seconds=1)
    book.write("ana", 5000, at=clock())
    with_results(lms, {"userId": "ana", "resultScore": 30, "resultMaximum": 100})

    worker.run()

    assert book.deliveries("ana") == [Delivery.SENT, Delivery.REFUSED, Delivery.WAITING]


def test_nothing_is_overwritten_while_the_results_cannot_be_read(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    row_id = book.write("ana", 5000)
    lms.answer = lambda asked: Reply(503) if "/results" in asked.path else CONFLICT

    worker.run()

    assert book.deliveries("ana") == [Delivery.WAITING]
    assert book.receipts(row_id) == [(503, "503 Service Unavailable")]


def test_without_the_right_to_read_results_the_score_is_written_anew(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    book.write("ana", 5000)
    lms.answer = lambda asked: Reply(403) if "/results" in asked.path else CONFLICT

    worker.run()

    assert book.deliveries("ana") == [Delivery.REFUSED, Delivery.WAITING]


def test_a_score_that_was_overtaken_on_its_way_is_not_written_anew(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    older = book.write("ana", 3000)
    errands = worker.claim()
    book.supersede(older)
    book.write("ana", 6000, at=START + SECOND)
    with_results(lms)

    worker.record(worker.send(errands))

    assert book.deliveries("ana") == [Delivery.SUPERSEDED, Delivery.WAITING]
    assert book.rows("ana")[1].score_hundredths == 6000


# ---- a whole class


def test_two_hundred_scores_arrive_in_order_at_a_platform_that_often_fails(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    chance, lock = Random(3), Lock()
    stands: dict[str, list[tuple[str, float]]] = {}

    def moody(asked: Asked) -> Reply:
        if "/results" in asked.path:
            return replied([])
        with lock:
            if chance.random() < 0.3:
                return Reply(503)
            sub, at = asked.json["userId"], asked.json["timestamp"]
            if stands.get(sub) and stands[sub][-1][0] >= at:
                return CONFLICT
            stands.setdefault(sub, []).append((at, asked.json["scoreGiven"]))
            return Reply()

    lms.answer = moody
    people = [f"person-{n}" for n in range(40)]
    for step in range(5):
        for sub in people:
            book.write(sub, (step + 1) * 2000, at=clock(), due_at=clock())
        worker.run()
        clock.advance(seconds=7)
    for _minute in range(60):
        worker.run()
        clock.advance(minutes=1)

    assert {sub: scores[-1][1] for sub, scores in stands.items()} == dict.fromkeys(people, 100)
    assert all(
        before < after
        for scores in stands.values()
        for (before, _score), (after, _next) in pairwise(scores)
    )
    left = {delivery for sub in people for delivery in book.deliveries(sub)}
    assert left <= {Delivery.SENT, Delivery.SUPERSEDED}


def test_a_killed_workers_batch_is_sent_by_the_next(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    for n in range(10):
        book.write(f"person-{n}")
    worker.send(worker.claim())  # and killed before anything was recorded
    stands = {asked.json["userId"] for asked in lms.service_requests}

    def answer(asked: Asked) -> Reply:
        if "/results" in asked.path:
            return replied([])
        is_same = asked.json["timestamp"].startswith(START.isoformat(timespec="seconds")[:19])
        return CONFLICT if is_same and asked.json["userId"] in stands else Reply()

    lms.answer = answer
    clock.now = START + LEASE
    assert worker.run() == 10
    clock.advance(minutes=1)
    assert worker.run() == 10

    assert all(book.deliveries(f"person-{n}")[-1] is Delivery.SENT for n in range(10))
