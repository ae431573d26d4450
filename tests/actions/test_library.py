"""The library: what is stored, what is refused, and who can choose it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from ltitool.actions.library import Provenance, by_scenario_id, store
from ltitool.actions.stories import scenario_of, told_in
from ltitool.core.errors import BrokenScenario, NotFound
from ltitool.core.library import Shelf
from ltitool.core.scenario_file import read_scenario
from ltitool.core.texts import text_hash, texts
from ltitool.core.versions import structure_hash
from ltitool.storage.database import Database
from ltitool.storage.queries import library as queries
from ltitool.storage.tables import Deployment, ScenarioVersion, StoryOverlay
from tests.core.stories import SHORT, changed
from tests.web.teaching_builders import a_context, a_registration

NOW = datetime(2027, 2, 2, 14, 0, tzinfo=UTC)
REWORDED = changed(SHORT, ("narrate: It is late.", "narrate: It is very late."))
RESTRUCTURED = changed(SHORT, ("strains: [care], goto: end", "goto: end"))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        yield session


@pytest.fixture
def courses(session: Session) -> tuple[int, int]:
    """Two courses of one platform."""
    registration = a_registration()
    deployment = Deployment(
        registration=registration, lti_id="1", is_approved=True, first_seen_at=NOW
    )
    return a_context(session, deployment, "One"), a_context(session, deployment, "Two")


def put(
    session: Session,
    source: str = SHORT,
    shelf: Shelf = Shelf.SHIPPED,
    context_id: int | None = None,
) -> ScenarioVersion:
    return store(session, source, {}, provenance=Provenance(shelf, context_id), now=NOW)


def test_the_same_file_is_one_version(session: Session) -> None:
    assert put(session).id == put(session).id


def test_other_words_need_no_new_number(session: Session) -> None:
    first, second = put(session), put(session, REWORDED)

    assert (first.version, first.entry_id) == (second.version, second.entry_id)
    assert structure_hash(scenario_of(first)) == structure_hash(scenario_of(second))


def test_another_structure_under_the_same_number_is_refused(session: Session) -> None:
    put(session)
    with pytest.raises(BrokenScenario) as refused:
        put(session, RESTRUCTURED)

    assert [(one.code, one.place) for one in refused.value.findings] == [("S03", "version")]


def test_another_structure_under_a_new_number_is_taken(session: Session) -> None:
    put(session)
    newer = put(session, changed(RESTRUCTURED, ("version: 1.0.0", "version: 2.0.0")))

    assert newer.version == "2.0.0"


@pytest.mark.parametrize(
    "change",
    [
        ("id: wait", "id: stay"),
        ("gte: 2", "gte: 3"),
        ("trust: 1, woken", "trust: 2, woken"),
        ("honours: [rest]", "honours: [care]"),
        ("rationale: {required: true}", "rationale: {required: true, min_words: 9}"),
        ("id: why", "id: how"),
        ("in: [open]", "in: [wait]"),
    ],
)
def test_what_runs_otherwise_has_another_structure(change: tuple[str, str]) -> None:
    door, other = read_scenario(SHORT), read_scenario(changed(SHORT, change))

    assert structure_hash(door) != structure_hash(other)


def test_a_course_sees_its_own_stories_and_those_of_everybody(
    session: Session, courses: tuple[int, int]
) -> None:
    one, two = courses
    put(session, SHORT)
    put(session, changed(SHORT, ("id: door", "id: gate")), shelf=Shelf.INSTITUTION)
    own = changed(SHORT, ("id: door", "id: own"))
    put(session, own, shelf=Shelf.COURSE, context_id=one)

    assert [v.scenario_id for v in queries.offered(session, one)] == ["own", "gate", "door"]
    assert [v.scenario_id for v in queries.offered(session, two)] == ["gate", "door"]
    assert queries.by_scenario_id(session, "own", two) is None
    with pytest.raises(NotFound):
        by_scenario_id(session, "own", two)


def test_of_stories_with_one_name_the_nearest_is_meant(
    session: Session, courses: tuple[int, int]
) -> None:
    one, two = courses
    put(session)
    own = put(session, RESTRUCTURED, shelf=Shelf.COURSE, context_id=one)

    assert by_scenario_id(session, "door", one).id == own.id
    assert by_scenario_id(session, "door", two).entry.shelf is Shelf.SHIPPED


def test_only_the_newest_version_is_offered_and_no_retired_story(
    session: Session, courses: tuple[int, int]
) -> None:
    put(session)
    newest = put(session, REWORDED)
    assert [version.id for version in queries.offered(session, courses[0])] == [newest.id]

    newest.entry.is_retired = True
    session.flush()

    assert queries.offered(session, courses[0]) == []
    assert [version.id for version in queries.listed(session, courses[0])] == [newest.id]


def an_overlay(title: str = "Y drws", key: str = "title") -> str:
    mark = {one.key: text_hash(one.text) for one in texts(read_scenario(SHORT))}["title"]
    return (
        "format: dilemma-overlay/1\nscenario: door\nlanguage: cy\ntexts:\n"
        f'  {key}: {{source_text_hash: "{mark}", text: "{title}"}}\n'
    )


def test_a_translation_is_kept_with_its_story(session: Session) -> None:
    version = store(session, SHORT, {}, overlays=[an_overlay()], now=NOW)

    assert told_in(session, version, "cy").title == "Y drws"
    assert told_in(session, version, "de") is scenario_of(version)
    assert session.get_one(StoryOverlay, version.overlays["cy"]).language == "cy"


def test_a_better_translation_takes_the_place_of_the_one_before(session: Session) -> None:
    store(session, SHORT, {}, overlays=[an_overlay()], now=NOW)
    version = store(session, SHORT, {}, overlays=[an_overlay("Drws")], now=NOW)

    assert told_in(session, version, "cy").title == "Drws"


def test_a_translation_that_does_not_fit_keeps_the_story_out(session: Session) -> None:
    with pytest.raises(BrokenScenario) as refused:
        store(session, SHORT, {}, overlays=[an_overlay(key="titel")], now=NOW)

    assert [one.code for one in refused.value.findings] == ["T01"]
    assert queries.by_scenario_id(session, "door") is None
