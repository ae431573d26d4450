"""Nobody reaches what is not theirs: every route, by every kind of person who should not be there.

The routes come from the app's own map, so that a new one cannot be forgotten.
"""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ltitool.actions.library import store
from ltitool.actions.library_files import media_beside
from ltitool.storage.database import Database
from tests.conftest import PENDING, Clock
from tests.launching import CLIENT_ID, INSTRUCTOR, LTI, TOOL, SigningPlatform, published
from tests.learner import POST, Learner
from tests.web.everything import Everything, Sample, Watch, routes, snapshot

PUBLIC = {
    "static",
    "health.health",
    "launch.login",
    "launch.launch",
    "launch.ask",
    "launch.open_held",
    "launch.keys",
    "notices.take",
    "setup.index",
    "setup.values",
    "setup.canvas",
    # by a signed link
    "platform_page.show",
    "platform_page.approve",
    "platform_page.approve_deployment",
    "platform_page.check",
    "registering.ask",
    "registering.take",
    "registering.show",
    "registering.replace",
    "registering.leave",
}
"""What everybody reaches without a visit."""

IDS = {
    "entry_id",
    "version_id",
    "post_id",
    "person_id",
    "group_id",
    "thread_id",
    "report_id",
    "activity_id",
    "media_hash",
    "concern_id",
    "alias",
}
"""Arguments that name something that belongs to somebody."""

NOT_FOR_TUTORS = {
    "visit.teaching.library.begin",
    "visit.teaching.library.add",
    "visit.teaching.library.retire",
    "visit.teaching.library.see_to",
    "visit.teaching.library.remove",
    "visit.teaching.version.take",
    "visit.teaching.keep_copy",
    "visit.teaching.confirm_continue",
    "visit.teaching.continue_from",
    "visit.teaching.people.confirm_reset",
    "visit.teaching.people.reset",
    "visit.teaching.people.send_again",
    "visit.teaching.settings.save",
    "visit.teaching.settings.phases.save",
    "visit.teaching.settings.phases.confirm_open",
    "visit.teaching.settings.phases.open_now",
    "visit.teaching.settings.make_column",
    "visit.teaching.staff.choose",
    "visit.teaching.log.show",
    "visit.teaching.note.show",
    "visit.teaching.note.save",
    "visit.teaching.question.show",
    "visit.teaching.question.save",
    "visit.teaching.stand.show",
    "visit.teaching.stand.save",
}
OF_THE_COURSE = {
    "visit.teaching.library.see_to",
    "visit.other_story.take",
    "visit.teaching.library.story",
    "visit.teaching.library.changed",
    "visit.teaching.library.walk",
    "visit.teaching.library.media",
    "visit.teaching.library.drawn",
    "visit.teaching.library.file",
    "visit.teaching.library.retire",
    "visit.teaching.library.remove",
    "visit.teaching.confirm_continue",
    "visit.teaching.continue_from",
    "visit.teaching.staff.choose",
}
"""What the staff of a course do for all its links."""

ELSEWHERE: dict[str, dict[str, Any]] = {
    "another course": {f"{LTI}context": {"id": "course-2", "title": "Law"}},
    "another link": {f"{LTI}resource_link": {"id": "link-2", "title": "Another"}},
    "another tenant": {},
    "a tenant that shares the issuer": {},
}
OTHER_STORY = {f"{LTI}custom": {"scenario": "another", "group_wait_hours": "0"}}
UNSET = {f"{LTI}resource_link": {"id": "link-3"}, f"{LTI}custom": {}}
ENDED = {HTTPStatus.FORBIDDEN}
NOT_FOUND = {HTTPStatus.NOT_FOUND}


@pytest.fixture
def elsewhere(
    app: Flask, platform: SigningPlatform, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Learner]]:
    """Let somebody in at the place that the test names, where another story is told."""
    store_another_story(app, clock)
    other = SigningPlatform(
        clock.now,
        name="Other",
        issuer=platform.issuer if "issuer" in request.param else "https://other.example",
        client_id="client-2",
    )
    with published(other):
        other.register(app.extensions["database"], "1")
        home = other if "tenant" in request.param else platform

        def enter(sub: str, **changes: Any) -> Learner:
            claims = {**ELSEWHERE[request.param], **OTHER_STORY, **changes}
            return Learner(app.test_client(), home, sub, **claims)

        yield enter


def store_another_story(app: Flask, clock: Clock) -> None:
    database: Database = app.extensions["database"]
    source = PENDING.read_text("utf-8").replace("id: sam-and-lucy", "id: another")
    media = {
        name: content.replace(b"Six chairs", b"Five chairs")
        for name, content in media_beside(PENDING).items()
    }
    with database.transaction() as session:
        store(session, source, media, now=clock.now)


def address(course: Everything, rule: Rule, sample: Sample, visit_url: str) -> str:
    """Return a route's address in a visit."""
    visit_id = visit_url.rsplit("/", 1)[-1]
    adapter = course.app.url_map.bind("tool.example")
    built = adapter.build(rule.endpoint, {"visit_id": visit_id, **sample.ids})
    assert built is not None
    return str(built)


def form_page(who: str) -> str:
    """Return a page with a form, from which a person takes the mark that every form carries."""
    pages = {
        **dict.fromkeys(("teacher", "unset", "leader"), "/teaching/settings"),
        **dict.fromkeys(("placer", "canceller"), "/place/"),
    }
    return pages.get(who, "/restart")


def methods(rule: Rule) -> list[str]:
    return sorted(rule.methods or ())


def asking(rule: Rule) -> list[str]:
    """Return the methods that reach a page; OPTIONS only tells which these are."""
    return [method for method in methods(rule) if method != "OPTIONS"]


def send(
    client: FlaskClient, method: str, path: str, sample: Sample, token: str = ""
) -> TestResponse:
    data = {"csrf_token": token, **sample.fields} if method == "POST" else None
    # Only what has a body is looked at as a page.
    opened = type(client).open if method in {"GET", "POST"} else FlaskClient.open
    return opened(client, path, method=method, data=data, base_url=TOOL)


def holding(app: Flask, thief: Learner, victim: Learner) -> FlaskClient:
    """Return a browser that shows the cookie of one visit at the address of another."""
    client = app.test_client()
    cookie = thief.client.get_cookie("visit", "tool.example", thief.url)
    assert cookie is not None
    client.set_cookie("visit", cookie.value, domain="tool.example", path=victim.url)
    return client


def wrong_answers(
    course: Everything,
    allowed: set[HTTPStatus],
    knock: Callable[[str, Rule, Sample], TestResponse],
    *,
    rules: list[Rule] | None = None,
    methods: Callable[[Rule], list[str]] = methods,
) -> list[str]:
    """Return every request that was answered otherwise than allowed, or that changed a row."""
    watch, wrong = Watch(course.app), []
    for rule in routes(course.app) if rules is None else rules:
        sample = course.samples()[rule.endpoint]
        for method in methods(rule):
            answer = knock(method, rule, sample)
            if answer.status_code not in allowed:
                wrong.append(f"{method} {rule} answers {answer.status_code}")
            if POST in answer.text or "Person " in answer.text:
                wrong.append(f"{method} {rule} tells what is not theirs to know")
            if watch.has_changed():
                wrong.append(f"{method} {rule} changes a row")
    watch.close()
    return wrong


def test_every_route_of_a_visit_has_a_sample(course: Everything) -> None:
    assert {rule.endpoint for rule in routes(course.app)} == set(course.samples())


def test_every_other_route_is_meant_for_everybody(app: Flask) -> None:
    found = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert found - {rule.endpoint for rule in routes(app)} == PUBLIC


def test_the_samples_work_for_those_they_are_meant_for(course: Everything) -> None:
    rules = {rule.endpoint: rule for rule in routes(course.app)}

    for endpoint, sample in course.samples().items():
        person, rule = course.people[sample.who], rules[endpoint]
        token = person.token(form_page(sample.who))
        for method in methods(rule):
            path = address(course, rule, sample, person.url)
            answer = send(person.client, method, path, sample, token)
            assert answer.status_code in {200, 302, 303}, f"{method} {rule}"


def test_without_a_cookie_every_page_says_that_the_visit_has_ended(course: Everything) -> None:
    def knock(method: str, rule: Rule, sample: Sample) -> TestResponse:
        path = address(course, rule, sample, course.people[sample.who].url)
        return send(course.app.test_client(), method, path, sample)

    assert wrong_answers(course, ENDED, knock) == []


@pytest.mark.parametrize("thief", ["new", "talker", "done", "teacher", "tutor", "unset"])
def test_the_cookie_of_another_visit_of_the_course_opens_nothing(
    course: Everything, thief: str
) -> None:
    own = course.people[thief]
    twin = own if thief == "unset" else course.enter(f"second {thief}")
    token = own.token(form_page(thief))

    def knock(method: str, rule: Rule, sample: Sample) -> TestResponse:
        victim = twin if sample.who == thief else course.people[sample.who]
        victim = course.people["done"] if victim is own else victim
        path = address(course, rule, sample, victim.url)
        return send(holding(course.app, own, victim), method, path, sample, token)

    assert wrong_answers(course, ENDED, knock) == []


@pytest.mark.parametrize("elsewhere", ELSEWHERE, indirect=True)
@pytest.mark.parametrize("role", [None, INSTRUCTOR])
def test_the_cookie_of_a_visit_elsewhere_opens_nothing(
    course: Everything, elsewhere: Callable[..., Learner], role: str | None
) -> None:
    own = elsewhere("done", **({f"{LTI}roles": [role]} if role else {}))
    token = own.token("/restart")

    def knock(method: str, rule: Rule, sample: Sample) -> TestResponse:
        victim = course.people[sample.who]
        path = address(course, rule, sample, victim.url)
        return send(holding(course.app, own, victim), method, path, sample, token)

    assert wrong_answers(course, ENDED, knock) == []


@pytest.mark.parametrize("elsewhere", ELSEWHERE, indirect=True)
def test_the_things_of_a_course_are_not_found_from_elsewhere(
    course: Everything, elsewhere: Callable[..., Learner], request: pytest.FixtureRequest
) -> None:
    staff = {f"{LTI}roles": [INSTRUCTOR]}
    student, teacher = elsewhere("mallory"), elsewhere("malvolio", **staff)
    unset = elsewhere("malvolio", **staff, **UNSET)
    student.finish()
    tokens = {one: one.token("/teaching/settings") for one in (teacher, unset)}
    tokens[student] = student.token("/restart")

    def knock(method: str, rule: Rule, sample: Sample) -> TestResponse:
        own = {"teacher": teacher, "unset": unset}.get(sample.who, student)
        path = address(course, rule, sample, own.url)
        return send(own.client, method, path, sample, tokens[own])

    shared = OF_THE_COURSE if "another link" in request.node.name else set()
    owned = [r for r in routes(course.app) if r.arguments & IDS and r.endpoint not in shared]
    assert len(owned) > 10
    assert wrong_answers(course, NOT_FOUND, knock, rules=owned, methods=asking) == []


@pytest.mark.parametrize("elsewhere", ELSEWHERE, indirect=True)
def test_ids_of_another_course_in_a_form_are_refused(
    course: Everything, elsewhere: Callable[..., Learner]
) -> None:
    student = elsewhere("mallory")
    student.play()
    student.read_reasons()
    student.talk()
    teacher = elsewhere("malvolio", **{f"{LTI}roles": [INSTRUCTOR]})
    own_group = student_id(course, "mallory")
    before = snapshot(course.app)

    reply = student.say("A reply to somebody far away.", course.ids["post"], "far")
    cited = student.decide_again(cited=f"post:{course.ids['post']}")
    moved = teacher.send(
        f"/teaching/people/{own_group}/move",
        {"group": str(course.ids["spare"])},
        form="/teaching/settings",
    )

    assert [answer.status_code for answer in (reply, cited, moved)] == [404, 422, 422]
    assert snapshot(course.app) == before


def student_id(course: Everything, sub: str) -> int:
    [person_id] = [row[0] for row in snapshot(course.app)["person"] if row[2] == sub]
    assert isinstance(person_id, int)
    return person_id


@pytest.mark.parametrize("who", ["learner", "guest"])
def test_the_pages_of_staff_are_not_found_by_others(course: Everything, who: str) -> None:
    own = course.enter("eve", **({f"{LTI}roles": []} if who == "guest" else {}))
    token = own.token("/restart")

    def knock(method: str, rule: Rule, sample: Sample) -> TestResponse:
        return send(own.client, method, address(course, rule, sample, own.url), sample, token)

    staff = [r for r in routes(course.app) if r.endpoint.startswith("visit.teaching.")]
    assert len(staff) > 10
    assert wrong_answers(course, NOT_FOUND, knock, rules=staff) == []


def test_a_tutor_finds_nothing_that_only_instructors_do(course: Everything) -> None:
    tutor = course.people["tutor"]
    token = tutor.token("/restart")

    def knock(method: str, rule: Rule, sample: Sample) -> TestResponse:
        return send(tutor.client, method, address(course, rule, sample, tutor.url), sample, token)

    before = snapshot(course.app)
    for rule in routes(course.app):
        if rule.endpoint in NOT_FOR_TUTORS:
            for method in asking(rule):
                answer = knock(method, rule, course.samples()[rule.endpoint])
                assert answer.status_code == 404, rule
    assert snapshot(course.app) == before


def test_a_guest_looks_and_changes_nothing(course: Everything) -> None:
    guest = course.enter("eve", **{f"{LTI}roles": []})
    token = guest.token("/restart")
    before = snapshot(course.app)

    for rule in routes(course.app):
        sample = course.samples()[rule.endpoint]
        for method in methods(rule):
            path = address(course, rule, sample, guest.url)
            answer = send(guest.client, method, path, sample, token)
            allowed = {404} if method == "POST" else {200, 302, 404, 409}
            assert answer.status_code in allowed, f"{method} {rule}"
    assert snapshot(course.app) == before


def test_the_posts_of_others_in_ones_own_group_are_not_ones_own(course: Everything) -> None:
    peer = course.people["done"]
    token = peer.token("/restart")
    own = {"visit.talk.edit", "visit.talk.save", "visit.talk.confirm_withdraw"}

    def knock(method: str, rule: Rule, sample: Sample) -> TestResponse:
        return send(peer.client, method, address(course, rule, sample, peer.url), sample, token)

    rules = [rule for rule in routes(course.app) if rule.endpoint in own | {"visit.talk.withdraw"}]
    answers = [knock(m, r, course.samples()[r.endpoint]) for r in rules for m in ("GET", "POST")]
    assert {answer.status_code for answer in answers} <= {404, 405}


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_numbers_larger_than_any_id_are_not_found(course: Everything, number: int) -> None:
    for rule in routes(course.app):
        sample = course.samples()[rule.endpoint]
        numbers = {name: number for name, value in sample.ids.items() if isinstance(value, int)}
        if not numbers:
            continue
        person = course.people[sample.who]
        token = person.token(form_page(sample.who))
        path = address(course, rule, Sample(sample.who, ids={**sample.ids, **numbers}), person.url)
        for method in asking(rule):
            answer = send(person.client, method, path, sample, token)
            assert answer.status_code in {404, 405}, f"{method} {rule}"


def test_a_shared_issuer_shares_nobody(app: Flask, platform: SigningPlatform, clock: Clock) -> None:
    twin = SigningPlatform(clock.now, platform.key_set_url, "Twin", client_id=f"{CLIENT_ID}-twin")
    twin.register(app.extensions["database"], "1")

    Learner(app.test_client(), platform, "ana").finish()
    other = Learner(app.test_client(), twin, "ana")

    assert "Start" in other.get("/")
    assert POST not in other.get("/progress/")
