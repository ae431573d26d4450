"""What the reader says about a broken story: each fault with its line, all of them at once."""

import pytest

from tests.core.stories import FULL, SHORT, changed, problems_of

SHAPE = [
    (
        "title: The door",
        "titel: The door",
        "line 1: title: this is missing.",
        "line 5: titel: this is not known here. Did you mean “title”?",
    ),
    (
        "start: knock\n",
        "start: knok\n",
        "line 16: start: the story starts at “knok”, which is not a scene. Did you mean “knock”?",
    ),
    (
        "curtain: true",
        "curtain: yes",
        "line 32: scenes[1].curtain: this must be true or false; “yes” and “no” are text here.",
    ),
    (
        "title: Morning\n",
        "title: 12\n",
        "line 31: scenes[1].title: this must be text; put it in quotes if it looks like a number.",
    ),
    ("title: Morning\n", "title:\n", "line 31: scenes[1].title: nothing is written here."),
    ("title: Morning\n", 'title: " "\n', "line 31: scenes[1].title: nothing is written here."),
    (
        "title: Morning",
        (
            "title: "
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        ),
        "line 31: scenes[1].title: this has 201 characters; at most 200 fit.",
    ),
    (
        "version: 1.0.0",
        "version: 1.0",
        "line 3: version: “1.0” is not written as it must be (like 1.0.0).",
    ),
    (
        "language: en",
        "language: English",
        "line 4: language: “English” is not written as it must be (like en or en-GB).",
    ),
    ("format: dilemma/1", "format: dilemma/2", "line 1: format: this must be dilemma/1."),
    (
        "licence: CC-BY-4.0",
        "licence: CC-BY-4.0\nminutes: 1",
        "line 8: minutes: this must be at least 3.",
    ),
    (
        "licence: CC-BY-4.0",
        "licence: CC-BY-4.0\nauthors: [{name: Ana, url: 'javascript:x'}]",
        (
            "line 8: authors[0].url: “javascript:x” is not written as it must be (an "
            "address that begins with https://)."
        ),
    ),
    (
        "id: wait,",
        "id: Wait It,",
        (
            "line 29: scenes[0].decision.choices[1].id: “Wait It” is not written as it "
            "must be (small letters, numbers and single hyphens)."
        ),
    ),
    ("kind: core", "kind: big", "line 24: scenes[0].decision.kind: this must be core or step."),
    (
        "{required: true}",
        "yes",
        "line 26: scenes[0].decision.rationale: this must be a group of names and values.",
    ),
    (
        "{required: true}",
        "{required: true, min_words: 50, max_words: 20}",
        "line 26: scenes[0].decision.rationale: min_words is more than max_words.",
    ),
    ("type: bool", "type: text", "line 15: state[1]: “type” must be int or bool."),
    ("type: bool, ", "", "line 15: state[1]: “type” is missing; it is int or bool."),
    (
        "start: 1, min",
        "start: 7, min",
        "line 14: state[0]: a state starts at its min or its max, or between them.",
    ),
    ("start: 1, min", "start: 1.5, min", "line 14: state[0].start: this must be a whole number."),
    (
        "trust: 1,",
        "trust: much,",
        (
            "line 28: scenes[0].decision.choices[0].effects.trust: this must be a whole "
            "number, or true or false."
        ),
    ),
    (
        "honours: [care]",
        "honours: [care, care]",
        "line 28: scenes[0].decision.choices[0].honours: each stands here only once.",
    ),
    (
        "honours: [care]",
        "honours: care",
        (
            "line 28: scenes[0].decision.choices[0].honours: this must be a list, each "
            "item after a dash."
        ),
    ),
    (
        "chose: d-open,",
        "chose: d-open, var: trust,",
        (
            "line 35: scenes[1].beats[0].when: a condition is one of: var with is, gte "
            "or lte; chose with in; all; any; not."
        ),
    ),
    (
        "- narrate: The street is wet.",
        "- {narrate: Wet., say: {who: ana, text: Wet.}}",
        (
            "line 36: scenes[1].beats[1]: a beat is exactly one of narrate, say, card, "
            "image, audio, video."
        ),
    ),
    (
        "- narrate: The street is wet.",
        "- when: {var: woken, is: true}",
        (
            "line 36: scenes[1].beats[1]: a beat is exactly one of narrate, say, card, "
            "image, audio, video."
        ),
    ),
    (
        "- narrate: It is late.",
        "- image: {src: media/a.svg}",
        "line 21: scenes[0].beats[0].image.alt: this is missing.",
    ),
    (
        "- narrate: It is late.",
        "- image: {src: a.svg, alt: A.}",
        (
            "line 21: scenes[0].beats[0].image.src: “a.svg” is not written as it must be "
            "(a file in media/)."
        ),
    ),
    (
        "- narrate: It is late.",
        "- video: {src: media/a.mp4}",
        "line 21: scenes[0].beats[0].video.transcript: this is missing.",
    ),
    (
        "- narrate: It is late.",
        "- {narrate: It is late., whn: {var: woken, is: true}}",
        "line 21: scenes[0].beats[0].whn: this is not known here. Did you mean “when”?",
    ),
    (
        "    ending:\n      id: e-morning",
        "    endng:\n      id: e-morning",
        "line 37: scenes[1].endng: this is not known here. Did you mean “ending”?",
    ),
    (
        "    curtain: true",
        "    curtain: true\n    next: knock",
        "line 30: scenes[1]: a scene has exactly one of decision, next, ending.",
    ),
]


def broken(table: list[tuple[str, ...]]) -> list[tuple[str, str, list[str]]]:
    """Return what is exchanged in the short story, and everything that is then said."""
    return [(old, new, list(problems)) for old, new, *problems in table]


@pytest.mark.parametrize(("old", "new", "problems"), broken(SHAPE))
def test_a_part_of_a_wrong_shape_is_named_with_its_line(
    old: str, new: str, problems: list[str]
) -> None:
    assert problems_of(changed(SHORT, (old, new))) == problems


@pytest.mark.parametrize("name", ["is_", "in_", "not_", "from_"])
def test_only_the_names_of_the_format_are_read(name: str) -> None:
    story = changed(FULL, (f"{name.removesuffix('_')}: ", f"{name}: "))

    assert any(f"{name}: this is not known here" in problem for problem in problems_of(story))


@pytest.mark.parametrize("story", [SHORT, FULL])
def test_a_story_that_can_be_played_has_no_problems(story: str) -> None:
    assert problems_of(story) == []


def test_every_problem_of_a_file_is_reported_at_once() -> None:
    story = changed(
        SHORT,
        ("title: The door", "titel: The door"),
        ("label: Rest,", "label: *r,"),
        ("start: knock\n", "start: knok\n"),
        ("kind: core", "kind: important"),
        ("honours: [care]", "honours: [cure]"),
        ("curtain: true", "curtain: no"),
        ("who: ana", "who: anna"),
        ("The street is wet.", "The <i>street</i> is wet."),
        ("prompt: Why?, ", ""),
    )

    assert problems_of(story) == [
        "line 1: title: this is missing.",
        "line 5: titel: this is not known here. Did you mean “title”?",
        "line 10: “*r” repeats another part; write it out.",
        "line 16: start: the story starts at “knok”, which is not a scene. Did you mean “knock”?",
        "line 24: scenes[0].decision.kind: this must be core or step.",
        (
            "line 28: scenes[0].decision.choices[0].honours[0]: “cure” is not a lens."
            " Did you mean “care”?"
        ),
        "line 32: scenes[1].curtain: this must be true or false; “yes” and “no” are text here.",
        "line 34: scenes[1].beats[0].say.who: “anna” is not in the cast. Did you mean “ana”?",
        (
            "line 36: scenes[1].beats[1].narrate: HTML is not read here;"
            " write plain text, *emphasis* and lists."
        ),
        "line 45: reflect[0].prompt: this is missing.",
    ]


def test_a_fault_of_the_text_does_not_hide_one_of_the_flow() -> None:
    cellar = "  - {id: cellar, title: Cellar, beats: [{narrate: Dark.}], next: end}\n  - id: end\n"
    story = changed(SHORT, ("title: The door", "title: 7"), ("  - id: end\n", cellar))

    assert problems_of(story) == [
        "line 5: title: this must be text; put it in quotes if it looks like a number.",
        "line 30: scenes[1]: no path reaches the scene “cellar”.",
    ]
