"""How the story runs: every ending is met, every line can hold, branches come back together."""

from collections.abc import Collection, Iterator, Sequence

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.paths import CAP, leaving
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import Asked, Place, Story, ending_of
from ltitool.core.scenario import EndLine, EndText, Scene, Target, Way, everything
from ltitool.core.walk import Walk

Lines = Sequence[Way | EndLine]

MOST_ENDINGS, MOST_CORE, LONGEST_BRANCH = 4, 3, 3


@rule("G05", Severity.ERROR)
def ending_is_reached(story: Story) -> Found:
    """Lead to every ending by some combination of choices."""
    if not story.paths.is_sample:
        for ending, place in _not_met(story):
            yield place, f"no choices lead to the ending “{ending}”: ease a “when” or take it out."


@rule("G05", Severity.WARNING)
def paths_can_be_counted(story: Story) -> Found:
    """Keep to 50,000 paths, so that each of them can be played, and not only a sample."""
    if story.paths.is_sample:
        missing = ", ".join(f"“{ending}”" for ending, _place in _not_met(story))
        words = f"there are more than {CAP:,} paths, so only a sample was played: join branches."
        yield (
            ("scenes",),
            words + (f" The sample did not reach the ending {missing}." if missing else ""),
        )


@rule("G07", Severity.ERROR)
def line_can_hold(story: Story) -> Found:
    """Let every line of a “next”, a “goto”, a “gained” and a “cost” hold on some path."""
    if story.paths.is_sample:
        return
    held = {place for walk in story.walks for place in _held_lines(story, walk)}
    for place in _all_lines(story):
        if place not in held and place[:2] in story.met:
            yield place, "on no path does it come to this line: change its “when” or take it out."


@rule("G07", Severity.WARNING)
def part_can_show(story: Story) -> Found:
    """Let every beat and every choice that has a “when” show on some path."""
    if story.paths.is_sample:
        return
    steps = [step for walk in story.walks for step in walk.steps]
    shown = {id(part) for step in steps for part in (*step.beats, *step.choices)}
    shown |= {id(beat) for step in steps for asked in step.consults for beat in asked.beats}
    for place, part in everything(story.scenario):
        conditional = place[-2:-1] in {("beats",), ("choices",)} and getattr(part, "when", None)
        if conditional and id(part) not in shown and place[:2] in story.met:
            yield place, "no path shows this: change its “when” or take it out."


@rule("G08", Severity.WARNING)
def branches_stay_short(story: Story) -> Found:
    """Keep to four endings, three core decisions, and branches of at most three scenes.

    After a choice all paths come together again soon: one person reads one path, and the
    class talks about one story.
    """
    if len(story.endings) > MOST_ENDINGS:
        words = f"{len(story.endings)} endings are more than {MOST_ENDINGS}: join some."
        yield ("scenes",), words
    for asked in story.core[MOST_CORE:]:
        yield asked.place, f"this is core decision {MOST_CORE + 1} or later: make it a step."
    for asked in story.decisions:
        longest = _longest_branch(asked, story)
        if longest > LONGEST_BRANCH:
            words = f"a branch from here is {longest} scenes long: bring it back after three."
            yield asked.place, words


@rule("G09", Severity.ERROR)
def curtain_falls(story: Story) -> Found:
    """Let one scene be the curtain, so that nobody sees the ending before the talk."""
    if not any(scene.curtain for scene in story.scenario.scenes):
        yield ("scenes",), "no scene is the curtain: set “curtain: true” before the endings."


def _not_met(story: Story) -> Iterator[tuple[str, Place]]:
    met = {ending_of(walk) for walk in story.walks}
    for ending, place in story.endings.items():
        if ending not in met:
            yield ending, place


def _lines_of(
    scene: Scene, place: Place, choices: Collection[str]
) -> Iterator[tuple[Place, Lines]]:
    """Return every list of lines in a scene of which the first that holds counts."""
    options: list[tuple[Place, Target | EndText | None]] = [((*place, "next"), scene.next)]
    if scene.ending is not None:
        options.append(((*place, "ending", "gained"), scene.ending.gained))
        options.append(((*place, "ending", "cost"), scene.ending.cost))
    for n, choice in enumerate(scene.decision.choices if scene.decision else ()):
        if choice.id in choices:
            options.append(((*place, "decision", "choices", n, "goto"), choice.goto))
    for option, lines in options:
        if lines is not None and not isinstance(lines, str):
            yield option, lines


def _all_lines(story: Story) -> Iterator[Place]:
    for i, scene in enumerate(story.scenario.scenes):
        choices = {choice.id for choice in scene.decision.choices} if scene.decision else set()
        for place, lines in _lines_of(scene, ("scenes", i), choices):
            yield from ((*place, n) for n in range(len(lines)))


def _held_lines(story: Story, walk: Walk) -> Iterator[Place]:
    for step, walker in leaving(story.scenario, walk):
        taken = {step.taken.choice_id} if step.taken is not None else set()
        for place, lines in _lines_of(step.scene, story.scene_place(step.scene.id), taken):
            yield (*place, [walker.holds(line.when) for line in lines].index(True))


def _longest_branch(asked: Asked, story: Story) -> int:
    """Return how many scenes follow at most before the first that every path comes to."""
    tails = []
    for walk in story.walks:
        names = [step.scene.id for step in walk.steps]
        if asked.scene.id in names:
            tails.append(names[names.index(asked.scene.id) + 1 :])
    if not tails:
        return 0
    shared = set(tails[0]).intersection(*tails)
    return max(
        next((n for n, name in enumerate(tail) if name in shared), len(tail)) for tail in tails
    )
