"""`ltitool keys`: the keys that the tool signs with."""

from datetime import UTC, datetime

import click

from ltitool.actions import keys
from ltitool.actions.keys import KeyState
from ltitool.cli.database import at_work


@click.group(name="keys")
def command() -> None:
    """See the tool's signing keys, and let a new one follow."""


@command.command(name="list")
def list_all() -> None:
    """List the keys that platforms are told, the newest first."""
    now = datetime.now(UTC)
    with at_work() as (settings, session):
        rows = keys.listed(session, now=now)
        if rows:
            keys.require_readable(session, settings.secret_key, now=now)
    if not rows:
        click.echo("There is no key yet; the tool makes one when it starts.")
    for row, state in rows:
        click.echo(
            f"{row.kid}  {state:<8} {_about(row.signs_from_at, row.published_until_at, state)}"
        )


@command.command()
@click.option("--now", "at_once", is_flag=True, help="Sign with it at once, such as after a leak.")
def rotate(*, at_once: bool) -> None:
    """Let a new key follow: published at once, it signs a day later; the old one stays a week."""
    now = datetime.now(UTC)
    with at_work() as (settings, session):
        new = keys.rotate(session, settings.secret_key, at_once=at_once, now=now)
    if new.signs_from_at > now:
        click.echo(f"Key {new.kid} is published. It signs from {_when(new.signs_from_at)}.")
    else:
        click.echo(f"Key {new.kid} is published and signs from now on.")


def _about(signs_from_at: datetime, until: datetime | None, state: KeyState) -> str:
    if state is KeyState.NEXT:
        return f"signs from {_when(signs_from_at)}"
    since = f"signs since {_when(signs_from_at)}" if state is KeyState.ACTIVE else "signs no more"
    return since if until is None else f"{since}, published until {_when(until)}"


def _when(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
