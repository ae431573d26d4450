"""Measuring what learners have done, and writing the scores that follow from it.

One person after a change, and a whole class when rules change, by the same few questions. The
outgoing score is written in the transaction of the change that changed it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, joinedload

from ltitool.actions import gates
from ltitool.actions.reader import Reader
from ltitool.actions.scores import Measured, write_scores
from ltitool.actions.stories import scenario_of
from ltitool.core.completion import Done, measure
from ltitool.core.policy import Rule, Rules
from ltitool.core.scenario import Scenario
from ltitool.core.traces import done
from ltitool.storage.queries import progress as queries
from ltitool.storage.queries.accounts import Account, accounts_in
from ltitool.storage.queries.traces import traces_in
from ltitool.storage.tables import Activity, CreditRules, Progress, ScenarioVersion

ENOUGH_AT_ONCE = 500
"""How many scores one pass of the clock begins no further activity after."""
NEXT_LOOK = timedelta(days=1)
LAST_LOOK = timedelta(days=60)
"""How often, and until when after the date, the clock looks for those who never started."""


def remeasure(session: Session, reader: Reader, *, now: datetime) -> None:
    """Measure anew after a change, keep the result, and write a score if it is worth sending."""
    if reader.participant.is_preview:
        return
    measured = measured_in(session, reader.activity, reader.scenario, person_id=reader.person_id)
    keep(session, reader.activity, measured, now=now)
    gates.open_ready(session, reader.activity, now=now)


def measured_in(
    session: Session,
    activity: Activity,
    scenario: Scenario,
    *,
    rules: Rules | None = None,
    person_id: int | None = None,
    also: Collection[int] = (),
) -> list[Measured]:
    """Return the whole class measured by these rules or by those of today, or one person.

    Only those who have done something, or of whom staff have noted something, and those of `also`.
    `scenario` is the story of the class; who lives through another one is measured by that.
    """
    session.flush()  # what is counted must see the change
    asked = rules or queries.rules_of(session, activity.id)
    traces = traces_in(session, activity.id, person_id)
    found = []
    for account in accounts_in(session, activity, person_id).values():
        is_known = account.is_measured or account.person_id in also
        if person_id is None and not is_known:
            continue
        told = _told_to(session, account, scenario)
        counted = done(told, asked.policy.asked, traces[account.person_id])
        found.append(Measured(account, counted, measure(asked, counted, account.terms)))
    return found


def _told_to(session: Session, account: Account, scenario: Scenario) -> Scenario:
    if account.other_version_id is None:
        return scenario
    return scenario_of(session.get_one(ScenarioVersion, account.other_version_id))


def done_by(
    session: Session, activity: Activity, person_id: int, scenario: Scenario
) -> dict[Rule, Done]:
    """Return what one person has done, counted from the rows; also for who is not measured."""
    asked = queries.rules_of(session, activity.id).policy.asked
    return done(scenario, asked, traces_in(session, activity.id, person_id)[person_id])


def keep(
    session: Session, activity: Activity, measured: Iterable[Measured], *, now: datetime
) -> int:
    """Keep what was measured, and write every score worth sending; return how many."""
    people = list(measured)
    new = [_row(activity, one, now=now) for one in people if not one.account.is_measured]
    known = [_row(activity, one, now=now) for one in people if one.account.is_measured]
    if new:
        session.execute(insert(Progress), new)
    if known:
        session.execute(update(Progress), known)
    return write_scores(session, activity, people, now=now)


def line_item_known(session: Session, activity: Activity, *, now: datetime) -> int:
    """Write the scores that waited for a gradebook column; return how many."""
    session.flush()  # the column may have been learnt in this transaction
    return write_scores(session, activity, _remembered(session, activity), now=now)


def send_now(session: Session, activity: Activity, *, now: datetime) -> int:
    """Write the score of everybody as it stands, whatever the rules wait for."""
    remembered = _remembered(session, activity)
    return write_scores(session, activity, remembered, now=now, is_asked=True)


def remeasure_due(session: Session, *, now: datetime) -> int:
    """Write the scores that became due by the clock alone; return how many."""
    waiting = (
        select(Activity)
        .where(
            Activity.line_item_url.is_not(None),
            Activity.id.in_(select(Progress.activity_id).where(Progress.due_at <= now)),
        )
        .options(joinedload(Activity.context))
        .order_by(Activity.id)
    )
    written = 0
    for activity in session.scalars(waiting).all():
        if written >= ENOUGH_AT_ONCE:
            break
        written += write_scores(session, activity, _remembered(session, activity), now=now)
    return written + _absent_due(session, now=now)


def _absent_due(session: Session, *, now: datetime) -> int:
    """Measure those who never started, where they are to get a 0 at the date."""
    written = 0
    waiting = select(CreditRules).where(CreditRules.absent_due_at <= now).limit(ENOUGH_AT_ONCE)
    for row in session.scalars(waiting).all():
        activity = session.get_one(Activity, row.activity_id)
        rules = queries.rules_from(row)
        absent = [
            Measured(account, {}, measure(rules, {}, account.terms))
            for account in accounts_in(session, activity).values()
            if not account.is_measured and not account.is_gone
        ]
        written += keep(session, activity, absent, now=now)
        final = rules.policy.final_due(rules.due_at)
        looks_again = final is not None and now < final + LAST_LOOK
        row.absent_due_at = now + NEXT_LOOK if looks_again else None
    return written


def _remembered(session: Session, activity: Activity) -> list[Measured]:
    """Return everybody as they were measured last; nothing is counted anew."""
    rules = queries.rules_of(session, activity.id)
    return [
        Measured(account, account.done, measure(rules, account.done, account.terms))
        for account in accounts_in(session, activity).values()
        if account.is_measured
    ]


def _row(activity: Activity, one: Measured, *, now: datetime) -> dict[str, object]:
    return {
        "activity_id": activity.id,
        "person_id": one.account.person_id,
        "counts": {rule.value: part.count for rule, part in one.done.items() if part.count},
        "met": {
            rule.value: [at.isoformat() for at in part.times]
            for rule, part in one.done.items()
            if part.times
        },
        "score_hundredths": one.completion.score_hundredths,
        "floor_hundredths": one.completion.terms.floor_hundredths,
        "is_complete": one.completion.is_complete,
        "rules_number": one.completion.rules.number,
        "measured_at": now,
    }
