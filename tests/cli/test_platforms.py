"""`ltitool platforms`: what an administrator reads, and what is refused."""

import inspect
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from ltitool.actions import arriving, registrations
from ltitool.actions.registrations import Endpoints
from ltitool.lti import id_token, message, verify
from ltitool.lti.refusals import REASONS
from ltitool.storage.database import Database
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.launching import TOOL, SigningPlatform, a_key, post_launch

MOODLE = {
    "name": "Moodle",
    "issuer": "https://moodle.example",
    "client-id": "abc",
    "auth-url": "https://moodle.example/mod/lti/auth.php",
    "token-url": "https://moodle.example/mod/lti/token.php",
    "key-set-url": "https://moodle.example/mod/lti/certs.php",
}


KNOWN = Endpoints(
    MOODLE["name"],
    MOODLE["issuer"],
    MOODLE["client-id"],
    MOODLE["auth-url"],
    MOODLE["token-url"],
    MOODLE["key-set-url"],
)


def adding(**changes: str) -> list[str]:
    """Return the words that add Moodle, with some of its values changed."""
    values = MOODLE | {name.replace("_", "-"): value for name, value in changes.items()}
    return ["platforms", "add", *(part for k, v in values.items() for part in (f"--{k}", v))]


def added(platform: SigningPlatform) -> list[str]:
    """Return the words that add a platform on this machine."""
    host = platform.key_set_url.rpartition("/")[0]
    return adding(
        issuer=platform.issuer,
        client_id=platform.client_id,
        auth_url=f"{platform.issuer}/auth",
        token_url=f"{host}/token",
        key_set_url=platform.key_set_url,
    )


def test_adding_a_platform_prints_the_values_to_enter_there(run: Run) -> None:
    code, said = run(*adding())

    assert code == 0
    assert said.splitlines() == [
        "“Moodle” is registered. Enter these values there:",
        "  Tool URL, target link URI:     https://tool.example/lti/launch",
        "  Login initiation URL (OIDC):   https://tool.example/lti/login",
        "  Redirect URI:                  https://tool.example/lti/launch",
        "  Public key set URL (JWKS):     https://tool.example/lti/keys",
        "The first launch makes its deployment known; then: ltitool deployments list",
    ]


def test_with_its_deployments_named_nothing_is_left_to_approve(run: Run) -> None:
    code, said = run(*adding(), "--deployment-id", "1", "--deployment-id", "2")

    assert code == 0
    assert "deployments list" not in said
    assert "  deployment 1: approved\n  deployment 2: approved\n" in run("platforms", "list")[1]


def test_the_list_says_how_to_begin(run: Run) -> None:
    assert run("platforms", "list") == (
        0,
        "No platform is registered yet. See: ltitool platforms add --help\n",
    )


def test_the_list_is_by_name_with_what_tells_platforms_apart(run: Run) -> None:
    run(*adding())
    run(*adding(name="Canvas", issuer="https://canvas.example", client_id="10"))
    run("platforms", "disable", "Moodle")

    assert run("platforms", "list")[1] == (
        "Canvas\n  issuer https://canvas.example\n  client id 10\n"
        "Moodle  (disabled)\n  issuer https://moodle.example\n  client id abc\n"
    )


PRIVATE = "which is not allowed here"
NO_ADDRESS = "not an address of the web"
REFUSED = [
    ({"auth_url": "http://moodle.example/auth"}, "must be reached by https"),
    ({"token_url": "http://localhost/token"}, "LTITOOL_ALLOW_PRIVATE_HOSTS=1"),
    ({"token_url": "https://10.1.2.3/token"}, PRIVATE),
    ({"token_url": "https://127.0.0.1:8000/token"}, PRIVATE),
    ({"key_set_url": "https://[::1]/keys"}, PRIVATE),
    ({"key_set_url": "https://[::ffff:192.168.0.1]/keys"}, PRIVATE),
    ({"key_set_url": "https://169.254.169.254/keys"}, PRIVATE),
    ({"key_set_url": "https://localhost/keys"}, PRIVATE),
    ({"key_set_url": "https://lms.LOCALHOST./keys"}, PRIVATE),
    ({"auth_url": "moodle.example/auth"}, NO_ADDRESS),
    ({"auth_url": "ftp://moodle.example/auth"}, NO_ADDRESS),
    ({"auth_url": "https:///auth"}, NO_ADDRESS),
    ({"auth_url": "https://[::1/auth"}, NO_ADDRESS),
    ({"auth_url": "https://moodle.example:99999/auth"}, NO_ADDRESS),
    ({"auth_url": "https://moodle.example:0/auth"}, NO_ADDRESS),
    ({"auth_url": "https://me:secret@moodle.example/auth"}, NO_ADDRESS),
    ({"auth_url": "https://moodle.example;script-src/auth"}, NO_ADDRESS),
    ({"auth_url": "https://moodle.example/a b"}, NO_ADDRESS),
    ({"issuer": "https://moodle.example;script-src"}, "The issuer is"),
    ({"name": " "}, "The name is empty"),
    ({"client_id": ""}, "The client id is empty"),
    ({"issuer": "https://moodle.example "}, "take away what is not part of it"),
    ({"client_id": "abc\n"}, "take away what is not part of it"),
    ({"frame_origin": "https://moodle.example/course"}, "write it like https://lms.example"),
    ({"frame_origin": "https://a.example; script-src *"}, "write it like https://lms.example"),
    ({"frame_origin": "*"}, "write it like https://lms.example"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED)
def test_what_cannot_be_a_platform_is_refused_and_not_kept(
    run: Run, changes: dict[str, str], words: str
) -> None:
    code, said = run(*adding(**changes))

    assert code == 1
    assert said.startswith("Error: ")
    assert words in said
    assert run("platforms", "list")[1].startswith("No platform is registered yet.")


@pytest.mark.parametrize("issuer", ["https://blackboard.com", "urn:lms:7", "moodle.example"])
def test_an_issuer_is_what_the_platform_calls_itself(run: Run, issuer: str) -> None:
    assert run(*adding(issuer=issuer))[0] == 0


def test_private_addresses_are_accepted_where_the_operator_allows_them(
    run: Run, environment: dict[str, str]
) -> None:
    environment["LTITOOL_ALLOW_PRIVATE_HOSTS"] = "1"

    assert run(*adding(token_url="http://10.1.2.3:8000/token"))[0] == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "A platform named “Moodle” is registered already."),
        ({"client_id": "other"}, "A platform named “Moodle” is registered already."),
        ({"name": "Twin"}, "This issuer and client id are registered already, as “Moodle”."),
    ],
)
def test_the_same_platform_twice_is_refused(run: Run, changes: dict[str, str], words: str) -> None:
    run(*adding())

    assert run(*adding(**changes)) == (1, f"Error: {words}\n")


def test_one_issuer_may_have_several_clients(run: Run) -> None:
    run(*adding())

    assert run(*adding(name="Another faculty", client_id="def"))[0] == 0


def test_who_adds_the_same_at_the_same_time_is_told_so(
    run: Run, clean_postgresql_url: str, environment: dict[str, str]
) -> None:
    environment["LTITOOL_DATABASE_URL"] = clean_postgresql_url
    database = Database(clean_postgresql_url)
    has_looked = Event()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO registration"):
            has_looked.set()

    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            registrations.add(
                session,
                KNOWN,
                (),
                allow_private_hosts=False,
                now=datetime.now(UTC),
            )
            event.listen(Engine, "before_cursor_execute", note)
            try:
                slower = threads.submit(run, *adding())
                assert has_looked.wait(20)
            finally:
                event.remove(Engine, "before_cursor_execute", note)
        code, said = slower.result()
    database.dispose()

    assert (code, said) == (
        1,
        "Error: Somebody has just changed the same. Look at what is there, then try again.\n",
    )


def test_only_what_is_given_changes(run: Run, environment: dict[str, str]) -> None:
    run(*adding(), "--frame-origin", "https://school.example")
    code, said = run(
        "platforms", "edit", "Moodle", "--client-id", "new", "--auth-url", "https://m.example/a"
    )

    assert (code, said) == (0, "“Moodle” is changed: auth url, client id.\n")
    assert known(environment) == replace(
        KNOWN,
        client_id="new",
        auth_url="https://m.example/a",
        frame_origins=("https://school.example",),
    )


def test_origins_that_frame_are_replaced_or_removed(run: Run, environment: dict[str, str]) -> None:
    run(*adding(), "--frame-origin", "https://a.example", "--frame-origin", "https://b.example")

    assert run("platforms", "edit", "Moodle", "--frame-origin", "https://c.example")[0] == 0
    assert known(environment).frame_origins == ("https://c.example",)
    assert run("platforms", "edit", "Moodle", "--frame-origin", "")[0] == 0
    assert known(environment).frame_origins == ()


def known(environment: dict[str, str]) -> Endpoints:
    """Return what the database knows of Moodle."""
    database = Database(environment["LTITOOL_DATABASE_URL"])
    with database.session(is_read_only=True) as session:
        row = registrations.by_name(session, "Moodle")
    database.dispose()
    return Endpoints(
        row.name,
        row.issuer,
        row.client_id,
        row.auth_url,
        row.token_url,
        row.key_set_url,
        tuple(row.frame_origins),
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (["--token-url", "http://moodle.example/t"], "must be reached by https"),
        (["--client-id", ""], "The client id is empty"),
        (["--client-id", "def"], "registered already, as “Another faculty”"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_nothing_changes(
    run: Run, environment: dict[str, str], changes: list[str], words: str
) -> None:
    run(*adding())
    run(*adding(name="Another faculty", client_id="def"))
    before = known(environment)
    code, said = run("platforms", "edit", "Moodle", *changes)

    assert code == 1
    assert words in said
    assert known(environment) == before


def test_a_change_of_nothing_is_a_question_back(run: Run) -> None:
    run(*adding())
    code, said = run("platforms", "edit", "Moodle")

    assert code == 2
    assert "Say what to change" in said


@pytest.mark.parametrize("words", [("edit", "--client-id", "1"), ("disable",)])
def test_a_platform_nobody_knows_is_said(run: Run, words: tuple[str, ...]) -> None:
    code, said = run("platforms", *words, "Nemo")

    assert (code, said) == (
        1,
        "Error: No platform is registered under the name “Nemo”. See: ltitool platforms list\n",
    )


def test_a_disabled_platform_neither_launches_nor_keeps_its_visits(
    run: Run, web: Flask, platform: SigningPlatform
) -> None:
    run(*added(platform), "--deployment-id", "1")
    browser = web.test_client()
    visit = platform.launch(browser).location

    assert browser.get(visit, base_url=TOOL).status_code == 200
    assert run("platforms", "disable", "Moodle") == (0, "“Moodle” is disabled.\n")
    assert "VISIT-ENDED" in browser.get(visit, base_url=TOOL).text
    login = {"iss": platform.issuer, "client_id": platform.client_id, "login_hint": "7"}
    refused = browser.get("/lti/login", query_string=login, base_url=TOOL)
    assert refused.status_code == 403
    assert "LAUNCH-UNKNOWN-PLATFORM" in refused.text

    assert run("platforms", "disable", "Moodle", "--undo") == (0, "“Moodle” is enabled again.\n")
    assert platform.launch(browser).status_code == 303


def test_the_list_says_of_each_platform_when_its_last_launch_was_refused_and_why(
    run: Run, web: Flask, platform: SigningPlatform, clock: Clock
) -> None:
    run(*added(platform), "--deployment-id", "1")
    run(*adding(name="Quiet", client_id="quiet"))
    browser = web.test_client()
    assert "last refused" not in run("platforms", "list")[1]

    platform.launch(browser, {"nonce": "another"})
    clock.advance(minutes=1)
    refused = platform.launch(browser, {"aud": "client-2"})

    request = refused.headers["X-Request-Id"]
    assert refused.status_code == 403
    assert run("platforms", "list")[1] == (
        "Moodle\n  issuer https://lms.example\n  client id client-1\n  deployment 1: approved\n"
        f"  last refused launch: 2027-02-02 14:01:00 UTC, LAUNCH-AUDIENCE, request {request}\n"
        "    The launch was made for another client id than the one registered here.\n"
        "Quiet\n  issuer https://moodle.example\n  client id quiet\n"
    )


def test_a_launch_that_waits_for_approval_says_what_to_do(
    run: Run, web: Flask, platform: SigningPlatform
) -> None:
    run(*added(platform))
    platform.launch(web.test_client())
    said = run("platforms", "list")[1]

    assert "  deployment 1: waits for approval\n" in said
    assert "LAUNCH-DEPLOYMENT-PENDING" in said
    assert "ltitool deployments list" in said


def test_a_forged_launch_is_listed_too(run: Run, web: Flask, platform: SigningPlatform) -> None:
    run(*added(platform), "--deployment-id", "1")
    browser = web.test_client()
    sent = platform.log_in(browser)
    forger = replace(platform, key=a_key("forger"))
    post_launch(browser, sent["state"], forger.token(sent["nonce"]))

    assert "LAUNCH-SIGNATURE" in run("platforms", "list")[1]


def test_every_check_of_a_launch_has_its_reason_for_the_administrator() -> None:
    deciding = (verify, id_token, message, arriving)
    sources = "".join(inspect.getsource(module) for module in deciding)
    checks = set(re.findall(r'LaunchRefused\(\s*"([A-Z-]+)"', sources))
    before_the_platform_is_known = {"PLATFORM-ERROR", "STATE-AGE", "REGISTRATION"}

    assert len(checks) > 20
    assert checks - REASONS.keys() == before_the_platform_is_known


@pytest.mark.parametrize("words", [("platforms", "list"), ("deployments", "list"), tuple(adding())])
def test_on_a_database_without_the_schema_every_command_says_what_to_run(
    run: Run, environment: dict[str, str], words: tuple[str, ...]
) -> None:
    environment["LTITOOL_DATABASE_URL"] = ""
    code, said = run(*words)

    assert code == 1
    assert "run: ltitool db upgrade" in said
