"""`ltitool scenarios overlay`: translations of a story, begun, kept up to date and checked."""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ltitool.actions.library_files import is_overlay, story_of
from ltitool.cli.findings import as_json, in_all, print_findings
from ltitool.core.errors import BrokenScenario
from ltitool.core.lint.findings import Finding, Severity
from ltitool.core.lint.translation import translation_findings
from ltitool.core.overlay import Overlay, Translated, coverage, direction, read_overlay
from ltitool.core.scenario import LANGUAGE, Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_yaml import read
from ltitool.core.texts import text_hash, texts

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="overlay")
def command() -> None:
    """Translate a story: its texts in another language, in a file beside it."""


def _language(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(LANGUAGE, value):
        raise click.BadParameter("name the language by its code, like es, ar or pt-BR")
    return value


@command.command()
@click.argument("file", type=FILE)
@click.argument("language", callback=_language)
def new(file: Path, language: str) -> None:
    """Write a file with every text of a story, to be translated into LANGUAGE."""
    path = file.with_name(f"{file.stem}.{language}.yaml")
    if path.exists():
        raise click.ClickException(
            f"{path} is there already; see: ltitool scenarios overlay update"
        )
    scenario = read_scenario(file.read_bytes())
    _write(
        path,
        scenario,
        Overlay(format="dilemma-overlay/1", scenario=scenario.id, language=language, texts={}),
    )


@command.command()
@click.argument("file", type=FILE)
def update(file: Path) -> None:
    """Bring a translation up to date with its story: new texts are added, none is lost.

    A text that stands elsewhere in the story now is found by its words. What the story no longer
    says is put behind “#” at the end of the file.
    """
    overlay = read_overlay(file.read_bytes())
    _write(file, read_scenario(story_beside(file).read_bytes()), overlay)


@command.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--strict", is_flag=True, help="Changed and missing texts fail the check as well.")
def check(files: tuple[Path, ...], *, form: str, strict: bool) -> None:
    """Report what is unknown, changed or missing in translations; each lies beside its story.

    The exit code is 1 for any error (E), with --strict for anything that is left to do.
    """
    findings = {path: examined(path, story_beside(path)) for path in files}
    if form == "json":
        click.echo(as_json(findings))
    else:
        for path, found in findings.items():
            tell(path, found)
    failing = set(Severity) if strict else {Severity.ERROR}
    if any(one.severity in failing for found in findings.values() for one in found):
        sys.exit(1)


def story_beside(path: Path) -> Path:
    """Return the story that a translation is of; raises click.ClickException."""
    if not is_overlay(path):
        raise click.ClickException(
            f"{path}: a translation lies beside its story and is named like it, "
            "with its language: my-story.cy.yaml beside my-story.yaml"
        )
    return story_of(path)


def examined(path: Path, story: Path) -> tuple[Finding, ...]:
    """Return everything there is to say about a translation."""
    try:
        scenario, overlay = read_scenario(story.read_bytes()), read_overlay(path.read_bytes())
    except BrokenScenario as broken:
        return broken.findings
    root, _problems = read(path.read_bytes())
    return translation_findings(scenario, overlay, root)


def tell(path: Path, found: tuple[Finding, ...], *, advice: bool = True) -> None:
    """Print what is to say about a translation; `advice` also tells what is still to do."""
    shown = [one for one in found if advice or one.severity is not Severity.INFO]
    print_findings(path, shown)
    is_whole = not any(one.severity is Severity.INFO for one in found)
    click.echo(f"{path}: {in_all(shown) or ('ok: everything is translated' if is_whole else 'ok')}")


def _write(path: Path, scenario: Scenario, overlay: Overlay) -> None:
    path.write_text("".join(_file(scenario, overlay)), "utf-8")
    covered = coverage(scenario, read_overlay(path.read_bytes()))
    click.echo(f"{path}: {len(covered.known)} texts, {covered.percent}% translated")


def _file(scenario: Scenario, overlay: Overlay) -> Iterable[str]:
    yield f"# “{scenario.title}” {scenario.version}. Each text to translate stands above its key.\n"
    yield "format: dilemma-overlay/1\n"
    yield f"scenario: {scenario.id}\n"
    yield f"language: {overlay.language}"
    yield "  # written from right to left\n" if direction(overlay.language) == "rtl" else "\n"
    yield f"translators: {_quoted(list(overlay.translators))}\n"
    yield "texts:\n"
    by_mark = {one.source_text_hash: one for one in overlay.texts.values() if one.text}
    marks = {text_hash(one.text) for one in texts(scenario)}
    used = set()
    for key, _place, text in texts(scenario):
        mark, here = text_hash(text), overlay.texts.get(key)
        has_moved = here is not None and here.source_text_hash in marks - {mark}
        done = _kept(None if has_moved else here, by_mark.get(mark), mark)
        used.add(done.text)
        yield f"  # {' '.join(text.split())}\n"
        if done.source_text_hash != mark:
            yield f'  # The story has other words now. Translate them, then set "{mark}".\n'
        yield f"  {key}:\n"
        yield f'    source_text_hash: "{done.source_text_hash}"\n'
        yield f"    text: {_quoted(done.text)}\n"
    gone = [one.text for one in overlay.texts.values() if one.text and one.text not in used]
    if gone:
        yield "# No longer in the story:\n"
        yield from (f"# {' '.join(text.split())}\n" for text in gone)


def _kept(here: Translated | None, elsewhere: Translated | None, mark: str) -> Translated:
    """Return what is translated of a text: under its key, or the same words under another."""
    if here is not None and here.text and here.source_text_hash == mark:
        return here
    if elsewhere is not None:
        return elsewhere
    return here if here is not None and here.text else Translated(source_text_hash=mark, text="")


def _quoted(value: object) -> str:
    """Return a value as it stands in quotes, in JSON and so in YAML."""
    return json.dumps(value, ensure_ascii=False)
