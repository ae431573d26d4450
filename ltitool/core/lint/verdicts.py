"""Words that give an answer away: verdicts, counts, and endings that presume what was chosen."""

import re
from collections import Counter
from collections.abc import Iterator

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import PROMPTS, Place, Story, beat_text
from ltitool.core.scenario import Choice
from ltitool.core.walk import Walk

_JUDGES = re.compile(
    r"\b(in)?correct(ly)?\b|\bwrong(ly)?\b|\bwell done\b|\b(un)?fortunately\b|\bsadly\b"
    r"|\bshould(n't|n’t| not)? have\b|\bmistakes?\b|\b(good|bad|right|best|worst|poor) "
    r"(choice|answer|decision|advice)\b|\byou (were|are) right\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\b(most|many|few|some|all|half|none) (other )?(of (you|the class|the group)|people|students|"
    r"readers|groups|classes|learners|participants) (chose|choose|pick|picked|decide|decided|say|"
    r"said|answer|answered|advise|advised|agree|agreed|go|went)\b"
    r"|\b(majority|minority)\b|\d+ ?(%|per ?cent)|\b(nobody|no one|no-one|everyone|everybody) "
    r"(here |else )?(chose|chooses|picked|picks|advised|answered)\b"
    r"|\b(least|most) (chosen|popular|common)\b|\bthe vote\b",
    re.IGNORECASE,
)
_VERDICTS = re.compile(
    r"\b(right|correct|best|wrong|worst|better) (answer|choice|decision|advice|thing to do)\b"
    r"|\bwhy (is|was|are|were|would)\b[^.?!]*\b(right|wrong|best|worst|a mistake)\b"
    r"|\bshould(n't|n’t| not)? have\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_ENDS = re.compile(r"(ing|ed|es|s)$")
_LITTLE = re.compile(
    r"about|after|again|also|been|before|being|down|does|each|even|ever|first|from|have|here|hers?|"
    r"herself|himself|into|itself|just|like|made|make|many|more|most|much|must|never|none|only|onto|"
    r"others?|ours?|over|said|same|says|shall|should|some|such|take|tell|than|that|their|them|then|"
    r"there|these|they|this|those|thus|told|under|until|upon|very|want|well|were|what|when|where|"
    r"which|while|will|with|would|yours?"
)
NAMED_BY = 2
"""So many words of a choice that stand nowhere else mean that a text speaks of it."""


@rule("D05", Severity.WARNING)
def feedback_does_not_judge(story: Story) -> Found:
    """Say in feedback what a choice opens and what it costs, and call nothing right or wrong."""
    for place, feedback in _feedback(story):
        if found := _JUDGES.search(feedback):
            yield place, f"“{found[0]}” judges: say what the choice opens and what it costs."


@rule("D13", Severity.WARNING)
def ending_presumes_nothing(story: Story) -> Found:
    """Name by “when” the choice that a text behind the curtain speaks of.

    A text that all paths show takes no choice for granted that some of them did not make.
    """
    told_to_all = _told_to_all(story)
    marks = {
        (asked.decision.id, choice.id): _own_words(choice, others=_others(story, choice))
        - told_to_all
        for asked in story.core
        for _place, choice in asked.choices()
    }
    for (place, text), walks in _behind_the_curtain(story).items():
        stems = _stems(text)
        for (decision_id, choice_id), own in marks.items():
            if len(stems & own) < NAMED_BY:
                continue
            if any(_chosen(walk).get(decision_id) != choice_id for walk in walks):
                words = f"{{chose: {decision_id}, in: [{choice_id}]}}"
                yield (
                    place,
                    f"this speaks of “{choice_id}”, not chosen by all: add “when: {words}”.",
                )


@rule("D14", Severity.WARNING)
def nothing_is_given_away(story: Story) -> Found:
    """Tell nobody how many chose what, nor which answer is right.

    Neither in feedback nor in the prompts for the talk nor in the author’s note.
    """
    about = PROMPTS | {"author_note"}
    prompts = [(place, text) for place, text in story.texts if place[0] in about]
    for place, text in (*_feedback(story), *prompts):
        if found := _COUNTS.search(text):
            yield place, f"“{found[0]}” gives away how many chose what: ask for reasons."
    for place, text in prompts:
        if found := _VERDICTS.search(text):
            yield place, f"“{found[0]}” gives a verdict: ask what each answer protects and costs."


def _feedback(story: Story) -> Iterator[tuple[Place, str]]:
    for asked in story.decisions:
        for place, choice in asked.choices():
            if choice.feedback is not None:
                yield (*place, "feedback"), choice.feedback


def _behind_the_curtain(story: Story) -> dict[tuple[Place, str], list[Walk]]:
    """Return every text there, with the paths that show it."""
    shown: dict[tuple[Place, str], list[Walk]] = {}
    for walk in story.walks:
        for step in walk.steps:
            if not (step.is_behind_curtain or step.scene.ending):
                continue
            place = story.scene_place(step.scene.id)
            for beat in step.beats:
                at = (*place, "beats", step.scene.beats.index(beat))
                shown.setdefault((at, beat_text(beat)), []).append(walk)
        ending = (*story.scene_place(walk.here.scene.id), "ending")
        shown.setdefault(((*ending, "gained"), walk.gained), []).append(walk)
        shown.setdefault(((*ending, "cost"), walk.cost), []).append(walk)
    return shown


def _told_to_all(story: Story) -> set[str]:
    """Return the words of what every path shows before the curtain: they give no choice away."""
    shown: Counter[str] = Counter()
    for walk in story.walks:
        texts = {
            text
            for step in walk.steps
            if not (step.is_behind_curtain or step.scene.ending)
            for text in (
                step.scene.title,
                *(beat_text(beat) for beat in step.beats),
                *(beat_text(beat) for asked in step.consults for beat in asked.beats),
                step.scene.decision.prompt if step.scene.decision is not None else "",
            )
        }
        shown.update(texts)
    everywhere = [text for text, times in shown.items() if times == len(story.walks)]
    return {stem for text in everywhere for stem in _stems(text)}


def _others(story: Story, choice: Choice) -> list[Choice]:
    return [
        other
        for asked in story.decisions
        for _place, other in asked.choices()
        if other is not choice
    ]


def _own_words(choice: Choice, others: list[Choice]) -> set[str]:
    taken = {stem for other in others for stem in _stems(f"{other.label} {other.short or ''}")}
    return _stems(f"{choice.label} {choice.short or ''}") - taken


def _stems(text: str) -> set[str]:
    found = {word.lower() for word in _WORD.findall(text)}
    return {_ENDS.sub("", word) for word in found if not _LITTLE.fullmatch(word)}


def _chosen(walk: Walk) -> dict[str, str]:
    return {taken.decision_id: taken.choice_id for taken in walk.taken}
