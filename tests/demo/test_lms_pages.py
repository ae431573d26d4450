"""The pages of the pretend LMS; every page that is fetched is also checked (see conftest)."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from ltitool.demo.grades import Grade
from ltitool.demo.lms import Lms
from ltitool.demo.pages import create_lms_app
from ltitool.demo.server import LmsServer
from tests.postgres import free_port

ZOE, OLENA, TUTOR, INSTRUCTOR = "101", "103", "201", "301"


@pytest.fixture
def graded(lms: Lms) -> Lms:
    for user_id, given in ((ZOE, 100), (OLENA, 33.33)):
        grade = Grade(given, 100, f"Comment for {user_id}", lms.now, lms.now)
        lms.grades["pending", user_id] = grade
    return lms


def test_the_course_page_asks_who_you_are_and_remembers_it(client: FlaskClient) -> None:
    before = client.get("/").text
    answer = client.post("/login", data={"user": OLENA})
    after = client.get("/").text

    assert "Nobody is logged in" in before
    assert 'href="/course/pending"' not in before
    assert (answer.status_code, answer.location) == (303, "/")
    assert "You are <b>Олена Коваль</b>" in after
    for link_id in ("pending", "pending-ungraded", "new"):
        assert f'href="/course/{link_id}"' in after


def test_the_course_page_says_which_browsers_can_show_the_demonstration(
    client: FlaskClient,
) -> None:
    assert "Safari does not" in client.get("/").text


@pytest.mark.parametrize("user_id", ["", "999", "901"])
def test_who_is_not_here_cannot_be_logged_in(client: FlaskClient, user_id: str) -> None:
    client.post("/login", data={"user": user_id})

    assert "Nobody is logged in" in client.get("/").text


def test_the_student_view_ends_with_canvas(client: FlaskClient, lms: Lms) -> None:
    lms.use("canvas")
    client.post("/login", data={"user": "901"})
    assert "You are <b>Test Student</b>" in client.get("/").text

    lms.use("plain")

    assert "Nobody is logged in" in client.get("/").text


def test_an_activity_is_shown_in_a_frame_and_may_be_opened_in_a_window(
    client: FlaskClient,
) -> None:
    client.post("/login", data={"user": ZOE})

    page = client.get("/course/pending").text

    assert '<iframe title="Pending" name="tool"' in page
    assert 'src="/launch/pending"' in page
    assert "storage.js" not in page
    assert '<a href="/launch/pending" target="_blank"' in page


@pytest.mark.parametrize("path", ["/course/pending", "/gradebook"])
def test_pages_about_a_person_ask_for_one_first(client: FlaskClient, path: str) -> None:
    assert client.get(path).location == "/"


def test_an_activity_that_is_not_there_leads_back(client: FlaskClient) -> None:
    client.post("/login", data={"user": ZOE})

    assert client.get("/course/nowhere").location == "/"


@pytest.mark.parametrize("user_id", [TUTOR, INSTRUCTOR])
def test_staff_see_every_grade_with_its_comment(
    client: FlaskClient, graded: Lms, user_id: str
) -> None:
    client.post("/login", data={"user": user_id})

    page = client.get("/gradebook").text

    assert "<b>100</b> of 100" in page
    assert "<b>33.33</b> of 100" in page
    assert "Comment for 103" in page
    assert "received 14:00:00 UTC" in page
    assert page.count('<th scope="row">') == 5
    assert "Without a grade" not in page


def test_students_see_their_own_grade_only(client: FlaskClient, graded: Lms) -> None:
    client.post("/login", data={"user": ZOE})

    page = client.get("/gradebook").text

    assert "Comment for 101" in page
    assert "Comment for 103" not in page
    assert page.count('<th scope="row">') == 1


def test_the_lms_can_be_told_to_behave_otherwise(client: FlaskClient, lms: Lms) -> None:
    kid = lms.keys[-1][0]

    answer = client.post("/settings", data={"profile": "moodle", "fails": "500", "clock": "-5"})
    page = client.get(answer.location).text

    assert (lms.profile.name, lms.fails) == ("moodle", "500")
    assert lms.skew == timedelta(seconds=-5)
    assert lms.keys[-1][0] == kid
    assert 'value="moodle" checked' in page
    assert 'value="500" checked' in page
    assert 'value="-5" checked' in page
    assert 'role="status"' in page


def test_a_new_key_is_one_button(client: FlaskClient, lms: Lms) -> None:
    kid = lms.keys[-1][0]

    answer = client.post("/settings", data={"rotate": "1"})

    assert lms.keys[-1][0] != kid
    assert "a new key signs" in client.get(answer.location).text


def test_nonsense_changes_nothing(client: FlaskClient, lms: Lms) -> None:
    client.post("/settings", data={"profile": "blackboard", "fails": "smoke", "clock": "90"})

    assert (lms.profile.name, lms.fails, lms.skew) == ("plain", "", timedelta())


def test_a_port_that_is_taken_is_said_to_be_so(lms: Lms) -> None:
    port = free_port()

    with LmsServer(lms, port), pytest.raises(OSError, match=f"Port {port} is in use"):
        LmsServer(lms, port)


def test_two_applications_of_one_lms_show_the_same_gradebook(graded: Lms) -> None:
    other = create_lms_app(graded).test_client()
    other.post("/login", data={"user": INSTRUCTOR})

    assert "Comment for 101" in other.get("/gradebook").text


@pytest.mark.parametrize("name", ["lms.css", "post.js", "storage.js"])
def test_its_files_are_sent_whole(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/static/{name}")

    assert answer.status_code == 200
    assert answer.content_length == len(answer.data) > 50
    assert not answer.is_streamed
