"""How far everybody in an activity has come, in one question each."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from ltitool.core.completion import measure
from ltitool.core.phases import Standing
from ltitool.core.script import Phase, Talk
from ltitool.core.scripts import script_of
from ltitool.core.standing import standing_of
from ltitool.storage.queries.accounts import accounts_in
from ltitool.storage.queries.plan import kept_in
from ltitool.storage.queries.progress import rules_of
from ltitool.storage.tables import Activity, Attempt, Draft, Participant


def standings_in(session: Session, activity: Activity) -> dict[int, tuple[Participant, Standing]]:
    """Return where every learner who has entered stands, by person; previews are left out."""
    rules, kept = rules_of(session, activity.id), kept_in(session, activity.id)
    accounts = accounts_in(session, activity)
    has_begun = exists().where(
        Attempt.activity_id == activity.id,
        Attempt.person_id == Participant.person_id,
        Attempt.voided_at.is_(None),
    )
    is_aloud = script_of(activity.script).talk is Talk.ROOM
    rows = session.execute(
        select(Participant, has_begun, _has_begun_again(activity.id))
        .where(Participant.activity_id == activity.id, Participant.is_preview.is_(False))
        .order_by(Participant.id)
    )
    return {
        who.person_id: (
            who,
            standing_of(
                account.done,
                measure(rules, account.done, account.terms),
                has_begun=begun,
                has_read_reasons=who.read_reasons_at is not None,
                has_begun_again=begun_again,
                is_catching_up=is_aloud and who.alone is not None,
                entered_at=who.entered_at,
                kept=kept.get(who.person_id, frozenset()),
            ),
        )
        for who, begun, begun_again in rows
        if (account := accounts.get(who.person_id)) is not None
    }


def _has_begun_again(activity_id: int) -> ColumnElement[bool]:
    """Return the condition that something of a second answer is typed and kept."""
    return exists().where(
        Draft.activity_id == activity_id,
        Draft.person_id == Participant.person_id,
        Draft.place == "again",
    )


def shares_in(session: Session, activity: Activity) -> dict[Phase, int]:
    """Return how much of those who have entered has done each phase, in per cent."""
    standings = [standing for _who, standing in standings_in(session, activity).values()]
    if not standings:
        return {}
    return {
        phase: 100 * sum(one.has_done(phase) for one in standings) // len(standings)
        for phase in Phase
    }


def alone_in(session: Session, activity_id: int) -> list[int]:
    """Return who talks with the voices of the story instead of a group."""
    rows = session.scalars(
        select(Participant.person_id).where(
            Participant.activity_id == activity_id,
            Participant.alone.is_not(None),
            Participant.is_preview.is_(False),
        )
    )
    return list(rows)
