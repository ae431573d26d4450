"""`ltitool platforms invite` and `approve`."""

from datetime import UTC, datetime

from sqlalchemy import select

from ltitool.actions.links import AdminLinks
from ltitool.actions.registrations import Endpoints, add
from ltitool.storage.database import Database
from ltitool.storage.tables import Invite, Registration
from tests.cli.conftest import Run


def test_an_invite_is_one_link_that_works_once(
    run: Run, database: Database, environment: dict[str, str]
) -> None:
    code, said = run("platforms", "invite", "--name", "Our Moodle")

    assert code == 0
    assert "platforms approve" in said
    (link,) = [line for line in said.splitlines() if line.startswith("https://")]
    start, _, token = link.partition("?invite=")
    assert start == "https://tool.example/lti/register"
    with database.session(is_read_only=True) as session:
        row = session.scalars(select(Invite)).one()
    assert AdminLinks(environment["LTITOOL_SECRET_KEY"]).invited(token) == row.id
    assert (row.name, row.approves) == ("Our Moodle", False)


def test_an_invite_may_approve_at_once(run: Run, database: Database) -> None:
    _code, said = run("platforms", "invite", "--approve")

    assert "platforms approve" not in said
    with database.session(is_read_only=True) as session:
        assert session.scalars(select(Invite.approves)).one()


def test_what_has_registered_itself_is_approved_by_its_name(run: Run, database: Database) -> None:
    url = "https://lms.example"
    with database.transaction() as session:
        endpoints = Endpoints("LMS", url, "1", f"{url}/a", f"{url}/t", f"{url}/k")
        now = datetime.now(UTC)
        add(session, endpoints, [], allow_private_hosts=False, now=now).is_approved = False

    assert "LMS  (waits for approval)" in run("platforms", "list")[1]
    assert run("platforms", "approve", "LMS") == (0, "“LMS” is approved.\n")
    assert "waits" not in run("platforms", "list")[1]
    assert run("platforms", "approve", "Nobody")[0] == 1
    with database.session(is_read_only=True) as session:
        assert session.scalars(select(Registration.is_approved)).one()


def test_an_invite_for_a_name_that_is_taken_is_refused(run: Run, database: Database) -> None:
    url = "https://lms.example"
    with database.transaction() as session:
        endpoints = Endpoints("LMS", url, "1", f"{url}/a", f"{url}/t", f"{url}/k")
        add(session, endpoints, [], allow_private_hosts=False, now=datetime.now(UTC))

    code, said = run("platforms", "invite", "--name", "LMS")

    assert code == 1
    assert "registered already" in said
