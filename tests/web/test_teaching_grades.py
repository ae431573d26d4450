"""The page of grades: what was sent, what the gradebook said, what differs there."""

from sqlalchemy import select

from ltitool.core.delivery import Delivery
from ltitool.core.grades import Trouble
from ltitool.storage.tables import OutgoingScore, PlatformPause, Receipt, StandingGrade
from ltitool.web import labels
from tests.launching import TOOL
from tests.learner import Learner
from tests.web.everything import Everything


def page(person: Learner, path: str = "/teaching/grades/") -> str:
    answer = person.client.get(person.url + path, base_url=TOOL)
    assert answer.status_code == 200
    return answer.text


def newest(course: Everything, name: str) -> OutgoingScore:
    with course.database.session(is_read_only=True) as session:
        return session.scalars(
            select(OutgoingScore)
            .where(OutgoingScore.person_id == course.ids[name])
            .order_by(OutgoingScore.id.desc())
        ).all()[0]


def say(course: Everything, name: str, status: int | None, words: str) -> None:
    row = newest(course, name)
    with course.database.transaction() as session:
        session.get_one(OutgoingScore, row.id).tries = 1
        receipt = Receipt(
            outgoing_score_id=row.id, status=status, words=words, received_at=row.written_at
        )
        session.add(receipt)


def test_a_refusal_is_told_in_the_platforms_words_with_a_hint(course: Everything) -> None:
    say(course, "done", 422, "422 User not found in course or is not a student")

    text = page(course.people["teacher"])

    assert "User not found in course or is not a student" in text
    assert "This person is not enrolled as a student." in text


def test_what_is_held_back_is_no_fault_of_the_lms(course: Everything) -> None:
    say(course, "again", None, "The grade was changed in the LMS; that change stands.")
    row = newest(course, "again")
    with course.database.transaction() as session:
        session.get_one(OutgoingScore, row.id).delivery = Delivery.HELD

    text = page(course.people["teacher"])

    assert "Held back" in text
    assert "The LMS did not answer" not in text


def test_every_trouble_has_a_hint() -> None:
    assert set(labels.TROUBLES) == set(Trouble)


def test_the_front_page_raises_an_alert_and_leads_to_the_grades(course: Everything) -> None:
    text = page(course.people["teacher"], "/teaching/")

    assert "2 scores were refused" in text
    assert "One grade is different in the LMS" in text
    assert "/teaching/grades/?show=failed" in text


def test_everything_that_failed_is_sent_again_by_one_button(course: Everything) -> None:
    teacher = course.people["teacher"]

    teacher.send("/teaching/grades/again", form="/teaching/grades/")

    assert newest(course, "done").delivery is Delivery.WAITING
    assert newest(course, "again").delivery is Delivery.WAITING
    text = page(teacher)
    assert "0 of 2 scores have arrived." in text
    assert "<progress" in text


def test_a_changed_grade_is_kept_or_overwritten_as_the_instructor_says(course: Everything) -> None:
    teacher, again = course.people["teacher"], course.ids["again"]
    assert "90 of 100" in page(teacher)

    teacher.send(f"/teaching/grades/{again}/keep", form="/teaching/grades/")
    assert "stays as it is" in page(teacher)

    assert "Our newest score is 70 of 100" in page(teacher, f"/teaching/grades/{again}/ours")
    teacher.send(f"/teaching/grades/{again}/ours", form="/teaching/grades/")
    row = newest(course, "again")
    assert (row.delivery, row.overwrites) == (Delivery.WAITING, True)
    with course.database.session(is_read_only=True) as session:
        assert session.scalars(select(StandingGrade)).all() == []


def test_a_poll_that_finds_nothing_new_gets_304(course: Everything) -> None:
    teacher = course.people["teacher"]
    path = f"{teacher.url}/teaching/grades/status"
    first = teacher.client.get(path, base_url=TOOL)

    headers = {"If-None-Match": first.headers["ETag"]}
    assert teacher.client.get(path, base_url=TOOL, headers=headers).status_code == 304

    teacher.send("/teaching/grades/again", form="/teaching/grades/")
    assert teacher.client.get(path, base_url=TOOL, headers=headers).status_code == 200


def test_a_platform_that_does_not_answer_is_told(course: Everything) -> None:
    row = newest(course, "done")
    with course.database.transaction() as session:
        session.add(
            PlatformPause(
                registration_id=1,
                failures=3,
                began_at=row.written_at,
                until_at=row.written_at,
                status=503,
                words="503 Back soon",
            )
        )

    assert "503 Back soon" in page(course.people["teacher"])


def test_tutors_read_and_change_nothing(course: Everything) -> None:
    tutor = course.people["tutor"]

    assert "Send all that failed again" not in page(tutor)
    answer = tutor.client.get(
        f"{tutor.url}/teaching/grades/{course.ids['again']}/ours", base_url=TOOL
    )
    assert answer.status_code in {403, 404}
