"""What a job does for a platform that has taken an invite: ask it, tell it, keep what came of it.

Its two requests stand between two transactions. When nothing came of them the invite can be used
again, since the platform has registered nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ltitool.actions import audit, registrations
from ltitool.actions.registrations import Endpoints
from ltitool.core.errors import InputRefused, PlatformError, ToolError
from ltitool.lti.dynamic_registration import (
    Configuration,
    Registered,
    read_configuration,
    register,
)
from ltitool.lti.http import PlatformHttp
from ltitool.lti.tool_profile import ToolAddresses, registration_request
from ltitool.settings import Settings
from ltitool.storage.database import Database
from ltitool.storage.tables import Invite, Registration

LEASE = timedelta(minutes=2)
FAMILIES = {"moodle": "Moodle", "canvas": "Canvas"}
NAMES_TRIED = 20

log = structlog.get_logger()


@dataclass(frozen=True)
class Errand:
    """A platform to be asked."""

    invite_id: str
    configuration_url: str
    token: str


def tool_addresses(settings: Settings) -> ToolAddresses:
    """Return where platforms find this tool."""
    return ToolAddresses(
        settings.public_url, settings.launch_url, settings.login_url, settings.key_set_url
    )


def work_on(
    database: Database,
    http: PlatformHttp,
    settings: Settings,
    invite_id: str,
    clock: Callable[[], datetime],
) -> None:
    """Register the platform of an invite; does nothing when somebody else is at it."""
    with database.transaction() as session:
        errand = claim(session, invite_id, now=clock())
    if errand is None:
        return
    try:
        configuration, registered = _ask(http, settings, errand)
        _keep_as_often_as_needed(database, settings, errand, configuration, registered, clock)
    except ToolError as refusal:
        log.warning("platform not registered", code=refusal.code)
        with database.transaction() as session:
            give_back(session, invite_id, str(refusal))
    else:
        log.info("platform registered")


def claim(session: Session, invite_id: str, *, now: datetime) -> Errand | None:
    """Return what is to be done for an invite, for one worker at a time."""
    row = session.execute(
        update(Invite)
        .where(
            Invite.id == invite_id,
            Invite.spent_at.is_not(None),
            Invite.configuration_url != "",
            Invite.registration_id.is_(None),
            Invite.tried_at.is_(None) | (Invite.tried_at < now - LEASE),
        )
        .values(tried_at=now)
        .returning(Invite.id, Invite.configuration_url, Invite.platform_token)
    ).one_or_none()
    return Errand(*row) if row else None


def left_behind(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the invites whose job was lost."""
    return session.scalars(
        select(Invite.id).where(
            Invite.spent_at < now - LEASE,
            Invite.registration_id.is_(None),
            Invite.tried_at.is_(None) | (Invite.tried_at < now - LEASE),
        )
    ).all()


def give_back(session: Session, invite_id: str, failure: str) -> None:
    """Let an invite be used again, and say what went wrong."""
    row = session.get_one(Invite, invite_id)
    row.spent_at, row.failure, row.platform_token = None, failure[:1000], ""


def keep(
    session: Session,
    settings: Settings,
    errand: Errand,
    configuration: Configuration,
    registered: Registered,
    *,
    now: datetime,
) -> None:
    """Keep what a platform answered; one that is known already waits for somebody's word."""
    row = session.get_one(Invite, errand.invite_id)
    row.platform_token = ""
    endpoints = endpoints_of(session, row, configuration, registered)
    known = session.scalar(
        select(Registration).where(
            Registration.issuer == endpoints.issuer, Registration.client_id == endpoints.client_id
        )
    )
    if known is not None:
        addresses = {name: asdict(endpoints)[name] for name in registrations.ADDRESSES}
        row.found = addresses | {"scopes": [*registered.scopes], "family": configuration.family}
        row.registration_id = known.id
        return
    deployments = [registered.deployment_id] if registered.deployment_id else []
    new = registrations.add(
        session,
        endpoints,
        deployments,
        allow_private_hosts=settings.allow_private_hosts,
        now=now,
    )
    new.is_approved, new.family = row.approves, configuration.family
    new.granted_scopes = [*registered.scopes]
    row.registration_id = new.id
    audit.note(session, "platform registered", registration_id=new.id, details={}, now=now)


def endpoints_of(
    session: Session, invite: Invite, configuration: Configuration, registered: Registered
) -> Endpoints:
    """Return a registration in our own words, under a name that is free."""
    host = urlsplit(configuration.issuer).hostname or configuration.issuer
    family = FAMILIES.get(configuration.family, "LMS")
    wanted = invite.name or f"{family} at {host}"
    names = [wanted, *(f"{wanted} ({n})" for n in range(2, NAMES_TRIED))]
    taken = set(session.scalars(select(Registration.name).where(Registration.name.in_(names))))
    return Endpoints(
        next((name for name in names if name not in taken), f"{wanted} ({registered.client_id})"),
        configuration.issuer,
        registered.client_id,
        configuration.auth_url,
        configuration.token_url,
        configuration.key_set_url,
        _frames(invite.configuration_url),
    )


def _ask(
    http: PlatformHttp, settings: Settings, errand: Errand
) -> tuple[Configuration, Registered]:
    configuration = read_configuration(
        http,
        errand.configuration_url,
        errand.token,
        is_loopback_believed=settings.allow_private_hosts,
    )
    _check(settings, configuration)  # before the platform makes anything of the tool
    request = registration_request(
        tool_addresses(settings), configuration.family, configuration.scopes
    )
    return configuration, register(http, configuration, request, errand.token)


def _check(settings: Settings, configuration: Configuration) -> None:
    endpoints = Endpoints(
        "new",
        configuration.issuer,
        "new",
        configuration.auth_url,
        configuration.token_url,
        configuration.key_set_url,
    )
    try:
        registrations.check(endpoints, allow_private_hosts=settings.allow_private_hosts)
    except InputRefused as refusal:
        raise PlatformError(f"What the LMS says of itself cannot be used. {refusal}") from refusal


def _keep_as_often_as_needed(
    database: Database,
    settings: Settings,
    errand: Errand,
    configuration: Configuration,
    registered: Registered,
    clock: Callable[[], datetime],
) -> None:
    try:
        with database.transaction() as session:
            keep(session, settings, errand, configuration, registered, now=clock())
    except IntegrityError:  # another took the name or the same client meanwhile
        with database.transaction() as session:
            keep(session, settings, errand, configuration, registered, now=clock())


def _frames(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return (origin,) if registrations.ORIGIN.fullmatch(origin) else ()
