"""The roster, as each platform writes it."""

import json
import re
from pathlib import Path

import pytest

from ltitool.demo.lms import Lms
from ltitool.demo.messages import MEMBERS, SCORE
from ltitool.demo.profiles import MEMBERSHIP
from ltitool.demo.roster import MEMBERS_TYPE
from tests.demo.toy_tool import Caller, Callers

RECORDED = Path(__file__).parent.parent / "fixtures" / "moodle"
URL = "/nrps/members"
TUTOR = "201"


def next_of(link: str) -> str:
    """Return the path of the next page."""
    found = re.fullmatch(r'<http://127\.0\.0\.1(.+)>; rel="next"', link)
    assert found is not None, link
    return found.group(1)


def roles_of(caller: Caller, user_id: str) -> list[str]:
    url: str = URL
    while True:
        answer = caller.get(url, MEMBERS_TYPE)
        for member in answer.get_json(force=True)["members"]:
            if member["user_id"] == user_id:
                roles: list[str] = member["roles"]
                return roles
        url = next_of(answer.headers["Link"])


def test_everybody_is_on_the_roster_with_names_in_their_own_script(caller: Callers) -> None:
    answer = caller(MEMBERS).get(URL, MEMBERS_TYPE)

    members = answer.get_json(force=True)["members"]
    assert [member["name"] for member in members] == [
        "Zoë Bright",
        "王小雨",
        "Олена Коваль",
        "ليلى الحسن",
        "Ngozi Adéyẹmí",
        "Tomás Birch",
        "Dr Rosa Okoye",
    ]
    assert answer.mimetype == MEMBERS_TYPE
    assert "Link" not in answer.headers


@pytest.mark.parametrize(
    ("profile", "roles"),
    [
        ("plain", [f"{MEMBERSHIP}/Instructor#TeachingAssistant"]),
        ("moodle", ["Learner"]),
        (
            "canvas",
            [f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#Instructor"],
        ),
    ],
)
def test_each_platform_has_its_own_idea_of_a_tutor(
    lms: Lms, caller: Callers, profile: str, roles: list[str]
) -> None:
    lms.use(profile)

    assert roles_of(caller(MEMBERS), TUTOR) == roles


def test_canvas_gives_pages_with_bookmarks_whose_case_counts(lms: Lms, caller: Callers) -> None:
    lms.use("canvas")
    tool = caller(MEMBERS)

    pages = [tool.get(URL, MEMBERS_TYPE)]
    while "Link" in pages[-1].headers:
        pages.append(tool.get(next_of(pages[-1].headers["Link"]), MEMBERS_TYPE))
    first_link = next_of(pages[0].headers["Link"])

    ids = [[m["user_id"] for m in page.get_json(force=True)["members"]] for page in pages]
    assert ids == [["101", "102", "103"], ["104", "105", "201"], ["301"]]
    assert tool.get(first_link.lower(), MEMBERS_TYPE).status_code == 400
    assert tool.get(f"{URL}?page=bookmark:%00", MEMBERS_TYPE).status_code == 400


def test_moodle_gives_pages_only_where_they_are_asked_for(lms: Lms, caller: Callers) -> None:
    lms.use("moodle")
    tool = caller(MEMBERS)

    whole = tool.get(URL, MEMBERS_TYPE)
    page = tool.get(f"{URL}?limit=3", MEMBERS_TYPE)
    rest = tool.get(next_of(page.headers["Link"]), MEMBERS_TYPE)

    assert len(whole.get_json(force=True)["members"]) == 7
    assert next_of(page.headers["Link"]) == f"{URL}?limit=3&from=3"
    assert [m["user_id"] for m in rest.get_json(force=True)["members"]] == ["104", "105", "201"]


@pytest.mark.parametrize(
    ("role", "count"),
    [("Learner", 6), (f"{MEMBERSHIP}%23Instructor", 1), ("Mentor", 7)],
)
def test_moodle_filters_by_the_roles_it_knows(
    lms: Lms, caller: Callers, role: str, count: int
) -> None:
    lms.use("moodle")

    answer = caller(MEMBERS).get(f"{URL}?role={role}", MEMBERS_TYPE)

    assert len(answer.get_json(force=True)["members"]) == count


def test_the_roster_has_the_shape_that_a_real_moodle_gave_it(lms: Lms, caller: Callers) -> None:
    lms.use("moodle")
    real = json.loads((RECORDED / "nrps.json").read_text("utf-8"))[0]

    answer = caller(MEMBERS).get(URL, MEMBERS_TYPE)

    body = answer.get_json(force=True)
    assert body.keys() == real["json"].keys()
    assert body["context"].keys() == real["json"]["context"].keys()
    assert body["members"][0].keys() == real["json"]["members"][0].keys()
    assert answer.headers["Content-Type"] == real["headers"]["Content-Type"]


def test_the_roster_is_refused_without_scope_or_for_another_media_type_or_link(
    caller: Callers,
) -> None:
    assert caller(SCORE).get(URL, MEMBERS_TYPE).status_code == 401
    assert caller(MEMBERS).get(URL, "application/json").status_code == 400
    assert caller(MEMBERS).get(f"{URL}?rlid=nowhere", MEMBERS_TYPE).status_code == 404
    assert caller(MEMBERS).get(URL, "*/*").status_code == 200
