"""A part that waits for a share of the class opens once so many have come, and stays open."""

from dataclasses import replace

from ltitool.actions import teaching
from ltitool.core.script import Gate, GateKind, Phase
from ltitool.storage.database import Database
from ltitool.storage.queries.plan import gates_of, plan_of
from tests.actions.seminar import Seminar


def opened(seminar: Seminar) -> dict[Phase, bool]:
    with seminar.database.session(is_read_only=True) as session:
        there = gates_of(session, seminar.activity_id)
        return {phase: gate.opened_at is not None for phase, gate in there.items()}


def test_a_share_of_the_class_opens_a_part_for_good(database: Database) -> None:
    seminar = Seminar(database)
    ada, bo = seminar.learner(), seminar.learner()
    half = {Phase.TALK: Gate(GateKind.READY, share=50)}
    with database.transaction() as session:
        activity = seminar.activity(session)
        assert activity.scenario_version is not None
        teaching.configure(
            session,
            activity,
            version=activity.scenario_version,
            plan=replace(plan_of(session, activity), gates=half),
            actor_id=None,
            now=seminar.now,
        )
    assert opened(seminar) == {Phase.TALK: False}

    seminar.decides(ada)
    assert opened(seminar) == {Phase.TALK: True}
    seminar.learner()
    seminar.decides(bo)

    assert opened(seminar) == {Phase.TALK: True}
    assert seminar.audited().count("phase opened") == 1
