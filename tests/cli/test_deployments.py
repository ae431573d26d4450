"""`ltitool deployments`: what waits, and what may launch."""

import re

from flask import Flask

from tests.cli.conftest import Run
from tests.cli.test_platforms import added, adding
from tests.launching import LTI, SigningPlatform


def test_the_list_says_how_deployments_become_known(run: Run) -> None:
    assert run("deployments", "list") == (
        0,
        "No deployment is known yet; the first launch makes one known.\n",
    )


def test_a_launch_makes_its_deployment_known_and_approval_lets_it_in(
    run: Run, web: Flask, platform: SigningPlatform
) -> None:
    run(*added(platform))
    browser = web.test_client()
    assert platform.launch(browser).status_code == 403

    assert run("deployments", "list") == (
        0,
        "Moodle: 1  waits for approval, first seen 2027-02-02 14:00 UTC\n",
    )
    assert run("deployments", "approve", "1") == (
        0,
        "Deployment 1 of “Moodle” is approved.\n",
    )
    assert run("deployments", "list") == (
        0,
        "Moodle: 1  approved, first seen 2027-02-02 14:00 UTC\n",
    )
    assert platform.launch(browser).status_code == 303


def test_those_that_wait_come_first(run: Run, web: Flask, platform: SigningPlatform) -> None:
    run(*added(platform), "--deployment-id", "early")
    platform.launch(web.test_client(), {f"{LTI}deployment_id": "late"})
    _code, said = run("deployments", "list")

    assert re.findall(r"Moodle: (\w+)", said) == ["late", "early"]


def test_approving_twice_does_no_harm(run: Run) -> None:
    run(*adding(), "--deployment-id", "1")

    assert run("deployments", "approve", "1")[0] == 0
    assert len(run("deployments", "list")[1].splitlines()) == 1


def test_a_deployment_can_be_approved_before_it_was_seen(
    run: Run, web: Flask, platform: SigningPlatform
) -> None:
    run(*added(platform))
    assert run("deployments", "approve", "1", "--platform", "Moodle")[0] == 0

    assert platform.launch(web.test_client()).status_code == 303


def test_one_nobody_has_seen_needs_its_platform(run: Run) -> None:
    run(*adding())

    assert run("deployments", "approve", "7") == (
        1,
        "Error: No such deployment has been seen; name its platform with --platform.\n",
    )


def test_a_platform_nobody_knows_is_said(run: Run) -> None:
    code, said = run("deployments", "approve", "7", "--platform", "Nemo")

    assert code == 1
    assert "under the name “Nemo”" in said


def test_one_that_several_platforms_have_is_asked_about(run: Run) -> None:
    run(*adding(), "--deployment-id", "1")
    run(*adding(name="Another", client_id="b"), "--deployment-id", "1")

    assert run("deployments", "approve", "1") == (
        1,
        "Error: Several platforms have it: “Another”, “Moodle”. Choose with --platform.\n",
    )
    assert run("deployments", "approve", "1", "--platform", "Another") == (
        0,
        "Deployment 1 of “Another” is approved.\n",
    )
