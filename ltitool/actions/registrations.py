"""Connecting platforms: registrations, deployments, and the tool's own key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.errors import InputRefused, NotFound
from ltitool.lti.platform import Platform
from ltitool.lti.tool_keys import SigningKey, new_key, read_key
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import AuditEntry, Deployment, Registration, ToolKey

URL_FIELDS = ("auth_url", "token_url", "key_set_url")


@dataclass(frozen=True)
class Endpoints:
    """What an administrator tells about a platform."""

    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    key_set_url: str
    frame_origins: tuple[str, ...] = ()


def platform_of(registration: Registration) -> Platform:
    """Return the registration as `ltitool.lti` knows it."""
    return Platform(
        registration.id,
        registration.name,
        registration.issuer,
        registration.client_id,
        registration.auth_url,
        registration.token_url,
        registration.key_set_url,
        tuple(registration.frame_origins),
    )


def add(
    session: Session,
    endpoints: Endpoints,
    deployment_ids: Sequence[str],
    *,
    allow_private_hosts: bool,
    now: datetime,
) -> Registration:
    """Register a platform with its approved deployments; raises InputRefused."""
    _check(endpoints, allow_private_hosts=allow_private_hosts)
    if find(session, endpoints.name) is not None:
        raise InputRefused(f"A platform named “{endpoints.name}” is registered already.")
    same = session.scalar(
        select(Registration).where(
            Registration.issuer == endpoints.issuer, Registration.client_id == endpoints.client_id
        )
    )
    if same is not None:
        raise InputRefused(f"This issuer and client id are registered already, as “{same.name}”.")
    registration = Registration(
        name=endpoints.name,
        issuer=endpoints.issuer,
        client_id=endpoints.client_id,
        auth_url=endpoints.auth_url,
        token_url=endpoints.token_url,
        key_set_url=endpoints.key_set_url,
        frame_origins=list(endpoints.frame_origins),
        created_at=now,
    )
    session.add(registration)
    session.flush()  # its id is needed
    for lti_id in deployment_ids:
        approve(session, registration, lti_id, now=now)
    return registration


def edit(
    session: Session, name: str, changes: dict[str, object], *, allow_private_hosts: bool
) -> Registration:
    """Change what is known of a platform; only what is given changes."""
    registration = by_name(session, name)
    for field, value in changes.items():
        setattr(registration, field, value)
    _check(
        Endpoints(
            registration.name,
            registration.issuer,
            registration.client_id,
            registration.auth_url,
            registration.token_url,
            registration.key_set_url,
            tuple(registration.frame_origins),
        ),
        allow_private_hosts=allow_private_hosts,
    )
    return registration


def approve(
    session: Session, registration: Registration, deployment_lti_id: str, *, now: datetime
) -> Deployment:
    """Let a deployment launch."""
    values = {
        "registration_id": registration.id,
        "lti_id": deployment_lti_id,
        "is_approved": True,
        "first_seen_at": now,
    }
    add_if_new(session, Deployment, values)
    found = session.scalars(
        select(Deployment).where(
            Deployment.registration_id == registration.id, Deployment.lti_id == deployment_lti_id
        )
    ).one()
    found.is_approved = True
    return found


def find(session: Session, name: str) -> Registration | None:
    """Return the registration of this name, if there is one."""
    return session.scalar(select(Registration).where(Registration.name == name))


def by_name(session: Session, name: str) -> Registration:
    """Return the registration of this name; raises NotFound."""
    found = find(session, name)
    if found is None:
        raise NotFound(f"No platform is registered under the name “{name}”.")
    return found


def last_refusals(session: Session) -> dict[int, AuditEntry]:
    """Return the newest refused launch of every registration."""
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action == "launch refused", AuditEntry.registration_id.is_not(None))
        .order_by(AuditEntry.id)
    )
    return {row.registration_id: row for row in rows if row.registration_id is not None}


def make_key(session: Session, secret: str, *, now: datetime) -> None:
    """Make the tool's signing key if there is none."""
    if session.scalar(select(ToolKey).limit(1)) is None:
        kid, pem = new_key(secret)
        session.add(ToolKey(kid=kid, private_pem=pem, created_at=now))


def signing_keys(session: Session, secret: str) -> list[SigningKey]:
    """Return the tool's keys, the one to sign with first."""
    rows = session.scalars(select(ToolKey).order_by(ToolKey.created_at, ToolKey.kid))
    return [read_key(row.kid, row.private_pem, secret) for row in rows]


def _check(endpoints: Endpoints, *, allow_private_hosts: bool) -> None:
    for field in ("name", "issuer", "client_id", *URL_FIELDS):
        if not getattr(endpoints, field).strip():
            raise InputRefused(f"{field} is empty.")
    for field in URL_FIELDS:
        url = getattr(endpoints, field)
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InputRefused(f"{field} is “{url}”, which is not an address of the web.")
        if parts.scheme == "http" and not allow_private_hosts:
            raise InputRefused(
                f"{field} is “{url}”; a platform must be reached by https. "
                "For a trial on this machine set LTITOOL_ALLOW_PRIVATE_HOSTS=1."
            )
    for origin in endpoints.frame_origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
            raise InputRefused(f"“{origin}” is not an origin; write it like https://lms.example.")
