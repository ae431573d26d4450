"""`ltitool scenarios play` and `map`: a story on one's own screen, before anybody else sees it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from ltitool.core.lint.paths import Paths, all_paths
from ltitool.core.lint.reading import WORDS_A_MINUTE
from ltitool.core.lint.story import ending_of, words_on_path
from ltitool.core.scenario import Beat, Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.story_map import story_map
from ltitool.core.walk import Step, Stop, Taken, Walk, follow

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--all-paths", "every_path", is_flag=True, help="Only tell how the paths go.")
def play(file: Path, *, every_path: bool) -> None:
    """Walk through a story on the screen, answering by number."""
    scenario = read_scenario(file.read_bytes())
    if every_path:
        click.echo("\n".join(told(scenario, all_paths(scenario))))
        return
    try:
        _play(scenario)
    except click.Abort:
        click.echo("\n\nYou have left the story. Nothing was kept.")


@click.command(name="map")
@click.argument("file", type=FILE)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="An SVG file.")
def draw(file: Path, *, output: Path | None) -> None:
    """Draw the scenes of a story and the ways between them, as SVG."""
    drawn = story_map(read_scenario(file.read_bytes()))
    if output is None:
        click.echo(drawn, nl=False)
    else:
        output.write_text(drawn, "utf-8")


def told(scenario: Scenario, paths: Paths) -> list[str]:
    """Return how the paths of a story go, line by line."""
    walks = paths.walks
    lengths = [len(walk.steps) for walk in walks]
    read = [words_on_path(walk) for walk in walks]
    minutes = [length / WORDS_A_MINUTE for length in read]
    ends = Counter(ending_of(walk) for walk in walks)
    count = f"a sample of {len(walks):,} paths" if paths.is_sample else f"{len(walks):,} paths"
    return [
        f"“{scenario.title}” {scenario.version}: {count}",
        f"Scenes on a path: {_span(lengths)}",
        f"Words on a path: {_span(read)}",
        f"Minutes of reading: {_span([round(one) for one in minutes])}",
        "Endings:",
        *(
            f"  {ends[scene.ending.id] / len(walks):4.0%}  {scene.ending.label}"
            for scene in scenario.scenes
            if scene.ending is not None
        ),
    ]


def _span(numbers: Sequence[int]) -> str:
    least, most = min(numbers), max(numbers)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _play(scenario: Scenario) -> None:
    click.secho(f"\n{scenario.title}", bold=True)
    for note in scenario.content_notes:
        click.echo(f"  Note: {note}")
    taken: tuple[Taken, ...] = ()
    told_scenes = 0
    is_curtain_raised = False
    while True:
        walk = follow(scenario, taken, is_curtain_raised=is_curtain_raised)
        for step in walk.steps[told_scenes:]:
            _tell(scenario, step)
        told_scenes = len(walk.steps)
        match walk.stop:
            case Stop.DECISION:
                taken = (*taken, _asked(scenario, walk.here))
            case Stop.CURTAIN:
                click.echo("\nThe curtain. Here people talk, and decide again.")
                click.pause("Press any key to raise it.")
                is_curtain_raised = True
            case Stop.ENDING:
                _tell_ending(walk)
                return


def _tell(scenario: Scenario, step: Step) -> None:
    click.secho(f"\n— {step.scene.title} —\n", bold=True)
    for beat in step.beats:
        click.echo(click.wrap_text(_line(scenario, beat), preserve_paragraphs=True) + "\n")


def _line(scenario: Scenario, beat: Beat) -> str:
    if beat.say is not None:
        name = scenario.character(beat.say.who).name
        aside = " (only you hear this)" if beat.say.aside else ""
        return f"{name}{aside}: {beat.say.text}"
    if beat.card is not None:
        card = beat.card
        sender = f" from {scenario.character(card.from_).name}" if card.from_ else ""
        more = ", ".join(part for part in (card.time, card.audience, card.meta) if part)
        return f"[{card.kind}{sender}{f', {more}' if more else ''}] {card.text}"
    if beat.image is not None:
        return f"[picture] {beat.image.alt}"
    timed = beat.audio or beat.video
    return f"[{beat.kind}] {timed.transcript}" if timed is not None else beat.narrate or ""


def _asked(scenario: Scenario, step: Step) -> Taken:
    """Ask until one of the choices is taken; the numbers after them are questions to ask first."""
    decision = step.scene.decision
    assert decision is not None
    options = [choice.label for choice in step.choices]
    options += [f"({consult.label})" for consult in step.consults]
    click.secho(decision.prompt, bold=True)
    for n, option in enumerate(options, start=1):
        number = f"{n:3}  "
        click.echo(click.wrap_text(option, initial_indent=number, subsequent_indent=" " * 5))
    while True:
        answer: int = click.prompt("Your answer", type=click.IntRange(1, len(options)))
        if answer <= len(step.choices):
            break
        click.echo("")
        for beat in step.consults[answer - len(step.choices) - 1].beats:
            click.echo(click.wrap_text(_line(scenario, beat)) + "\n")
    choice = step.choices[answer - 1]
    for words in (choice.feedback, choice.challenge):
        if words is not None:
            click.echo("\n" + click.wrap_text(words))
    return Taken(decision.id, choice.id)


def _tell_ending(walk: Walk) -> None:
    ending = walk.here.scene.ending
    assert ending is not None
    click.secho(ending.label, bold=True)
    for name, words in (("Gained", walk.gained), ("Cost", walk.cost)):
        if words:
            click.echo(f"  {name}: {words}")
