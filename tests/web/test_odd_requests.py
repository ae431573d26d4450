"""Requests that no page of ours sends: each ends in a page, and none in a fault of ours."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from ltitool.settings import Settings
from tests.launching import TOOL
from tests.web.everything import Everything, routes, snapshot
from tests.web.test_isolation import address, form_page

FORM = "application/x-www-form-urlencoded"
ODD = ("\x00", "request\x00", "9" * 40, "9" * 5_000, "-1", "\ud800")
LONG = "".join(chr(0x4E00 + number) for number in range(6_000))
"""What no index of a database holds."""


@pytest.fixture
def settings(settings: Settings, database_url: str, tmp_path: Path) -> Settings:
    """The settings of a tool on each kind of database."""
    return replace(settings, database_url=database_url)


def test_odd_values_in_a_form_are_refused_or_kept_in_words(course: Everything) -> None:
    rules = {rule.endpoint: rule for rule in routes(course.app)}
    broken = []
    for endpoint, sample in course.samples().items():
        if "POST" not in (rules[endpoint].methods or ()):
            continue
        person = course.people[sample.who]
        token = person.token(form_page(sample.who))
        path = address(course, rules[endpoint], sample, person.url)
        hidden = ("parent", "submission_id") if endpoint == "visit.talk.post" else ()
        for name in {*sample.fields, *hidden}:
            for number, odd in enumerate((*ODD, LONG)):
                mark = {"csrf_token": token, "submission_id": f"{name}-{number}"}
                body = encoded({**sample.fields, **mark, name: odd})
                answer = person.client.post(path, data=body, content_type=FORM, base_url=TOOL)
                if answer.status_code >= 500:
                    broken.append(f"{endpoint} with {odd[:9]!a} in {name}")
    assert broken == []


def encoded(fields: Mapping[str, object]) -> str:
    """Return a form as a browser sends it, also where no browser would."""
    words = {
        name: "".join(value) if isinstance(value, list) else str(value)
        for name, value in fields.items()
    }
    return urlencode(words, encoding="utf-8", errors="surrogatepass")


def test_odd_addresses_end_in_a_page(course: Everything) -> None:
    student, teacher = course.people["done"].url, course.people["teacher"].url
    before, broken = snapshot(course.app), []

    for odd in ODD:
        part = quote(odd, errors="surrogatepass")
        for url in (
            *(f"{student}/story/{part}{end}" for end in ("", "/decide", "/after")),
            *(f"{student}/{room}/{part}" for room in ("media", "reflect", "talk")),
            *(f"{student}/talk/?reply={part}", f"{student}/story/request?change={part}"),
            *(f"{teacher}/teaching/?{name}={part}" for name in ("q", "where", "page")),
            f"{teacher}/teaching/people/{course.ids['done']}?done={part}",
            *(f"{root}{part}" for root in ("/v/", "/lti/open/", "/static/", "/")),
            f"/v/{part}/",
        ):
            owner = "teacher" if url.startswith(teacher) else "done"
            answer = course.people[owner].client.get(url, base_url=TOOL)
            if answer.status_code >= 500:
                broken.append(url[:60])

    assert broken == []
    assert snapshot(course.app) == before


def test_odd_cookies_hold_no_visit(course: Everything) -> None:
    browser = course.app.test_client(use_cookies=False)

    for cookie in ("", "x", "a.b.c", "\x7f", "=" * 5_000, "eyJzZWNyZXQiOjF9.x.y"):
        headers = {"Cookie": f"visit={cookie}"}
        answer = browser.get(f"{course.people['done'].url}/", base_url=TOOL, headers=headers)
        assert answer.status_code == 403


def test_odd_methods_are_refused(course: Everything) -> None:
    student = course.people["done"]

    answers = {
        method: student.client.open(f"{student.url}/talk/", method=method, base_url=TOOL)
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW")
    }

    assert {answer.status_code for answer in answers.values()} == {405}
