"""`ltitool platforms`: connecting an LMS."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions import registrations
from ltitool.settings import Settings
from ltitool.storage.database import Database
from ltitool.storage.tables import Deployment, Registration


@click.group(name="platforms")
def command() -> None:
    """Connect platforms (Moodle, Canvas and others), and see how they fare."""


@contextmanager
def at_work() -> Iterator[tuple[Settings, Session]]:
    """Open the settings and one transaction."""
    settings = Settings.load()
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            yield settings, session
    finally:
        database.dispose()


@command.command()
@click.option("--name", required=True, help="How you call this platform.")
@click.option("--issuer", required=True, help="Its issuer (iss), exactly as it writes it.")
@click.option("--client-id", required=True, help="The client id it gave to this tool.")
@click.option("--auth-url", required=True, help="Its authentication request URL.")
@click.option("--token-url", required=True, help="Its access token URL.")
@click.option("--key-set-url", required=True, help="Its public key set URL.")
@click.option("--deployment-id", "deployment_ids", multiple=True, help="May be given repeatedly.")
@click.option("--frame-origin", "frame_origins", multiple=True, help="Another origin that frames.")
def add(
    name: str,
    issuer: str,
    client_id: str,
    *,
    auth_url: str,
    token_url: str,
    key_set_url: str,
    deployment_ids: tuple[str, ...],
    frame_origins: tuple[str, ...],
) -> None:
    """Register a platform, and print what to enter there."""
    endpoints = registrations.Endpoints(
        name, issuer, client_id, auth_url, token_url, key_set_url, frame_origins
    )
    with at_work() as (settings, session):
        registrations.add(
            session,
            endpoints,
            deployment_ids,
            allow_private_hosts=settings.allow_private_hosts,
            now=datetime.now(UTC),
        )
    click.echo(f"“{name}” is registered. Enter these values there:")
    for label, value in (
        ("Tool URL, target link URI", settings.launch_url),
        ("Login initiation URL (OIDC)", settings.login_url),
        ("Redirect URI", settings.launch_url),
        ("Public key set URL (JWKS)", settings.key_set_url),
    ):
        click.echo(f"  {label + ':':<30} {value}")
    if not deployment_ids:
        click.echo("The first launch makes its deployment known; then: ltitool deployments list")


@command.command(name="list")
def list_all() -> None:
    """List the platforms, with the last refused launch of each and why."""
    with at_work() as (_settings, session):
        refusals = registrations.last_refusals(session)
        rows = session.scalars(select(Registration).order_by(Registration.name)).all()
        if not rows:
            click.echo("No platform is registered yet. See: ltitool platforms add --help")
        for row in rows:
            state = "" if row.is_enabled else "  (disabled)"
            click.echo(f"{row.name}{state}\n  issuer {row.issuer}\n  client id {row.client_id}")
            deployments = session.scalars(
                select(Deployment).where(Deployment.registration_id == row.id)
            )
            for one in deployments:
                word = "approved" if one.is_approved else "waits for approval"
                click.echo(f"  deployment {one.lti_id}: {word}")
            if refused := refusals.get(row.id):
                when = refused.happened_at.strftime("%Y-%m-%d %H:%M:%S UTC")
                details = refused.details
                click.echo(
                    f"  last refused launch: {when}, LAUNCH-{details.get('check')}, "
                    f"request {details.get('request')}"
                )


@command.command()
@click.argument("name")
@click.option("--issuer")
@click.option("--client-id")
@click.option("--auth-url")
@click.option("--token-url")
@click.option("--key-set-url")
@click.option("--frame-origin", "frame_origins", multiple=True)
def edit(name: str, **changes: str | tuple[str, ...]) -> None:
    """Change what is known of a platform; only what is given changes."""
    given: dict[str, object] = {field: value for field, value in changes.items() if value}
    if "frame_origins" in given:
        given["frame_origins"] = list(changes["frame_origins"])
    if not given:
        raise click.UsageError("Say what to change; see --help.")
    with at_work() as (settings, session):
        registrations.edit(session, name, given, allow_private_hosts=settings.allow_private_hosts)
    click.echo(f"“{name}” is changed: {', '.join(sorted(given))}.")


@command.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let it launch again.")
def disable(name: str, *, undo: bool) -> None:
    """Refuse every launch of a platform, and end its visits; nothing is removed."""
    with at_work() as (_settings, session):
        registrations.by_name(session, name).is_enabled = undo
    click.echo(f"“{name}” is {'enabled again' if undo else 'disabled'}.")
