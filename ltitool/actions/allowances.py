"""What staff grant, set and note for one person: a later date, a step left out, a score, a mark."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import audit, progress
from ltitool.core.completion import SCORE_MAXIMUM, Terms, measure
from ltitool.core.errors import InputRefused
from ltitool.core.policy import FULL_MARK, GIVEN_BY_STAFF, Rule
from ltitool.core.scenario import Scenario
from ltitool.storage.queries import accounts as queries
from ltitool.storage.tables import Activity, Allowance, Override, StaffMark


@dataclass(frozen=True)
class Case:
    """One learner's credit as staff have it before them: where, whose, by whom, when."""

    session: Session
    activity: Activity
    scenario: Scenario
    person_id: int
    actor_id: int
    now: datetime


@dataclass(frozen=True)
class Effect:
    """What one person's score is, in hundredths, and what it would be."""

    before: int
    after: int

    @property
    def is_loss(self) -> bool:
        """Whether they would have less."""
        return self.after < self.before


def effect_of_date(case: Case, until: datetime | None) -> Effect:
    """Return what giving this date, or taking it back, would do to the score."""
    return _effect(case, lambda terms: replace(terms, extended_to=until))


def effect_of_excusing(case: Case, rules: Iterable[Rule]) -> Effect:
    """Return what leaving exactly these milestones out would do to the score."""
    excused = frozenset(rules)
    return _effect(case, lambda terms: replace(terms, excused=excused))


def extend(case: Case, until: datetime | None, *, may_lower: bool = False) -> None:
    """Give one person until a later date, or take that back.

    Raises InputRefused where their score would drop, unless it may.
    """
    allowance = _allowance(case)
    if allowance.extended_to == until:
        return
    _check(effect_of_date(case, until), may_lower=may_lower)
    allowance.extended_to = until
    _note(case, "date extended" if until else "extension undone")
    _remeasure(case)


def excuse(case: Case, rules: Iterable[Rule], *, may_lower: bool = False) -> None:
    """Leave exactly these milestones out of one person's sum; no reason is kept.

    Raises InputRefused where their score would drop, unless it may: who has done most of what is
    left out is worse off without it.
    """
    allowance, wanted = _allowance(case), set(rules)
    excused = [rule.value for rule in Rule if rule in wanted]
    if allowance.excused == excused:
        return
    _check(effect_of_excusing(case, wanted), may_lower=may_lower)
    allowance.excused = excused
    _note(case, "milestones excused", rules=excused)
    _remeasure(case)


def override(case: Case, hundredths: int, reason: str) -> None:
    """Set one person's score; it stands whatever they do, until it is undone."""
    if not 0 <= hundredths <= SCORE_MAXIMUM * 100:
        raise InputRefused(f"A score is from 0 to {SCORE_MAXIMUM}.")
    standing = queries.standing_override(case.session, case.activity.id, case.person_id)
    if standing and (standing.score_hundredths, standing.reason) == (hundredths, reason):
        return  # sent twice
    _end_override(case)
    case.session.add(
        Override(
            activity_id=case.activity.id,
            person_id=case.person_id,
            score_hundredths=hundredths,
            reason=reason,
            made_by_id=case.actor_id,
            made_at=case.now,
        )
    )
    _note(case, "score set", hundredths=hundredths, why=reason)
    _remeasure(case)


def undo_override(case: Case) -> None:
    """Let the sum stand again."""
    if _end_override(case):
        _note(case, "set score undone")
        _remeasure(case)


def give(case: Case, rule: Rule, amount: int | None) -> None:
    """Note a person's attendance or mark; None takes it back. A mark of 0 is a mark."""
    most = FULL_MARK if rule is Rule.INSTRUCTOR_MARK else 1
    if rule not in GIVEN_BY_STAFF or not (amount is None or 0 <= amount <= most):
        raise InputRefused(f"What is noted here is a number from 0 to {most}.")
    found = case.session.get(StaffMark, (case.activity.id, case.person_id, rule))
    if (found.amount if found else None) == amount:
        return
    if found is not None:
        case.session.delete(found)
        case.session.flush()  # the new one takes its place
    if amount is not None:
        case.session.add(
            StaffMark(
                activity_id=case.activity.id,
                person_id=case.person_id,
                rule=rule,
                amount=amount,
                given_at=case.now,
                given_by_id=case.actor_id,
            )
        )
    _note(case, "mark noted", rule=rule.value)
    _remeasure(case)


def _effect(case: Case, change: Callable[[Terms], Terms]) -> Effect:
    measured = progress.measured_in(
        case.session, case.activity, case.scenario, person_id=case.person_id
    )
    if not measured:
        return Effect(0, 0)
    [one] = measured
    then = measure(one.completion.rules, one.done, change(one.account.terms))
    return Effect(one.completion.score_hundredths, then.score_hundredths)


def _check(effect: Effect, *, may_lower: bool) -> None:
    if effect.is_loss and not may_lower:
        raise InputRefused("This would lower the score, and that it may was not ticked.")


def _allowance(case: Case) -> Allowance:
    found = case.session.get(Allowance, (case.activity.id, case.person_id))
    if found is None:
        found = Allowance(activity_id=case.activity.id, person_id=case.person_id, excused=[])
        case.session.add(found)
    return found


def _end_override(case: Case) -> bool:
    standing = queries.standing_override(case.session, case.activity.id, case.person_id)
    if standing is None:
        return False
    standing.undone_at, standing.undone_by_id = case.now, case.actor_id
    case.session.flush()  # only one may stand
    return True


def _remeasure(case: Case) -> None:
    """Measure the person anew, unless they have never started and nothing is noted of them."""
    measured = progress.measured_in(
        case.session, case.activity, case.scenario, person_id=case.person_id
    )
    people = [
        one
        for one in measured
        if one.account.is_measured
        or one.account.terms.override_hundredths is not None
        or any(part.times for part in one.done.values())
    ]
    progress.keep(case.session, case.activity, people, now=case.now)


def _note(case: Case, action: str, **details: object) -> None:
    audit.note(
        case.session,
        action,
        activity=case.activity,
        actor_id=case.actor_id,
        details={"person": case.person_id, **details},
        now=case.now,
    )
