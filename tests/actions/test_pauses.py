"""A platform that does not answer is left alone by all workers, and gets all its scores later."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ltitool.core.delivery import Delivery
from ltitool.storage.tables import PlatformPause, Registration
from tests.actions.worker import Worker
from tests.conftest import Clock
from tests.gradebook import Gradebook
from tests.lms import Asked, Lms, Reply

MINUTE = timedelta(minutes=1)


def write_many(book: Gradebook, number: int) -> None:
    for n in range(number):
        book.write(f"person-{n}")


def pause(book: Gradebook) -> PlatformPause | None:
    with book.database.session(is_read_only=True) as session:
        return session.scalar(select(PlatformPause))


@pytest.mark.parametrize(
    "reply", [Reply(503), Reply(502), Reply(429), Reply(403, body=b"Rate Limit Exceeded")]
)
def test_a_platform_that_is_unwell_is_left_alone_and_then_tried_by_one_score(
    reply: Reply, book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    write_many(book, 30)
    lms.answer = lambda _asked: reply

    worker.run()
    asked = len(lms.service_requests)
    assert asked <= 8
    assert worker.claim() == []

    for again in range(1, 5):
        kept = pause(book)
        assert kept is not None
        assert timedelta() < kept.until_at - clock() <= MINUTE
        clock.now = kept.until_at
        assert worker.run() == 1
        assert len(lms.service_requests) == asked + again


def test_a_dropped_connection_now_and_then_pauses_nothing(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    write_many(book, 40)
    lms.answer = lambda asked: Reply(502 if asked.json["userId"].endswith("7") else 200)

    with_one_thread = worker.claim()
    worker.record(worker.send(with_one_thread, threads=1))

    assert pause(book) is None
    assert sum(book.deliveries(f"person-{n}") == [Delivery.SENT] for n in range(40)) == 36


def test_when_it_answers_again_everything_goes_out_at_once(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    write_many(book, 30)
    lms.answer = lambda _asked: Reply(503)
    for _an_outage in range(12):
        worker.run()
        clock.advance(minutes=5)
    lms.answer = lambda _asked: Reply()

    assert worker.run() == 1
    assert pause(book) is None
    assert worker.run() == 29
    assert all(book.deliveries(f"person-{n}") == [Delivery.SENT] for n in range(30))


def test_what_was_not_tried_has_no_receipt_and_no_try(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    write_many(book, 30)
    lms.answer = lambda _asked: Reply(503)

    worker.run()

    rows = [book.rows(f"person-{n}")[0] for n in range(30)]
    assert sum(row.tries for row in rows) == len(lms.service_requests)
    assert all(len(book.receipts(row.id)) == row.tries for row in rows)


def test_the_patience_a_platform_asks_for_holds_for_all_its_scores(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    write_many(book, 10)
    lms.answer = lambda _asked: Reply(503, headers={"Retry-After": "300"})
    worker.run()

    clock.advance(seconds=299)
    assert worker.claim() == []
    clock.advance(seconds=1)
    assert len(worker.claim()) == 1


def test_errors_in_a_row_are_about_the_platform_and_one_alone_is_not(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    # Moodle answers 500 for a locked column: that stops nobody else.
    write_many(book, 20)
    lms.answer = lambda asked: Reply(500 if asked.json["userId"] == "person-3" else 200)
    worker.run()
    assert pause(book) is None
    assert book.deliveries("person-3") == [Delivery.WAITING]

    lms.answer = lambda _asked: Reply(500)
    for n in range(20, 40):
        book.write(f"person-{n}")
    worker.run()

    assert pause(book) is not None
    assert len(lms.service_requests) < 20 + 12


def test_a_locked_column_keeps_no_other_column_waiting(
    book: Gradebook, worker: Worker, lms: Lms, clock: Clock
) -> None:
    write_many(book, 20)
    lms.answer = lambda asked: Reply(500 if asked.path.startswith("/course/1/") else 200)
    worker.run()
    assert pause(book) is not None
    locked, book.column = book.column, f"{lms.url}/course/2/item?type_id=2"
    row_id = book.write("elsewhere", due_at=clock() + MINUTE)

    clock.advance(minutes=1)
    worker.run()

    assert book.column != locked
    assert book.row(row_id).delivery is Delivery.SENT


def test_a_slow_dead_platform_keeps_no_other_waiting(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    dead = Gradebook(book.database, "http://127.0.0.1:9")
    with book.database.transaction() as session:
        first, second = session.scalars(select(Registration).order_by(Registration.id))
        ids = (first.id, second.id)
    for n in range(100):
        dead.write(f"dead-{n}", registration_id=ids[1])
    book.write("ana")

    worker.run()

    assert book.deliveries("ana") == [Delivery.SENT]


def test_a_platform_that_is_switched_off_is_sent_nothing_until_it_is_on_again(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    row_id = book.write("ana")

    def switch(*, on: bool) -> None:
        with book.database.transaction() as session:
            session.scalars(select(Registration)).one().is_enabled = on

    switch(on=False)
    assert worker.run() == 0
    assert lms.asked == []

    switch(on=True)
    worker.run()
    assert book.row(row_id).delivery is Delivery.SENT


def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_not_begun(
    book: Gradebook, worker: Worker, lms: Lms
) -> None:
    write_many(book, 20)

    def stop_after_two(_asked: Asked) -> Reply:
        worker.is_stopping = len(lms.service_requests) >= 2
        return Reply()

    lms.answer = stop_after_two
    worker.run()

    sent = len(lms.service_requests)
    assert sent < 20
    worker.is_stopping = False
    assert len(worker.claim()) == 20 - sent
