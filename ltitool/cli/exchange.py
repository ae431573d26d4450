"""`ltitool scenarios export` and `import`: stories for other tools and from them."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console

from ltitool.actions.library_files import media_beside, overlays_beside
from ltitool.cli.findings import in_all, print_findings
from ltitool.core.exchange.draft import Draft
from ltitool.core.exchange.exported import Exported
from ltitool.core.exchange.h5p_export import to_h5p
from ltitool.core.exchange.imported import draft_of
from ltitool.core.exchange.pack_print import to_markdown, to_print
from ltitool.core.exchange.twee_export import to_twee
from ltitool.core.overlay import read_overlay, translated
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
LEFT_BEHIND = "The pictures are still in the package: with --output they go into media/ beside it."

FORMS: dict[str, Callable[[Scenario], Exported]] = {
    "twee": to_twee,
    "markdown": to_markdown,
    "print": to_print,
}


@click.command(name="export")
@click.argument("file", type=FILE)
@click.option("--to", "form", type=click.Choice([*FORMS, "h5p"]), required=True)
@click.option("--language", help="Of a translation beside the story, like ar.")
@click.option("--output", type=OUTPUT, help="Where to write it; without, it is printed.")
def export(file: Path, *, form: str, language: str | None, output: Path | None) -> None:
    """Write a story in another form, and say what that form cannot hold.

    To Twine (`twee`), to H5P (`h5p`), or as the facilitator pack: `markdown`, or `print`, a page
    in HTML.
    """
    if form == "h5p" and output is None:
        raise click.UsageError("An H5P package is a zip; say where to write it with --output.")
    scenario = read_scenario(file.read_bytes())
    if language is not None:
        scenario = _in(scenario, file, language)
    is_h5p = form == "h5p"
    made = to_h5p(scenario, media_beside(file)) if is_h5p else FORMS[form](scenario)
    if output is None:
        click.echo(made.content, nl=False)
    else:
        output.write_bytes(made.content)
    _tell("What this form does not hold", made.losses)


@click.command(name="import")
@click.argument("file", type=FILE)
@click.option("--cast", multiple=True, metavar="NAME", help="Who speaks in it: “NAME: words”.")
@click.option("--output", type=OUTPUT, help="The story to write; without, it is printed.")
def import_(file: Path, *, cast: Sequence[str], output: Path | None) -> None:
    """Make a story, or the draft of one, of a file from another tool, and say what was lost.

    From Twine (a Twee 3 file) or from H5P (a branching scenario, `.h5p`).
    """
    draft = draft_of(file.name, file.read_bytes(), cast)
    if output is None:
        click.echo(draft.source, nl=False)
    else:
        _write(draft, output)
    losses = [*draft.losses, *([LEFT_BEHIND] if draft.media and output is None else [])]
    _tell("What was dropped or changed", losses)
    print_findings(output or file, draft.findings, Console(stderr=True))
    click.echo(in_all(draft.findings), err=True)


def _write(draft: Draft, output: Path) -> None:
    """Write a draft, and its pictures beside it; nothing when one would replace another file."""
    pictures = {output.parent / name: content for name, content in draft.media.items()}
    others = [path for path, content in pictures.items() if _holds_another(path, content)]
    if others:
        listed = ", ".join(str(path) for path in others)
        raise click.ClickException(f"Another file is there already: {listed}. Nothing is written.")
    for path, content in pictures.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    output.write_text(draft.source, "utf-8")


def _holds_another(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() != content


def _in(scenario: Scenario, file: Path, language: str) -> Scenario:
    """Return the story in a language that a file beside it has; raises ClickException."""
    for path in overlays_beside(file):
        overlay = read_overlay(path.read_bytes())
        if overlay.language == language:
            return translated(scenario, overlay)
    raise click.ClickException(f"There is no translation into “{language}” beside {file}.")


def _tell(heading: str, sentences: Iterable[str]) -> None:
    said = [f"- {sentence}" for sentence in sentences]
    if said:
        click.echo("\n".join([f"{heading}:", *said]), err=True)
