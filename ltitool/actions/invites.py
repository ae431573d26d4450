"""Invites: links by which one LMS registers itself, once."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from ltitool.actions import audit, registrations
from ltitool.core.errors import AlreadyDone, InputRefused
from ltitool.storage.tables import Invite, Registration

LASTS = timedelta(days=7)
LONGEST_ADDRESS = 2000
LONGEST_TOKEN = 8000


class InviteState(StrEnum):
    """What has become of an invite."""

    OPEN = "open"
    UNDER_WAY = "under way"
    KNOWN = "known"
    """The platform is registered already; somebody must say whether to replace what is there."""
    DONE = "done"
    OVER = "over"


def invite(session: Session, invite_id: str, *, name: str, approves: bool, now: datetime) -> Invite:
    """Make an invite; raises InputRefused when a platform of that name is there already."""
    if name and registrations.find(session, name) is not None:
        raise InputRefused(f"A platform named “{name}” is registered already.")
    row = Invite(id=invite_id, name=name, approves=approves, created_at=now, expires_at=now + LASTS)
    session.add(row)
    return row


def find(session: Session, invite_id: str) -> Invite | None:
    """Return an invite, with the platform that it became."""
    return session.scalar(
        select(Invite).where(Invite.id == invite_id).options(joinedload(Invite.registration))
    )


def state_of(row: Invite, *, now: datetime) -> InviteState:
    """Return what has become of an invite."""
    if row.registration_id is not None and row.found is None:
        return InviteState.DONE
    if row.found is not None:
        return InviteState.KNOWN
    if row.spent_at is not None:
        return InviteState.UNDER_WAY
    return InviteState.OPEN if row.expires_at > now else InviteState.OVER


def take(
    session: Session, invite_id: str, configuration_url: str, token: str, *, now: datetime
) -> None:
    """Spend an invite for the platform at this address; a job does the rest.

    One statement decides who takes it: raises AlreadyDone for everybody else, and when its time is
    over.
    """
    if not 0 < len(configuration_url) <= LONGEST_ADDRESS or len(token) > LONGEST_TOKEN:
        raise InputRefused("The LMS did not say where its configuration is.")
    taken = session.execute(
        update(Invite)
        .where(Invite.id == invite_id, Invite.spent_at.is_(None), Invite.expires_at > now)
        .values(
            spent_at=now,
            configuration_url=configuration_url,
            platform_token=token,
            failure="",
            tried_at=None,
        )
        .returning(Invite.id)
    ).one_or_none()
    if taken is None:
        raise AlreadyDone("This invite was used before, or its time is over.")


def replace(session: Session, invite_id: str, *, allow_private_hosts: bool, now: datetime) -> None:
    """Replace what is known of a platform by what it has just said; raises AlreadyDone."""
    row = session.get(Invite, invite_id, with_for_update=True)
    if row is None or row.found is None or row.registration_id is None:
        raise AlreadyDone("There is nothing to replace any more.")
    known = session.get_one(Registration, row.registration_id)
    found = dict(row.found)
    known.granted_scopes, known.family = found.pop("scopes"), found.pop("family")
    registrations.edit(session, known.name, found, allow_private_hosts=allow_private_hosts)
    row.found = None
    audit.note(session, "platform registered again", registration_id=known.id, details={}, now=now)


def leave(session: Session, invite_id: str) -> None:
    """Keep what is known of a platform as it was."""
    row = session.get(Invite, invite_id)
    if row is not None:
        row.found = None
