"""What the story remembers: numbers and facts that are used, and have room enough."""

from collections import Counter

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.paths import leaving
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import Story
from ltitool.core.scenario import IntState, Scenario, Test, everything
from ltitool.core.walk import Walk


@rule("V01", Severity.ERROR)
def effect_fits(story: Story) -> Found:
    """Keep every effect within the range of its state."""
    ranges = {
        part.id: part.max - part.min for part in story.scenario.state if isinstance(part, IntState)
    }
    for asked in story.decisions:
        for place, choice in asked.choices():
            for name, effect in choice.effects.items():
                if name in ranges and abs(effect) > ranges[name]:
                    words = f"“{name}” has a range of {ranges[name]}: make this smaller."
                    yield (*place, "effects", name), words


@rule("V02", Severity.WARNING)
def state_is_used(story: Story) -> Found:
    """Read every state in some “when”, and change it by some effect."""
    read = {part.var for _place, part in everything(story.scenario) if isinstance(part, Test)}
    written = {
        name
        for asked in story.decisions
        for _place, choice in asked.choices()
        for name in choice.effects
    }
    for i, state in enumerate(story.scenario.state):
        if state.id not in read:
            yield ("state", i), f"no “when” reads “{state.id}”: use it or take it out."
        elif state.id not in written:
            yield ("state", i), f"no effect changes “{state.id}”: change it or take it out."


@rule("V03", Severity.WARNING)
def state_has_room(story: Story) -> Found:
    """Give a state room: on most paths no effect is cut off at its min or max."""
    cut = Counter(name for walk in story.walks for name in _cut_off(story.scenario, walk))
    for i, state in enumerate(story.scenario.state):
        if 2 * cut[state.id] > len(story.walks):
            words = f"effects on “{state.id}” are cut off on more than half of the paths"
            yield ("state", i), f"{words}: widen its min and max."


def _cut_off(scenario: Scenario, walk: Walk) -> set[str]:
    state = {part.id: part.start for part in scenario.state if isinstance(part, IntState)}
    cut = set()
    for step, walker in leaving(scenario, walk):
        if step.taken is None or step.scene.decision is None:
            continue
        for name, effect in step.scene.decision.choice(step.taken.choice_id).effects.items():
            if name not in state:
                continue
            if state[name] + effect != walker.state[name]:
                cut.add(name)
            state[name] = int(walker.state[name])
    return cut
