"""Placing activities in a course by deep linking: the visit, what is chosen, the answer."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from ltitool.actions import arriving, audit, teaching
from ltitool.actions.columns import resource_id
from ltitool.actions.stories import scenario_of
from ltitool.core.completion import SCORE_MAXIMUM
from ltitool.core.errors import AlreadyDone, InputRefused, LaunchRefused
from ltitool.core.plan import Plan
from ltitool.core.plan_words import told
from ltitool.core.roles import Role, role_in_course
from ltitool.core.script import Phase
from ltitool.lti.deep_linking import Asked, Link
from ltitool.lti.launch import Launch
from ltitool.storage import launches
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.tables import Activity, Placing, ScenarioVersion

PLACING_LASTS = timedelta(hours=8)
MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Begun:
    """A visit to choose activities, and the secret that the browser holds for it."""

    visit: Placing
    secret: str


@dataclass(frozen=True)
class Choice:
    """One activity to place."""

    version: ScenarioVersion
    title: str


@dataclass(frozen=True)
class Manner:
    """How the activities chosen together are run and shown."""

    plan: Plan
    is_graded: bool
    in_window: bool


def begin(session: Session, launch: Launch, *, token: Callable[[], str], now: datetime) -> Begun:
    """Return the visit of a deep linking launch.

    Raises LaunchRefused while the deployment waits for approval, and for everybody but the
    instructors and designers of the course.
    """
    assert launch.asked is not None  # what makes it a deep linking launch
    known = launches.known(
        session,
        registration_id=launch.registration_id,
        deployment=launch.deployment_id,
        context=launch.context_id,
        link="",
        sub=launch.sub,
    )
    deployment = arriving.require_approved(session, launch, known.deployment, now=now)
    member = known.membership
    role = role_in_course(
        launch.role, member.roster_role if member else None, member.chosen_role if member else None
    )
    if role is not Role.INSTRUCTOR:
        raise LaunchRefused(
            "DL-ROLE",
            "Activities are chosen by the instructors and designers of a course, and your LMS did "
            "not say that you are one of them here. Ask one of them to add it.",
            launch.registration_id,
        )
    context = arriving.context_of(session, deployment, launch, known.context)
    person = arriving.person_of(session, launch, known.person)
    arriving.membership_of(session, context, person, launch, member, now=now)
    secret = token()
    placing = Placing(
        id=token(),
        secret_hash=sha256(secret.encode()).hexdigest(),
        person_id=person.id,
        context_id=context.id,
        asked=asdict(launch.asked),
        product_family=launch.product_family,
        locale=launch.locale,
        answer=[],
        created_at=now,
        expires_at=now + PLACING_LASTS,
    )
    session.add(placing)
    session.flush()  # so that a fault shows inside the transaction of the launch
    return Begun(placing, secret)


def asked_of(placing: Placing) -> Asked:
    """Return what the platform asked for."""
    return Asked.restored(placing.asked)


def add(
    session: Session,
    placing: Placing,
    choices: Sequence[Choice],
    manner: Manner,
    *,
    token: Callable[[], str],
    chance: Callable[[], int],
    now: datetime,
) -> None:
    """Prepare what was chosen: an activity each, which waits for its link.

    Raises AlreadyDone when this visit has answered, InputRefused for more than was asked for.
    """
    asked = asked_of(placing)
    if not choices:
        raise InputRefused("Choose a story first.")
    if len(choices) > (MOST_AT_ONCE if asked.takes_many else 1):
        raise InputRefused("Your LMS takes fewer activities at once than that.")
    _answer(session, placing, now=now)
    answer: list[dict[str, Any]] = []
    for choice in choices:
        activity = Activity(
            context_id=placing.context_id,
            lti_id=None,
            key=token(),
            title=choice.title,
            seed=chance(),
            created_at=now,
        )
        session.add(activity)
        session.flush()  # its id is needed
        teaching.configure(
            session,
            activity,
            version=choice.version,
            plan=manner.plan,
            actor_id=placing.person_id,
            now=now,
        )
        answer.append(
            {
                "activity": activity.id,
                "is_graded": manner.is_graded and asked.takes_columns,
                "in_window": manner.in_window,
            }
        )
    placing.answer = answer
    audit.note(
        session,
        "activities placed",
        actor_id=placing.person_id,
        details={"activities": [one["activity"] for one in answer]},
        now=now,
    )


def cancel(session: Session, placing: Placing, *, now: datetime) -> None:
    """Answer with nothing chosen; raises AlreadyDone when this visit has answered."""
    _answer(session, placing, now=now)


def links_of(session: Session, placing: Placing) -> list[Link]:
    """Return the links of what was chosen, in the order in which it was."""
    shown = {int(one["activity"]): one for one in placing.answer}
    found = session.scalars(
        select(Activity)
        .where(Activity.id.in_(shown))
        .options(joinedload(Activity.scenario_version))
        .order_by(Activity.id)
    )
    return [_link(activity, plan_of(session, activity), shown[activity.id]) for activity in found]


def _link(activity: Activity, plan: Plan, shown: dict[str, Any]) -> Link:
    scenario = scenario_of(activity.scenario_version) if activity.scenario_version else None
    opening = plan.gates.get(Phase.DECIDE)
    return Link(
        key=activity.key,
        title=activity.title,
        text=scenario.summary if scenario else "",
        resource_id=resource_id(activity),
        maximum=SCORE_MAXIMUM if shown["is_graded"] else None,
        settings={"scenario": scenario.id, **told(plan)} if scenario else {},
        opens_at=opening.opens_at if opening else None,
        due_at=plan.due_at,
        in_window=shown["in_window"],
    )


def _answer(session: Session, placing: Placing, *, now: datetime) -> None:
    """Take the one answer that a visit has; the second of two at once loses."""
    taken = session.scalar(
        update(Placing)
        .where(Placing.id == placing.id, Placing.answered_at.is_(None))
        .values(answered_at=now)
        .returning(Placing.id)
    )
    if taken is None:
        raise AlreadyDone("Your choice was sent already.")
