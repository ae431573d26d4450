"""The rules for credit, in versions: what is set, and what a change would do to whom."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import audit, progress
from ltitool.actions.scores import Measured
from ltitool.core.completion import measure
from ltitool.core.errors import InputRefused
from ltitool.core.policy import Policy, Rules
from ltitool.core.presets import DEFAULT
from ltitool.core.scenario import Scenario
from ltitool.core.script import Talk
from ltitool.core.scripts import script_of
from ltitool.storage.queries import accounts as account_queries
from ltitool.storage.queries import progress as queries
from ltitool.storage.tables import Activity, CreditRules, Draft

PROPOSAL = "rules for credit"
"""The place of the draft that holds rules while their effect is looked at."""


@dataclass(frozen=True)
class Change:
    """What other rules would do to one person's score."""

    measured: Measured
    before: int
    after: int

    @property
    def person_id(self) -> int:
        """Whose score it is."""
        return self.measured.account.person_id

    @property
    def is_loss(self) -> bool:
        """Whether they would have less."""
        return self.after < self.before


def preview(
    session: Session, activity: Activity, scenario: Scenario, policy: Policy
) -> list[Change]:
    """Return whose score other rules would change; scores that staff have set stay."""
    return [
        change
        for change in _changes(session, activity, scenario, fitted(activity, policy, scenario))
        if change.before != change.after
        and change.measured.account.terms.override_hundredths is None
    ]


def set_rules(
    session: Session,
    activity: Activity,
    scenario: Scenario,
    policy: Policy | None = None,
    *,
    may_lower: bool = False,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let these rules stand from now on, as a new version, and measure the class by them.

    Without a policy the one of today is fitted to the story, the date and the time zone of the
    activity. Nobody's score drops unless `may_lower`: they keep what they had.
    """
    row = queries.newest_rules(session, activity.id)
    today = queries.rules_from(row) if row else queries.NO_RULES
    wanted = policy or (today.policy if row else DEFAULT)
    rules = _rules(activity, fitted(activity, wanted, scenario), today.number + 1)
    _forget(session, activity, actor_id)
    if row is not None and replace(rules, number=today.number) == today:
        return
    changes = _changes(session, activity, scenario, rules.policy)
    if row is not None:
        row.absent_due_at = None
        details = {"number": rules.number, "may_lower": may_lower}
        audit.note(
            session,
            "credit rules changed",
            activity=activity,
            actor_id=actor_id,
            details=details,
            now=now,
        )
    session.add(_version(activity, rules, actor_id=actor_id, now=now))
    session.flush()  # the class is measured by it
    people = [change.measured if may_lower else _floored(change) for change in changes]
    progress.keep(session, activity, people, now=now)


def propose(
    session: Session, activity: Activity, policy: Policy, *, actor_id: int, now: datetime
) -> None:
    """Keep rules whose effect an instructor looks at before they stand."""
    found = session.get(Draft, (activity.id, actor_id, PROPOSAL))
    if found is None:
        found = Draft(activity_id=activity.id, person_id=actor_id, place=PROPOSAL)
        session.add(found)
    found.fields, found.saved_at = {"policy": policy.data}, now


def proposed(session: Session, activity: Activity, *, actor_id: int) -> Policy | None:
    """Return the rules whose effect this instructor looks at."""
    found = session.get(Draft, (activity.id, actor_id, PROPOSAL))
    return None if found is None else Policy.from_data(found.fields["policy"])


def _forget(session: Session, activity: Activity, actor_id: int | None) -> None:
    found = session.get(Draft, (activity.id, actor_id, PROPOSAL)) if actor_id else None
    if found is not None:
        session.delete(found)


def send_now(session: Session, activity: Activity, *, actor_id: int, now: datetime) -> int:
    """Send everybody's score as it stands; return how many were written."""
    if activity.line_item_url is None:
        raise InputRefused("There is no gradebook column to send scores to.")
    written = progress.send_now(session, activity, now=now)
    audit.note(
        session,
        "scores sent by hand",
        activity=activity,
        actor_id=actor_id,
        details={"scores": written},
        now=now,
    )
    return written


def fitted(activity: Activity, policy: Policy, scenario: Scenario) -> Policy:
    """Return the policy with what the story asks for, and without what the script leaves out."""
    talk = script_of(activity.script).talk
    return policy.fitted(
        len(scenario.core_decisions),
        len(scenario.required_reflections),
        is_written=talk is not Talk.ROOM,
        has_stand=activity.asks_stand and talk is Talk.GROUP,
    )


def _changes(
    session: Session, activity: Activity, scenario: Scenario, policy: Policy
) -> list[Change]:
    """Measure the class by other rules, and tell what everybody had without what staff have set."""
    if not account_queries.number_measured(session, activity.id):
        return []
    today = queries.rules_of(session, activity.id)
    rules = _rules(activity, policy, today.number + 1)
    changes = []
    for one in progress.measured_in(session, activity, scenario, rules=rules):
        own = replace(one.account.terms, override_hundredths=None)
        had = measure(today, one.account.done, own).score_hundredths
        terms = replace(one.account.terms, floor_hundredths=0)
        then = replace(one, completion=measure(rules, one.done, terms))
        changes.append(Change(then, had, then.completion.measured_hundredths))
    return changes


def _floored(change: Change) -> Measured:
    """Return the person with what they had as the least they have."""
    if not change.is_loss:
        return change.measured
    completion = change.measured.completion
    terms = replace(completion.terms, floor_hundredths=change.before)
    return replace(change.measured, completion=replace(completion, terms=terms))


def _rules(activity: Activity, policy: Policy, number: int) -> Rules:
    return Rules(policy, number, activity.due_at, activity.time_zone)


def _version(
    activity: Activity, rules: Rules, *, actor_id: int | None, now: datetime
) -> CreditRules:
    final = rules.policy.final_due(rules.due_at)
    kept_until = rules.kept_until()
    # After that nobody can tell any more who never started.
    is_too_late = kept_until is not None and now >= kept_until
    return CreditRules(
        activity_id=activity.id,
        number=rules.number,
        policy=rules.policy.data,
        due_at=rules.due_at,
        time_zone=rules.time_zone,
        made_at=now,
        made_by_id=actor_id,
        absent_due_at=final if rules.policy.zero_for_absent and not is_too_late else None,
    )
