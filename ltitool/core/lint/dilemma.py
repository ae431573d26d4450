"""Whether it is a dilemma: every answer costs something, and none is the hidden right one."""

from collections import Counter
from itertools import combinations

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import Story, ending_of, words
from ltitool.core.scenario import Choice

FEWEST_CHOICES = 3
LONGEST_LABEL, LABELS_APART = 25, 1.8
MOST_SHARE, LEAST_SHARE, FROM_ENDINGS = 0.5, 0.1, 3
SHORTEST_SEED, LONGEST_SEED, SEEDS_APART = 25, 60, 1.6


@rule("D01", Severity.ERROR)
def core_offers_three(story: Story) -> Found:
    """Offer at least three choices at a core decision, on every path.

    Two make a quarrel.
    """
    for asked in story.core:
        fewest = min(
            (
                len(step.choices)
                for walk in story.walks
                for step in walk.steps
                if step.scene.id == asked.scene.id
            ),
            default=FEWEST_CHOICES,
        )
        if fewest < FEWEST_CHOICES:
            yield asked.place, f"only {fewest} choices are offered here on some path: add one."


@rule("D02", Severity.ERROR)
def choice_gains_and_costs(story: Story) -> Found:
    """Let every choice of a core decision honour a lens and strain a lens.

    No straw man, no saint. Where a step marks its choices, each does both as well.
    """
    for asked in story.decisions:
        for place, choice in asked.choices():
            if not choice.honours and (asked.is_core or choice.strains):
                yield place, f"“{choice.id}” honours nothing: say what speaks for it."
            if not choice.strains and (asked.is_core or choice.honours):
                yield place, f"“{choice.id}” strains nothing: say what it costs."


@rule("D03", Severity.WARNING)
def choices_differ(story: Story) -> Found:
    """Let no two choices of a decision honour and strain the same lenses."""
    for asked in story.decisions:
        for (_, first), (place, second) in combinations(asked.choices(), 2):
            marks = set(second.honours), set(second.strains)
            if marks != (set(), set()) and marks == (set(first.honours), set(first.strains)):
                words = f"“{second.id}” honours and strains the same as “{first.id}”"
                yield place, f"{words}: find what sets them apart."


@rule("D04", Severity.WARNING)
def labels_are_alike(story: Story) -> Found:
    """Write labels of at most 25 words, and of about the same length.

    In a core decision the longest has at most 1.8 times the words of the shortest: length
    gives an answer away.
    """
    for asked in story.decisions:
        for place, choice in asked.choices():
            if words(choice.label) > LONGEST_LABEL:
                said = f"this label has {words(choice.label)} words: use at most {LONGEST_LABEL}."
                yield (*place, "label"), said
        if asked.is_core and _apart([choice.label for _, choice in asked.choices()], LABELS_APART):
            yield (
                (*asked.place, "choices"),
                "the longest label has more than 1.8 times the words of the shortest: even them.",
            )


@rule("D06", Severity.ERROR)
def core_choice_is_argued(story: Story) -> Found:
    """Give every choice of a core decision a challenge, and a seed that makes its best case."""
    for asked in story.core:
        for place, choice in asked.choices():
            if choice.challenge is None:
                yield place, f"“{choice.id}” has no challenge: ask what would trouble its author."
            if choice.seed is None:
                yield place, f"“{choice.id}” has no seed: let somebody make the best case for it."


@rule("D06", Severity.WARNING)
def seeds_are_alike(story: Story) -> Found:
    """Write seeds of 25 to 60 words, the longest at most 1.6 times the shortest."""
    for asked in story.core:
        seeds = [
            (place, choice.seed.text)
            for place, choice in asked.choices()
            if choice.seed is not None
        ]
        for place, text in seeds:
            if not SHORTEST_SEED <= words(text) <= LONGEST_SEED:
                said = f"this has {words(text)} words: use 25 to 60, as a person would."
                yield (*place, "seed", "text"), said
        if _apart([text for _, text in seeds], SEEDS_APART):
            yield (
                (*asked.place, "choices"),
                "the longest seed has more than 1.6 times the words of the shortest: even them.",
            )


@rule("D08", Severity.WARNING)
def lens_is_turned(story: Story) -> Found:
    """Use every lens, and let some choice honour it."""
    choices = [choice for asked in story.decisions for _place, choice in asked.choices()]
    honoured = {lens for choice in choices for lens in choice.honours}
    strained = {lens for choice in choices for lens in choice.strains}
    for i, lens in enumerate(story.scenario.lenses):
        if lens.id not in honoured | strained:
            yield ("lenses", i), f"no choice touches “{lens.id}”: use it or take it out."
        elif lens.id not in honoured:
            yield ("lenses", i), f"“{lens.id}” is only ever strained: let some choice honour it."


@rule("D09", Severity.INFO)
def no_choice_is_dominated(story: Story) -> Found:
    """Let no choice be as good as another on every lens and better on one.

    Where their effects differ, the story makes the difference.
    """
    for asked in story.core:
        for (_, first), (place, second) in combinations(asked.choices(), 2):
            for better, worse in ((first, second), (second, first)):
                if _dominates(better, worse):
                    words = f"“{better.id}” honours all that “{worse.id}” does, and costs no more"
                    yield place, f"{words}: find what speaks for “{worse.id}” alone."


@rule("D11", Severity.WARNING)
def no_choice_seals_the_end(story: Story) -> Found:
    """Leave at least half of the endings open after every choice of a core decision.

    Else it would be a hidden wrong answer.
    """
    for asked in story.core:
        for place, choice in asked.choices():
            open_ends = {
                ending_of(walk)
                for walk in story.walks
                if (asked.decision.id, choice.id)
                in {(taken.decision_id, taken.choice_id) for taken in walk.taken}
            }
            if open_ends and 2 * len(open_ends) < len(story.endings):
                words = f"“{choice.id}” leads to {len(open_ends)} of {len(story.endings)} endings"
                yield place, f"{words}: let more of them stay open, so that it is no wrong answer."


@rule("D11", Severity.WARNING)
def endings_share_the_paths(story: Story) -> Found:
    """Let no ending stand on more than half of the paths, or on under a tenth.

    Else it would be the hidden right answer, or a prize. Of two endings one may well have
    more than half.
    """
    ends = Counter(ending_of(walk) for walk in story.walks)
    for ending, place in story.endings.items():
        share = ends[ending] / len(story.walks)
        said = f"the ending “{ending}” is on {share:.0%} of the paths"
        if share > MOST_SHARE and len(story.endings) >= FROM_ENDINGS:
            yield place, f"{said}: ease what leads to the others."
        elif 0 < share < LEAST_SHARE:
            yield place, f"{said}: ease what leads to it, so that it is no prize."


@rule("D12", Severity.WARNING)
def marks_balance(story: Story) -> Found:
    """Give all choices of a decision the same number of lenses honoured minus strained.

    A difference looks like a score.
    """
    for asked in story.decisions:
        sums = [len(choice.honours) - len(choice.strains) for _, choice in asked.choices()]
        if len(set(sums)) > 1:
            said = "honoured minus strained differs between these choices, like a score: even it."
            yield (*asked.place, "choices"), said


def _apart(texts: list[str], most: float) -> bool:
    lengths = [words(text) for text in texts]
    return bool(lengths) and max(lengths) > most * min(lengths)


def _dominates(better: Choice, worse: Choice) -> bool:
    honours, strains = set(better.honours), set(better.strains)
    is_no_worse = honours >= set(worse.honours) and strains <= set(worse.strains)
    is_better = (honours, strains) != (set(worse.honours), set(worse.strains))
    return is_no_worse and is_better and better.effects == worse.effects
