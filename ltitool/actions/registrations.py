"""Connecting platforms: registrations and deployments."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ltitool.actions import audit
from ltitool.core.errors import InputRefused, NotFound
from ltitool.lti.connections import is_private
from ltitool.lti.platform import Platform
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import AuditEntry, Deployment, Registration

ADDRESSES = {
    "auth_url": "The authentication request URL",
    "token_url": "The access token URL",
    "key_set_url": "The public key set URL",
}
NAMES = {"name": "The name", "issuer": "The issuer", "client_id": "The client id"}
ORIGIN = re.compile(r"https?://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
"""What may stand in a page's policy about who frames it, where a semicolon would begin another."""


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
    check(endpoints, allow_private_hosts=allow_private_hosts)
    _require_new(session, endpoints)
    registration = Registration(**_columns(endpoints), created_at=now)
    session.add(registration)
    session.flush()  # its id is needed
    for lti_id in deployment_ids:
        approve(session, registration, lti_id, now=now)
    return registration


def edit(
    session: Session, name: str, changes: Mapping[str, Any], *, allow_private_hosts: bool
) -> Registration:
    """Change what is known of a platform; only what is given changes. Raises InputRefused."""
    registration = by_name(session, name)
    known = {field: getattr(registration, field) for field in (*NAMES, *ADDRESSES)}
    origins = tuple(registration.frame_origins)
    endpoints = replace(Endpoints(**known, frame_origins=origins), **changes)
    check(endpoints, allow_private_hosts=allow_private_hosts)
    _require_new(session, endpoints, beside=registration)
    for field, value in _columns(endpoints).items():
        setattr(registration, field, value)
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


def approve_platform(session: Session, registration: Registration, *, now: datetime) -> None:
    """Let a platform that has registered itself launch."""
    registration.is_approved = True
    audit.note(session, "platform approved", registration_id=registration.id, details={}, now=now)


def find(session: Session, name: str) -> Registration | None:
    """Return the registration of this name, if there is one."""
    return session.scalar(select(Registration).where(Registration.name == name))


def by_name(session: Session, name: str) -> Registration:
    """Return the registration of this name; raises NotFound."""
    found = find(session, name)
    if found is None:
        raise NotFound(
            f"No platform is registered under the name “{name}”. See: ltitool platforms list"
        )
    return found


def last_refusals(session: Session) -> dict[int, AuditEntry]:
    """Return the newest refused launch of every registration."""
    newest = (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.action == "launch refused", AuditEntry.registration_id.is_not(None))
        .group_by(AuditEntry.registration_id)
    )
    rows = session.scalars(select(AuditEntry).where(AuditEntry.id.in_(newest)))
    return {row.registration_id: row for row in rows if row.registration_id is not None}


def _columns(endpoints: Endpoints) -> dict[str, Any]:
    return {**asdict(endpoints), "frame_origins": list(endpoints.frame_origins)}


def _require_new(
    session: Session, endpoints: Endpoints, *, beside: Registration | None = None
) -> None:
    """Refuse what would be a second registration of the same; `beside` is the one that changes."""
    is_same = (Registration.issuer == endpoints.issuer) & (
        Registration.client_id == endpoints.client_id
    )
    others = session.scalars(
        select(Registration).where(or_(Registration.name == endpoints.name, is_same))
    )
    for other in others:
        if other is beside:
            continue
        if other.name == endpoints.name:
            raise InputRefused(f"A platform named “{other.name}” is registered already.")
        raise InputRefused(f"This issuer and client id are registered already, as “{other.name}”.")


def check(endpoints: Endpoints, *, allow_private_hosts: bool) -> None:
    """Raise InputRefused for the first thing that cannot be right about a platform."""
    for field, label in (NAMES | ADDRESSES).items():
        value = getattr(endpoints, field)
        if not value.strip():
            raise InputRefused(f"{label} is empty.")
        if value != value.strip() or not value.isprintable():
            raise InputRefused(f"{label} is “{value}”; take away what is not part of it.")
    if endpoints.issuer.startswith(("http:", "https:")) and _parts(endpoints.issuer) is None:
        raise InputRefused(f"The issuer is “{endpoints.issuer}”, which is not an address.")
    for field, label in ADDRESSES.items():
        _check_address(label, getattr(endpoints, field), allow_private_hosts=allow_private_hosts)
    for origin in endpoints.frame_origins:
        if not ORIGIN.fullmatch(origin):
            raise InputRefused(f"“{origin}” is not an origin; write it like https://lms.example.")


def _check_address(label: str, url: str, *, allow_private_hosts: bool) -> None:
    parts = _parts(url)
    if parts is None:
        raise InputRefused(f"{label} is “{url}”, which is not an address of the web.")
    if allow_private_hosts:
        return
    if parts.scheme == "http":
        raise InputRefused(
            f"{label} is “{url}”; a platform must be reached by https. "
            "For a trial on this machine set LTITOOL_ALLOW_PRIVATE_HOSTS=1."
        )
    if _is_private_host(parts.hostname or ""):
        raise InputRefused(
            f"{label} is “{url}”, a private address, which is not allowed here. "
            "If the platform is in your own network set LTITOOL_ALLOW_PRIVATE_HOSTS=1."
        )


def _parts(url: str) -> SplitResult | None:
    """Return the parts of an address of the web; None for anything else."""
    try:
        parts = urlsplit(url)
        is_origin = ORIGIN.fullmatch(f"{parts.scheme}://{parts.netloc}") and parts.port != 0
    except ValueError:
        return None
    return parts if is_origin and " " not in url else None


def _is_private_host(host: str) -> bool:
    """Whether a host is known to be private by its name alone; others are looked up when asked."""
    try:
        return is_private(host)
    except ValueError:  # a name, not an IP address
        return f".{host.rstrip('.')}".endswith(".localhost")
