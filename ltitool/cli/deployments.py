"""`ltitool deployments`: which installations of a platform may launch."""

from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ltitool.actions import registrations
from ltitool.cli.database import at_work
from ltitool.core.errors import InputRefused, NotFound
from ltitool.storage.tables import Deployment, Registration


@click.group(name="deployments")
def command() -> None:
    """See and approve deployments of the tool in platforms."""


@command.command(name="list")
def list_all() -> None:
    """List all deployments that were ever seen; those that wait come first."""
    with at_work() as (_settings, session):
        rows = session.scalars(
            select(Deployment)
            .options(joinedload(Deployment.registration))
            .order_by(Deployment.is_approved, Deployment.first_seen_at, Deployment.id)
        ).all()
        if not rows:
            click.echo("No deployment is known yet; the first launch makes one known.")
        for row in rows:
            word = "approved" if row.is_approved else "waits for approval"
            seen = row.first_seen_at.strftime("%Y-%m-%d %H:%M UTC")
            click.echo(f"{row.registration.name}: {row.lti_id}  {word}, first seen {seen}")


@command.command()
@click.argument("deployment_id")
@click.option("--platform", help="Its name, when several platforms have such a deployment.")
def approve(deployment_id: str, platform: str | None) -> None:
    """Let a deployment launch; with --platform also one that was never seen."""
    with at_work() as (_settings, session):
        registration = _registration(session, deployment_id, platform)
        registrations.approve(session, registration, deployment_id, now=datetime.now(UTC))
        click.echo(f"Deployment {deployment_id} of “{registration.name}” is approved.")


def _registration(session: Session, deployment_id: str, platform: str | None) -> Registration:
    if platform is not None:
        return registrations.by_name(session, platform)
    found = session.scalars(
        select(Registration)
        .join(Deployment, Deployment.registration_id == Registration.id)
        .where(Deployment.lti_id == deployment_id)
        .order_by(Registration.name)
    ).all()
    if not found:
        raise NotFound("No such deployment has been seen; name its platform with --platform.")
    if len(found) > 1:
        names = ", ".join(f"“{one.name}”" for one in found)
        raise InputRefused(f"Several platforms have it: {names}. Choose with --platform.")
    return found[0]
