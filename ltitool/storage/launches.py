"""What a login and a launch read and write, statement by statement: the path that must be fast."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Executable, and_, bindparam, delete, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ltitool.storage.tables import (
    Activity,
    Base,
    Context,
    Deployment,
    HeldLaunch,
    Membership,
    Participant,
    Person,
    Placing,
    Registration,
    SpentLogin,
    Visit,
)

KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Known:
    """What earlier launches have left of what this one names; None for each thing that is new."""

    deployment: Deployment | None = None
    context: Context | None = None
    activity: Activity | None = None
    person: Person | None = None
    membership: Membership | None = None
    participant: Participant | None = None


_KNOWN = (
    select(Deployment, Context, Activity, Person, Membership, Participant)
    .outerjoin(
        Context,
        and_(
            Context.deployment_id == Deployment.id,
            Context.lti_id == bindparam("context"),
            Context.resource_link_lti_id == bindparam("own_link"),
        ),
    )
    .outerjoin(
        Activity, and_(Activity.context_id == Context.id, Activity.lti_id == bindparam("link"))
    )
    .outerjoin(
        Person,
        and_(
            Person.registration_id == Deployment.registration_id,
            Person.lti_id == bindparam("sub"),
        ),
    )
    .outerjoin(
        Membership,
        and_(Membership.context_id == Context.id, Membership.person_id == Person.id),
    )
    .outerjoin(
        Participant,
        and_(Participant.activity_id == Activity.id, Participant.person_id == Person.id),
    )
    .where(
        Deployment.registration_id == bindparam("registration"),
        Deployment.lti_id == bindparam("deployment"),
    )
)
"""One question for all that a launch names; built once, since building takes longer than asking."""


def known(
    session: Session,
    *,
    registration_id: int,
    deployment: str,
    context: str,
    link: str,
    sub: str,
) -> Known:
    """Return what is known of these ids of the platform; a link without a course has its own."""
    row = session.execute(
        _KNOWN,
        {
            "registration": registration_id,
            "deployment": deployment,
            "context": context,
            "own_link": "" if context else link,
            "link": link,
            "sub": sub,
        },
    ).one_or_none()
    return Known(*row) if row else Known()


_OF_ISSUER = (
    select(Registration)
    .where(Registration.issuer == bindparam("issuer"), Registration.is_enabled.is_(True))
    .limit(2)
)
_OF_ID = select(Registration).where(
    Registration.id == bindparam("id"), Registration.is_enabled.is_(True)
)
_OF_CLIENT = _OF_ISSUER.where(Registration.client_id == bindparam("client_id"))


def registrations_for(session: Session, issuer: str, client_id: str) -> list[Registration]:
    """Return the enabled registrations of an issuer, and of this client if one is named."""
    statement = _OF_CLIENT if client_id else _OF_ISSUER
    return list(session.scalars(statement, {"issuer": issuer, "client_id": client_id}))


def registration_of(session: Session, registration_id: int) -> Registration | None:
    """Return an enabled registration."""
    return session.scalar(_OF_ID, {"id": registration_id})


def add_if_new(session: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its unique values is taken; say whether it was inserted."""
    statement = _insert_if_new(table, session.get_bind().dialect.name)
    return session.connection().scalar(statement, dict(values)) is not None


@cache
def _insert_if_new(table: type[Base], dialect: str) -> Executable:
    maker = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return maker(table).on_conflict_do_nothing().returning(literal(1))


_VISIT = insert(Visit)
_LAUNCHED = (
    update(Membership)
    .where(Membership.id == bindparam("membership_id"))
    .values(launched_at=bindparam("now"))
)


def add_visit(session: Session, values: Mapping[str, Any]) -> Visit:
    """Write a visit, and return it as a value that belongs to no session.

    What every launch writes goes past the unit of work, which takes longer than the statements.
    """
    session.connection().execute(_VISIT, dict(values))
    return Visit(**values)


def note_launch(session: Session, membership: Membership, now: datetime) -> None:
    """Keep that a person has launched from the course now."""
    session.connection().execute(_LAUNCHED, {"membership_id": membership.id, "now": now})


def spend_login(session: Session, login_id: str, now: datetime) -> bool:
    """Use a login up; False when it was used before."""
    return add_if_new(session, SpentLogin, {"id": login_id, "spent_at": now})


def forget_old(session: Session, now: datetime) -> None:
    """Remove spent logins, held launches and ended placings, which nothing needs any more."""
    session.execute(delete(SpentLogin).where(SpentLogin.spent_at < now - KEPT_FOR))
    session.execute(delete(HeldLaunch).where(HeldLaunch.expires_at < now))
    session.execute(delete(Placing).where(Placing.expires_at < now))


def hold_launch(
    session: Session,
    token_hash: str,
    registration_id: int,
    launch: Mapping[str, Any],
    expires_at: datetime,
) -> None:
    """Keep a verified launch until its browser is proved."""
    session.execute(
        insert(HeldLaunch).values(
            token_hash=token_hash,
            registration_id=registration_id,
            launch=dict(launch),
            expires_at=expires_at,
        )
    )


def held_launch(session: Session, token_hash: str, now: datetime) -> HeldLaunch | None:
    """Return the launch held under this token, if its time is not over."""
    return session.scalar(
        select(HeldLaunch).where(HeldLaunch.token_hash == token_hash, HeldLaunch.expires_at > now)
    )


def take_held_launch(session: Session, token_hash: str) -> bool:
    """Use a held launch up; False when somebody was faster."""
    statement = delete(HeldLaunch).where(HeldLaunch.token_hash == token_hash)
    return session.scalar(statement.returning(HeldLaunch.token_hash)) is not None
