"""Who speaks: the seeds in several voices, and the person it is all about in their own."""

import re
from collections import Counter

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import Story
from ltitool.core.scenario import Card, Character, Say, everything

_FACILITATES = re.compile(
    r"facilitat|\bchairs?\b|moderat|\b(runs|leads) the\b.*\b(group|meeting|supervision)",
    re.IGNORECASE,
)


@rule("D07", Severity.WARNING)
def seeds_have_several_voices(story: Story) -> Found:
    """Share the seeds out: nobody voices more than half, and who leads the talk voices none.

    Readers would take that voice for the author's.
    """
    seeds = [
        ((*place, "seed", "who"), choice.seed.who)
        for asked in story.core
        for place, choice in asked.choices()
        if choice.seed is not None
    ]
    cast = {character.id: character for character in story.scenario.cast}
    for who, times in Counter(who for _, who in seeds).items():
        if times > 1 and 2 * times > len(seeds):
            place = next(place for place, one in seeds if one == who)
            yield place, f"{cast[who].name} voices more than half of the seeds: share them out."
    for place, who in seeds:
        if _FACILITATES.search(cast[who].role):
            yield place, f"{cast[who].name} leads the talk: give this seed to somebody else."


@rule("D10", Severity.WARNING)
def most_affected_speaks(story: Story) -> Found:
    """Let the person most affected speak, or write a card.

    That is whom the lenses name most often; where they name nobody, whom the questions of
    the core decisions name.
    """
    affected = _most_affected(story)
    if affected is None:
        return
    speaking = {
        part.who if isinstance(part, Say) else part.from_
        for _place, part in everything(story.scenario.scenes)
        if isinstance(part, Say | Card)
    }
    if affected.id not in speaking:
        place = ("cast", story.scenario.cast.index(affected))
        yield place, f"{affected.name} is most affected and never speaks: give them a line."


def _most_affected(story: Story) -> Character | None:
    lenses = [
        text
        for lens in story.scenario.lenses
        for text in (lens.question, lens.honours, lens.strains)
    ]
    prompts = [asked.decision.prompt for asked in story.core]
    for texts in (lenses, prompts):
        named = {who.id: _times(who.name, texts) for who in story.scenario.cast}
        most = max(story.scenario.cast, key=lambda who: named[who.id])
        if named[most.id]:
            return most
    return None


def _times(name: str, texts: list[str]) -> int:
    whole = re.compile(rf"\b{re.escape(name)}\b")
    return sum(len(whole.findall(text)) for text in texts)
