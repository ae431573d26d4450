"""`ltitool platforms`: connecting an LMS."""

import secrets
from collections import defaultdict
from datetime import UTC, datetime

import click
from sqlalchemy import select

from ltitool.actions import invites, registrations
from ltitool.actions.links import PAGE_LASTS, AdminLinks
from ltitool.cli.database import at_work
from ltitool.cli.doctor import doctor
from ltitool.lti.refusals import REASONS
from ltitool.settings import Settings
from ltitool.storage.tables import AuditEntry, Deployment, Registration


@click.group(name="platforms")
def command() -> None:
    """Connect platforms (Moodle, Canvas and others), and see how they fare."""


command.add_command(doctor)


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
    _print_values(settings)
    if not deployment_ids:
        click.echo("The first launch makes its deployment known; then: ltitool deployments list")


def _print_values(settings: Settings) -> None:
    for label, value in (
        ("Tool URL, target link URI", settings.launch_url),
        ("Login initiation URL (OIDC)", settings.login_url),
        ("Redirect URI", settings.launch_url),
        ("Public key set URL (JWKS)", settings.key_set_url),
    ):
        click.echo(f"  {label + ':':<30} {value}")


@command.command(name="list")
def list_all() -> None:
    """List the platforms, with the last refused launch of each and why."""
    with at_work() as (_settings, session):
        deployments: defaultdict[int, list[Deployment]] = defaultdict(list)
        for one in session.scalars(select(Deployment).order_by(Deployment.id)):
            deployments[one.registration_id].append(one)
        refusals = registrations.last_refusals(session)
        rows = session.scalars(select(Registration).order_by(Registration.name)).all()
    if not rows:
        click.echo("No platform is registered yet. See: ltitool platforms add --help")
    for row in rows:
        _print_platform(row, deployments[row.id], refusals.get(row.id))


def _print_platform(
    row: Registration, deployments: list[Deployment], refused: AuditEntry | None
) -> None:
    state = "" if row.is_approved else "  (waits for approval)"
    state += "" if row.is_enabled else "  (disabled)"
    click.echo(f"{row.name}{state}\n  issuer {row.issuer}\n  client id {row.client_id}")
    for one in deployments:
        word = "approved" if one.is_approved else "waits for approval"
        click.echo(f"  deployment {one.lti_id}: {word}")
    if refused is None:
        return
    when = refused.happened_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    check, request = refused.details["check"], refused.details["request"]
    click.echo(f"  last refused launch: {when}, LAUNCH-{check}, request {request}")
    if check in REASONS:
        click.echo(f"    {REASONS[check]}")


@command.command()
@click.argument("name")
@click.option("--issuer")
@click.option("--client-id")
@click.option("--auth-url")
@click.option("--token-url")
@click.option("--key-set-url")
@click.option(
    "--frame-origin",
    "frame_origins",
    multiple=True,
    help="Takes the place of those there are; '' removes them.",
)
def edit(name: str, frame_origins: tuple[str, ...], **changes: str | None) -> None:
    """Change what is known of a platform; only what is given changes."""
    given: dict[str, object] = {
        field: value for field, value in changes.items() if value is not None
    }
    if frame_origins:
        given["frame_origins"] = tuple(filter(None, frame_origins))
    if not given:
        raise click.UsageError("Say what to change; see --help.")
    with at_work() as (settings, session):
        registrations.edit(session, name, given, allow_private_hosts=settings.allow_private_hosts)
    words = ", ".join(sorted(field.replace("_", " ") for field in given))
    click.echo(f"“{name}” is changed: {words}.")


@command.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let it launch again.")
def disable(name: str, *, undo: bool) -> None:
    """Refuse every launch of a platform, and end its visits; nothing is removed."""
    with at_work() as (_settings, session):
        registrations.by_name(session, name).is_enabled = undo
    click.echo(f"“{name}” is {'enabled again' if undo else 'disabled'}.")


@command.command()
@click.option("--name", default="", help="What the platform will be called; else it names itself.")
@click.option("--approve", "approves", is_flag=True, help="Let it launch without another approval.")
def invite(name: str, *, approves: bool) -> None:
    """Print a link by which one LMS registers itself, once, within a week."""
    with at_work() as (settings, session):
        row = invites.invite(
            session,
            secrets.token_urlsafe(12),
            name=name.strip(),
            approves=approves,
            now=datetime.now(UTC),
        )
        token = AdminLinks(settings.secret_key).invite(row.id)
        until = row.expires_at
    click.echo("Give this link to the LMS, where it asks for a dynamic registration URL:")
    click.echo(f"\n{settings.public_url}/lti/register?invite={token}\n")
    click.echo(f"It works once, until {until:%Y-%m-%d %H:%M} UTC.")
    if not approves:
        click.echo("Then approve what registered: ltitool platforms approve NAME")


@command.command()
@click.argument("name")
def approve(name: str) -> None:
    """Let a platform that has registered itself launch."""
    with at_work() as (_settings, session):
        registration = registrations.by_name(session, name)
        registrations.approve_platform(session, registration, now=datetime.now(UTC))
    click.echo(f"“{name}” is approved.")


@command.command()
@click.argument("name")
def page(name: str) -> None:
    """Print a link to a platform's page: its checklist, and what waits for approval."""
    until = datetime.now(UTC) + PAGE_LASTS
    with at_work() as (settings, session):
        registration = registrations.by_name(session, name)
        token = AdminLinks(settings.secret_key).page(registration.id, until=until)
    click.echo(f"{settings.public_url}/lti/platforms/{token}/")
    click.echo(f"Whoever has this link can approve the platform, until {until:%Y-%m-%d %H:%M} UTC.")
