"""What people find wrong with stories, read by those who run the tool."""

from flask import Flask
from sqlalchemy import select

from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Person, ScenarioVersion, StoryReport
from tests.cli.conftest import Run
from tests.cli.test_platforms import added
from tests.conftest import Clock
from tests.launching import SigningPlatform
from tests.learner import Learner


def test_reports_are_listed_with_version_and_scene_and_a_name_where_it_was_given(
    run: Run, web: Flask, platform: SigningPlatform, clock: Clock
) -> None:
    empty = run("scenarios", "reports")
    run(*added(platform), "--deployment-id", "1")
    Learner(web.test_client(), platform, "ana")
    database: Database = web.extensions["database"]
    with database.transaction() as session:
        for n, is_named in enumerate((False, True)):
            session.add(
                StoryReport(
                    version_id=session.scalars(select(ScenarioVersion.id)).one(),
                    activity_id=session.scalars(select(Activity.id)).one(),
                    person_id=session.scalars(select(Person.id)).one(),
                    scene_id="request" if is_named else "",
                    text="One line.\nAnother.",
                    is_named=is_named,
                    submission_id=str(n),
                    told_at=clock.now,
                )
            )
    code, said = run("scenarios", "reports")

    assert empty == (0, "Nobody has found anything wrong with a story.\n")
    assert code == 0
    assert said.count("sam-and-lucy 1.1.0") == 2
    assert said.count("told by Person ana") == 1
    assert "scene request, told by Person ana\n    One line.\n    Another.\n" in said

    code, said = run("scenarios", "reports", "--seen-to", "2")
    assert code == 0
    assert said.index("1  20") < said.index("2  20")
    assert "told by Person ana, seen to\n" in said
    code, said = run("scenarios", "reports", "--open-again", "2")
    assert "seen to" not in said
    code, said = run("scenarios", "reports", "--seen-to", "3")
    assert code == 1
    assert "There is no report 3." in said
