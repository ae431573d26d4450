"""How it reads: lengths, minutes, and sentences that are easy to follow."""

import re
from collections.abc import Sequence
from statistics import mean

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import Story, words, words_in_scene, words_on_path

LONGEST_SCENE, LONGEST_PATH = 180, 1_500
WORDS_A_MINUTE = 200
MINUTES_A_DECISION, MINUTES_A_REFLECTION, MINUTES_OF_TALK, MINUTES_AFTER = 4, 2, 12, 6
MOST_OFF = 0.4
HARDEST_GRADE, LONGEST_MEAN, LONGEST_SENTENCE = 9, 20, 35

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])")
_WORD = re.compile(r"[a-z']+")
_VOWELS = re.compile(r"[aeiouy]+")
_UNREAD = {"alt", "short", "account", "audience", "title"}


@rule("R01", Severity.WARNING)
def scenes_and_paths_are_short(story: Story) -> Found:
    """Write scenes of at most 180 words, and paths of at most 1,500."""
    longest: dict[str, int] = {}
    for walk in story.walks:
        for step in walk.steps:
            name = step.scene.id
            longest[name] = max(longest.get(name, 0), words_in_scene(step))
    for name, count in longest.items():
        if count > LONGEST_SCENE:
            said = f"this scene has {count} words: cut it to {LONGEST_SCENE}, or make it two."
            yield story.scene_place(name), said
    most = max(words_on_path(walk) for walk in story.walks)
    if most > LONGEST_PATH:
        yield ("scenes",), f"a path has {most:,} words: cut it to {LONGEST_PATH:,}."


@rule("R01", Severity.WARNING)
def minutes_are_honest(story: Story) -> Found:
    """State the minutes that all three visits take, within 40 per cent.

    That is: 200 words a minute, 4 minutes for each core decision, 2 for each required
    reflection, 12 for the talk, 6 for the second answer and the picture.
    """
    stated = story.scenario.minutes
    takes = minutes_taken(story)
    if stated is not None and abs(stated - takes) > MOST_OFF * takes:
        yield ("minutes",), f"it takes about {takes:.0f} minutes, all three visits: say so."


@rule("R02", Severity.WARNING)
def sentences_are_plain(story: Story) -> Found:
    """Write plainly: 20 words a sentence in the mean, in English at school grade 9.

    The grade is that of Flesch and Kincaid, over the whole story.
    """
    sentences = [sentence for _place, sentence in _sentences(story)]
    length = mean(words(sentence) for sentence in sentences)
    if length > LONGEST_MEAN:
        said = f"sentences have {length:.0f} words in the mean: cut them to {LONGEST_MEAN}."
        yield ("scenes",), said
    if story.scenario.language.partition("-")[0] != "en":
        return
    level = grade(sentences)
    if level > HARDEST_GRADE:
        said = f"it reads at grade {level:.0f}: use shorter words and sentences, to grade 9."
        yield ("scenes",), said


@rule("R03", Severity.INFO)
def sentence_is_not_long(story: Story) -> Found:
    """Write no sentence of more than 35 words."""
    for place, sentence in _sentences(story):
        if words(sentence) > LONGEST_SENTENCE:
            yield place, f"a sentence has {words(sentence)} words: make it two."


def minutes_taken(story: Story) -> float:
    """Return about how many minutes the three visits take, on a path of mean length."""
    return (
        mean(words_on_path(walk) for walk in story.walks) / WORDS_A_MINUTE
        + MINUTES_A_DECISION * len(story.core)
        + MINUTES_A_REFLECTION * len(story.scenario.required_reflections)
        + MINUTES_OF_TALK
        + MINUTES_AFTER
    )


def grade(sentences: Sequence[str]) -> float:
    """Return the Flesch-Kincaid grade of English sentences."""
    spoken = [word for sentence in sentences for word in _WORD.findall(sentence.lower())]
    if not spoken:
        return 0.0
    syllables = sum(_syllables(word) for word in spoken)
    return 0.39 * len(spoken) / len(sentences) + 11.8 * syllables / len(spoken) - 15.59


def _sentences(story: Story) -> list[tuple[tuple[str | int, ...], str]]:
    return [
        (place, sentence)
        for place, text in story.texts
        if place[-1] not in _UNREAD
        for sentence in _SENTENCE_ENDS.split(text)
        if words(sentence)
    ]


def _syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels, but a last e."""
    spoken = word[:-1] if word.endswith("e") and not word.endswith("le") else word
    return max(1, len(_VOWELS.findall(spoken)))
