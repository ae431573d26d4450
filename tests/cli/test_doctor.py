"""`ltitool platforms doctor` and `page`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ltitool.actions import registrations
from ltitool.actions.registrations import Endpoints
from ltitool.storage.database import Database
from tests.cli.conftest import Run
from tests.launching import SigningPlatform
from tests.lms import Lms, Reply, replied, running_lms


@pytest.fixture
def lms(environment: dict[str, str], database: Database) -> Iterator[Lms]:
    """A platform that is registered, and whose keys can be read."""
    environment["LTITOOL_ALLOW_PRIVATE_HOSTS"] = "1"
    with running_lms() as running:
        url = running.url
        running.answer = lambda _a: replied(SigningPlatform(datetime.now(UTC)).key_set())
        endpoints = Endpoints("LMS", url, "1", f"{url}/auth", f"{url}/token", f"{url}/keys")
        with database.transaction() as session:
            registrations.add(
                session, endpoints, ["1"], allow_private_hosts=True, now=datetime.now(UTC)
            )
        yield running


def test_a_healthy_platform_ends_with_0_and_every_line(run: Run, lms: Lms) -> None:
    code, said = run("platforms", "doctor", "LMS")

    assert code == 0
    for subject in ("Its keys", "Its clock", "What it allows", "Course lists", "Last score sent"):
        assert subject in said
    assert "WRONG" not in said


def test_what_is_wrong_ends_with_1_and_who_has_to_do_what(run: Run, lms: Lms) -> None:
    lms.answer = lambda _asked: Reply(404)

    code, said = run("platforms", "doctor", "LMS", "--format", "json")

    assert code == 1
    found = {line["subject"]: line for line in json.loads(said)}
    assert found["Its keys"]["health"] == "wrong"
    assert "public key set URL" in found["Its keys"]["advice"]


def test_nobody_s_health_is_a_plain_sentence(run: Run) -> None:
    code, said = run("platforms", "doctor", "Nobody")

    assert code == 1
    assert "No platform is registered under the name" in said


def test_the_page_of_a_platform_opens_by_a_link_that_ends(run: Run, lms: Lms) -> None:
    code, said = run("platforms", "page", "LMS")

    assert code == 0
    assert said.startswith("https://tool.example/lti/platforms/")
    assert "until" in said
