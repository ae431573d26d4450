"""The command line: `ltitool serve`, `ltitool platforms add` and the rest of COMMANDS."""

import importlib

import click
from sqlalchemy.exc import IntegrityError, OperationalError

from ltitool.core.errors import ToolError
from ltitool.settings import SettingsError

COMMANDS = ("serve", "worker", "db", "platforms", "deployments", "keys", "scenarios", "demo")


class Commands(click.Group):
    """Finds each command in the module of its name, loaded only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order an operator meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"ltitool.cli.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what is refused becomes one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except (ToolError, SettingsError) as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except OperationalError as problem:
            raise click.ClickException(
                f"The database cannot be reached: {problem.orig}"
            ) from problem
        except IntegrityError as taken:
            raise click.ClickException(
                "Somebody has just changed the same. Look at what is there, then try again."
            ) from taken


@click.command(cls=Commands)
@click.version_option(package_name="ltitool")
def main() -> None:
    """Kaleidoscope: branching dilemmas with group talk, launched from an LMS over LTI 1.3."""
