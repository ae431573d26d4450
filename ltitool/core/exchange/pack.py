"""The facilitator pack: a whole story on paper, for when the network fails or nobody needs one.

Built once as sheets; `pack_print` turns them into Markdown or a page to print. The headings are
English, the story is in the language it is told in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from ltitool.core.overlay import language_of
from ltitool.core.scenario import Beat, Choice, Decision, EndText, Scenario, Scene, Target, Test


@dataclass(frozen=True)
class Piece:
    """A paragraph or a list in the Markdown of stories: words of the story, or of the tool."""

    text: str
    language: str = ""
    """Of the story's words; empty where the tool speaks."""


@dataclass(frozen=True)
class Sheet:
    """One part of the pack."""

    heading: Piece
    pieces: tuple[Piece, ...] = ()
    cards: tuple[tuple[Piece, ...], ...] = ()
    """What is cut out, each a few pieces."""
    level: int = 2


def sheets(scenario: Scenario) -> Iterator[Sheet]:
    """Return the pack of a story, sheet by sheet."""
    pack = _Pack(scenario)
    yield Sheet(Piece("Before you begin"), tuple(pack.beginning()))
    yield Sheet(Piece("Time plan"), tuple(pack.plan()))
    yield Sheet(Piece("Lens sheet"), cards=tuple(pack.lenses()))
    yield Sheet(Piece("The scenes"), (Piece("Read aloud. Begin with scene 1."),))
    for scene in pack.in_order:
        heading = f"{pack.number[scene.id]}. {scene.title}"
        yield Sheet(pack.told(heading, scene.title), tuple(pack.scene(scene)), level=3)
    yield Sheet(Piece("Choices to cut out"), (Piece("One set for each group."),))
    for decision in scenario.decisions:
        cards = tuple(pack.choice_cards(decision))
        yield Sheet(pack.told(decision.prompt), cards=cards, level=3)
    yield Sheet(Piece("Only for you: after people have decided"), tuple(pack.behind_choices()))
    yield Sheet(Piece("For the talk"), tuple(pack.talk()))
    yield Sheet(Piece("To close"), tuple(pack.told(f"- {one.prompt}") for one in scenario.reflect))
    if scenario.author_note:
        note = Piece("A note from the story’s author, for the end")
        yield Sheet(note, (pack.told(scenario.author_note),))
    references = [Piece(f"- {one.text}", scenario.language) for one in scenario.references]
    licence = Piece(f"“{scenario.title}” {scenario.version}, {scenario.licence}.")
    yield Sheet(Piece("References"), (*references, licence))


def told_by(scenario: Scenario, beat: Beat) -> tuple[Piece, ...]:
    """Return a beat as it is read from paper."""
    return tuple(_Pack(scenario).beat(beat))


class _Pack:
    """A story, and the numbers its scenes have on paper: the first is the one it begins with."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        first = scenario.scene(scenario.start)
        self.in_order = [first, *(one for one in scenario.scenes if one is not first)]
        self.number = {scene.id: n for n, scene in enumerate(self.in_order, start=1)}

    def told(self, words: str, source: str | None = None) -> Piece:
        """Return words of the story with the language they are in."""
        return Piece(words, language_of(source or words, self.scenario.language))

    def beginning(self) -> Iterator[Piece]:
        story = self.scenario
        yield self.told(story.summary)
        if story.minutes:
            yield Piece(f"About {story.minutes} minutes.")
        if story.content_notes:
            yield Piece("Say before you begin what it is about:")
            yield from (self.told(f"- {note}", note) for note in story.content_notes)
        yield from (self.told(f"- {one.text}", one.text) for one in story.support)
        yield Piece("Who is in it:")
        for who in story.cast:
            yield self.told(f"- **{who.name}**: {who.role}", who.role)

    def plan(self) -> Iterator[Piece]:
        guide = self.scenario.facilitation
        if guide is None:
            yield Piece("The story names no time plan.")
            return
        if guide.time_plan:
            yield self.told(guide.time_plan)
        if guide.in_person:
            yield self.told(guide.in_person)
        if guide.watch_for:
            yield Piece("Watch for:")
            yield from (self.told(f"- {one}", one) for one in guide.watch_for)

    def lenses(self) -> Iterator[tuple[Piece, ...]]:
        for lens in self.scenario.lenses:
            yield (
                self.told(f"**{lens.label}**", lens.label),
                self.told(lens.question),
                Piece("*Upheld:*"),
                self.told(lens.honours),
                Piece("*Put under strain:*"),
                self.told(lens.strains),
            )

    def scene(self, scene: Scene) -> Iterator[Piece]:
        if scene.curtain:
            yield Piece("**Stop here.** People talk in their groups and decide again.")
        for beat in scene.beats:
            yield from self.beat(beat)
        for asked in scene.consult:
            yield Piece("If somebody asks before deciding:")
            yield self.told(f"**{asked.label}**", asked.label)
            for beat in asked.beats:
                yield from self.beat(beat)
        if scene.decision is not None:
            yield self.told(f"**{scene.decision.prompt}**", scene.decision.prompt)
            for letter, choice in zip(ascii_uppercase, scene.decision.choices, strict=False):
                yield self.told(f"**{letter}** {choice.label}", choice.label)
                yield Piece(self.after(choice))
        if scene.next is not None:
            yield Piece(self.way(scene.next))
        if scene.ending is not None:
            yield self.told(f"**{scene.ending.label}**", scene.ending.label)
            yield from self.end_text("Gained", scene.ending.gained)
            yield from self.end_text("Cost", scene.ending.cost)

    def beat(self, beat: Beat) -> Iterator[Piece]:
        if beat.when is not None:
            yield Piece(f"*Only if {self.condition(beat.when)}:*")
        if beat.say is not None:
            name = self.scenario.character(beat.say.who).name
            aside = " (aside)" if beat.say.aside else ""
            yield self.told(f"**{name}**{aside}: {beat.say.text}", beat.say.text)
        elif beat.card is not None:
            card = beat.card
            people = [self.scenario.character(one).name for one in (card.from_, card.to) if one]
            about = [card.kind.replace("-", " "), " → ".join(people), card.time, card.audience]
            yield Piece(f"*On a screen: {', '.join(part for part in about if part)}*")
            yield self.told(card.text)
            if card.meta:
                yield self.told(card.meta)
        elif beat.image is not None:
            if not beat.image.decorative:
                yield Piece("*A picture:*")
                yield self.told(beat.image.alt)
        elif beat.narrate is not None:
            yield self.told(beat.narrate)
        else:
            timed = beat.audio or beat.video
            assert timed is not None
            yield Piece("*Read what would be heard or seen:*")
            yield self.told(timed.transcript)

    def end_text(self, name: str, text: EndText | None) -> Iterator[Piece]:
        lines = [(text, None)] if isinstance(text, str) else [(o.text, o.when) for o in text or ()]
        for words, when in lines:
            only = f", if {self.condition(when)}" if when else ""
            yield Piece(f"*{name}{only}:*")
            yield self.told(words)

    def way(self, target: Target) -> str:
        if isinstance(target, str):
            return f"→ Scene {self.number[target]}"
        ways = [
            f"Scene {self.number[way.to]}"
            + (f" if {self.condition(way.when)}" if way.when else " otherwise")
            for way in target
        ]
        return f"→ {'; '.join(ways)}"

    def after(self, choice: Choice) -> str:
        only = [f"only if {self.condition(choice.when)}"] if choice.when else []
        labels = {one.id: one.label for one in self.scenario.state}
        noted = [f"note {labels[name]}: {_spoken(n)}" for name, n in choice.effects.items()]
        return "; ".join([*only, *noted, self.way(choice.goto)])

    def condition(self, test: Test) -> str:
        """Return a condition in words."""
        if test.chose is not None:
            letters = " or ".join(self.letters(self.scenario.decision(test.chose), test.in_ or ()))
            scene = self.number[self.scenario.scene_of(test.chose).id]
            return f"{letters} was chosen in scene {scene}"
        if test.var is not None:
            label = next(one.label for one in self.scenario.state if one.id == test.var)
            if test.gte is not None:
                return f"“{label}” is {test.gte} or more"
            if test.lte is not None:
                return f"“{label}” is {test.lte} or less"
            return f"“{label}” is {_spoken(test.is_)}"
        if test.not_ is not None:
            return f"it is not so that {self.condition(test.not_)}"
        parts = [self.condition(one) for one in test.all or test.any or ()]
        return f"({(' and ' if test.all else ' or ').join(parts)})"

    def letters(self, decision: Decision, wanted: tuple[str, ...]) -> list[str]:
        ids = [choice.id for choice in decision.choices]
        return [ascii_uppercase[ids.index(one)] for one in wanted]

    def choice_cards(self, decision: Decision) -> Iterator[tuple[Piece, ...]]:
        for letter, choice in zip(ascii_uppercase, decision.choices, strict=False):
            yield Piece(f"**{letter}**"), self.told(choice.label)

    def behind_choices(self) -> Iterator[Piece]:
        yield Piece("Authors' readings, not answers: no choice is the right one.")
        for decision in self.scenario.decisions:
            yield self.told(f"**{decision.prompt}**", decision.prompt)
            for letter, choice in zip(ascii_uppercase, decision.choices, strict=False):
                lenses = {one.id: one.label for one in self.scenario.lenses}
                honours = ", ".join(lenses[one] for one in choice.honours) or "–"
                strains = ", ".join(lenses[one] for one in choice.strains) or "–"
                yield Piece(f"**{letter}** upholds {honours}; puts under strain {strains}.")
                yield from (self.told(one) for one in (choice.feedback, choice.challenge) if one)
                if choice.seed is not None:
                    name = self.scenario.character(choice.seed.who).name
                    yield self.told(f"**{name}**: {choice.seed.text}", choice.seed.text)

    def talk(self) -> Iterator[Piece]:
        talked = self.scenario.talk_decision
        yield self.told(f"**{talked.prompt}**", talked.prompt)
        for prompts in self.scenario.discussion.values():
            yield from (self.told(f"- {one}", one) for one in prompts)


def _spoken(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value}"
