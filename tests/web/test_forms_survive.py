"""Forms when something is wrong with them: nothing typed is lost, nothing foreign is taken."""

import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.test import TestResponse
from wtforms import TextAreaField

import ltitool.web
from ltitool.web.errors import TYPED
from tests.conftest import Clock
from tests.launching import INSTRUCTOR, LTI, TOOL, SigningPlatform
from tests.learner import POST, REFLECTION, TALK_FIELDS, Learner
from tests.web.everything import Everything, Sample, routes, snapshot
from tests.web.test_isolation import address, form_page

Enter = Callable[..., Learner]
WRITTEN = {
    "English": "I would wait until Thursday, & say <why> on a walk.",
    "Chinese": "我会等到星期四再说因为按钮说不出理由",
    "Thai": "ฉันจะรอถึงวันพฤหัสบดี",
    "Arabic": "سأنتظر حتى يوم الخميس\nلأن الزر لا يقول لماذا",
    "one word": "Thursday",
}
FORMS = {
    "visit.story.keep": ("rationale", "own_change"),
    "visit.talk.post": ("text",),
    "visit.talk.save": ("text",),
    "visit.alone.reply": ("text",),
    "visit.alone.answer": ("text",),
    "visit.concerns.report": ("text",),
    "visit.concerns.worry": ("text",),
    "visit.wrong.tell": ("text",),
    "visit.stand.file": ("text",),
    "visit.stand.write": ("text",),
    "visit.again.keep": ("rationale", "own_change"),
    "visit.reflect.keep": ("text",),
    "visit.teaching.talks.hide": ("reason",),
    "visit.teaching.thread.say": ("text",),
    "visit.teaching.moderation.who": ("reason",),
    "visit.teaching.people.reset": ("reason",),
}
"""Every form in which people write, with the fields they write in."""
PASTED = {"source", "people"}
"""Fields that take the text of a file, with limits of their own."""


def filled(course: Everything, endpoint: str, words: str) -> tuple[Learner, str, dict[str, Any]]:
    """Return who sends a form, where to, and the form with these words in it."""
    sample = course.samples()[endpoint]
    person = course.people[sample.who]
    [rule] = [rule for rule in routes(course.app) if rule.endpoint == endpoint]
    fields = {**sample.fields, **dict.fromkeys(FORMS[endpoint], words)}
    fields["csrf_token"] = person.token(form_page(sample.who))
    return person, address(course, rule, Sample(sample.who, ids=sample.ids), person.url), fields


def given_back(answer: TestResponse, words: str) -> bool:
    """Whether a page holds these words in a field, to be copied or sent again."""
    fields = re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    return str(escape(words, quote=False)) in {field.replace("&#34;", '"') for field in fields}


def test_every_form_in_which_people_write_is_known_here() -> None:
    inside = Path(ltitool.web.__file__).parent / "templates"
    drawn = {
        name
        for page in inside.rglob("*.html")
        for name in re.findall(r'<textarea[^>]*? name="(\w+)"', page.read_text("utf-8"))
    }
    fields = {
        name
        for form in FlaskForm.__subclasses__()
        for name, field in vars(form).items()
        if getattr(field, "field_class", None) is TextAreaField
    }

    assert fields | drawn == TYPED
    assert {name for names in FORMS.values() for name in names} == TYPED - PASTED


@pytest.mark.parametrize("words", WRITTEN.values(), ids=WRITTEN.keys())
def test_a_visit_that_ended_while_writing_gives_the_words_back(
    course: Everything, clock: Clock, words: str
) -> None:
    forms = [filled(course, endpoint, words) for endpoint in FORMS]
    before = snapshot(course.app)
    clock.advance(hours=25)

    for person, path, fields in forms:
        answer = person.client.post(path, data=fields, base_url=TOOL)
        assert answer.status_code == 403, path
        assert given_back(answer, words), path
        assert fields["csrf_token"] not in answer.text
    assert snapshot(course.app) == before


def test_a_browser_that_dropped_its_cookie_gives_the_words_back(course: Everything) -> None:
    for endpoint in FORMS:
        _person, path, fields = filled(course, endpoint, POST)
        answer = course.app.test_client().post(path, data=fields, base_url=TOOL)
        assert (answer.status_code, given_back(answer, POST)) == (403, True), path


@pytest.mark.parametrize("token", ["", "none", "of another visit"])
def test_a_form_without_its_mark_is_refused_and_gives_the_words_back(
    course: Everything, token: str
) -> None:
    foreign = course.enter("mallory").token("/restart")
    before = snapshot(course.app)

    for endpoint in FORMS:
        person, path, fields = filled(course, endpoint, POST)
        fields["csrf_token"] = foreign if token == "of another visit" else token
        answer = person.client.post(path, data=fields, base_url=TOOL)
        assert (answer.status_code, given_back(answer, POST)) == (400, True), path
        assert "This form could not be checked" in answer.text
    assert snapshot(course.app) == before


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://tool.example", "https://tool.example.evil", ""],
)
def test_a_form_from_another_site_is_refused(course: Everything, origin: str) -> None:
    before = snapshot(course.app)

    for endpoint in FORMS:
        person, path, fields = filled(course, endpoint, POST)
        answer = person.client.post(path, data=fields, base_url=TOOL, headers={"Origin": origin})
        assert (answer.status_code, given_back(answer, POST)) == (400, True), path
    assert snapshot(course.app) == before


def test_a_form_from_our_own_page_is_taken(learner: Enter) -> None:
    student = learner()
    fields = {"csrf_token": student.token("/restart"), "choice": "hold", **TALK_FIELDS}

    answer = student.client.post(
        f"{student.url}/story/request/decide",
        data=fields,
        base_url=TOOL,
        headers={"Origin": TOOL},
    )

    assert answer.status_code == 303


def test_a_text_of_a_hundred_kilobytes_is_too_long_and_given_back(course: Everything) -> None:
    words = "Thursday " * 11_000 + "end"
    before = snapshot(course.app)

    for endpoint in FORMS:
        person, path, fields = filled(course, endpoint, words)
        answer = person.client.post(path, data=fields, base_url=TOOL)
        assert (answer.status_code, given_back(answer, words)) == (422, True), path
    assert snapshot(course.app) == before


def test_a_text_of_a_megabyte_is_refused_in_words(course: Everything) -> None:
    before = snapshot(course.app)

    for endpoint in FORMS:
        person, path, fields = filled(course, endpoint, "Thursday " * 117_000)
        answer = person.client.post(path, data=fields, base_url=TOOL)
        assert answer.status_code == 413, path
        assert "What was sent is too large. A post may hold about 20,000" in answer.text
    assert snapshot(course.app) == before


SAID_AGAIN = {
    *(
        f"visit.teaching.{act}: audit_entry"
        for act in (
            "grades.keep_theirs",
            "grades.send_ours",
            "grades.send_failed_again",
            "credit.send",
            "moderation.who",
            "merging.reveal",
            "answers.reveal",
        )
    ),
}
"""Acts of staff that leave a line each time they are done; the newest decides."""


def test_every_form_sent_twice_makes_one_row(course: Everything) -> None:
    rules = {rule.endpoint: rule for rule in routes(course.app)}
    doubled = []

    for endpoint, sample in course.samples().items():
        if "POST" not in (rules[endpoint].methods or ()):
            continue
        person = course.people[sample.who]
        path = address(course, rules[endpoint], sample, person.url)
        data = {"csrf_token": person.token(form_page(sample.who)), **sample.fields}
        first = person.client.post(path, data=data, base_url=TOOL)
        once = rows(course.app)
        second = person.client.post(path, data=data, base_url=TOOL)
        assert first.status_code in {200, 303}, endpoint
        assert second.status_code in {200, 303, 404, 409, 422}, endpoint
        doubled += [
            f"{endpoint}: {name}" for name, n in rows(course.app).items() if n != once[name]
        ]

    assert set(doubled) - SAID_AGAIN == set()


def rows(app: Flask) -> dict[str, int]:
    return {name: len(found) for name, found in snapshot(app).items()}


SCRIPT = "<script>alert(1)</script>"
QUOTED = "\"><img src=x onerror=alert(1)> '; {{ 7*7 }} %(name)s"
BACKWARDS = "\u202egnihton\u2066\u200f"
UNSEEN = "no\u200bbody\u2060 sees\ufeff this\u00ad"
ODD = {"script": SCRIPT, "quotes": QUOTED, "backwards": BACKWARDS, "unseen": UNSEEN}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_odd_letters_in_names_titles_and_texts_stay_letters(
    app: Flask, platform: SigningPlatform, odd: str
) -> None:
    words = f"{POST} {odd}"
    course = {
        f"{LTI}context": {"id": "course-1", "title": f"Course {odd}"},
        f"{LTI}resource_link": {"id": "link-1", "title": f"Link {odd}"},
    }
    student = Learner(app.test_client(), platform, "ana", **{**course, "name": f"Ana {odd}"})
    teacher = Learner(
        app.test_client(), platform, "tess", **{**course, f"{LTI}roles": [INSTRUCTOR]}
    )
    student.decide(("request", ""), "hold", **{**TALK_FIELDS, "rationale": f"{REFLECTION} {odd}"})
    for scene, choice in (("late-post", "call"), ("thursday", "together")):
        student.decide((scene, ""), choice, rationale=words)
    student.read_reasons()
    student.say(words)
    student.say(
        f"Four days of silence say something too, I think, and loudly. {odd}", student.voice()
    )
    student.decide_again()
    student.send("/reflect/luck", {"text": f"{REFLECTION} {odd}"}, form="/reflect/")

    pages = {path: student.get(path) for path in ("/talk/", "/reasons/", "/again/", "/reflect/")}
    pages |= {path: student.get(path) for path in ("/", "/progress/", "/leave", "/picture/")}
    pages |= {path: teacher.get(path) for path in ("/teaching/", "/teaching/groups/")}
    [person] = re.findall(r'href="\S*?(/teaching/people/\d+)"', pages["/teaching/"])
    [group] = set(re.findall(r'href="\S*?(/teaching/talks/\d+/)"', pages["/teaching/groups/"]))
    pages |= {"person": teacher.get(person), "group": teacher.get(group)}

    for path, page in pages.items():
        assert SCRIPT not in page, path
        assert "<img src=x" not in page, path
    for path, said in {
        "/talk/": words,
        "/progress/": words,
        "group": words,
        "/reasons/": odd,
        "person": f"Ana {seen(odd)}",
        "/teaching/": f"Course {seen(odd)}",
    }.items():
        assert shown(said) in pages[path], path


def seen(words: str) -> str:
    """Return the letters that are kept of a name or a title: those that can be seen."""
    return "".join(letter for letter in words if letter.isprintable())


def shown(words: str) -> str:
    """Return text as a template writes it."""
    return escape(words, quote=False).replace('"', "&#34;").replace("'", "&#39;")
