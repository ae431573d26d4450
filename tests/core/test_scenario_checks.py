"""What must hold across a whole story, and how it is said when it does not."""

import pytest

from tests.core.stories import FULL, SHORT, changed, problems_of

REFERENCES = [
    (
        "strains: [care], goto: end",
        "strains: [care], goto: edn",
        (
            "line 29: scenes[0].decision.choices[1].goto: it leads to “edn”, which is "
            "not a scene. Did you mean “end”?"
        ),
    ),
    (
        "who: ana",
        "who: anna",
        "line 34: scenes[1].beats[0].say.who: “anna” is not in the cast. Did you mean “ana”?",
    ),
    (
        "honours: [care]",
        "honours: [car]",
        (
            "line 28: scenes[0].decision.choices[0].honours[0]: “car” is not a lens. Did "
            "you mean “care”?"
        ),
    ),
    (
        "strains: [care]",
        "strains: [noise]",
        "line 29: scenes[0].decision.choices[1].strains[0]: “noise” is not a lens.",
    ),
    (
        "prompt: Open?",
        "prompt: Open?\n      tests: [noise]",
        "line 26: scenes[0].decision.tests[0]: “noise” is not a lens.",
    ),
    (
        "honours: [care], effects",
        "seed: {who: bob, text: Open it.}, effects",
        "line 28: scenes[0].decision.choices[0].seed.who: “bob” is not in the cast.",
    ),
    (
        "trust: 1,",
        "trsut: 1,",
        (
            "line 28: scenes[0].decision.choices[0].effects.trsut: “trsut” is not in the "
            "state. Did you mean “trust”?"
        ),
    ),
    (
        "trust: 1,",
        "trust: true,",
        "line 28: scenes[0].decision.choices[0].effects.trust: “trust” takes a whole number.",
    ),
    (
        "woken: true",
        "woken: 1",
        "line 28: scenes[0].decision.choices[0].effects.woken: “woken” takes true or false.",
    ),
    (
        "var: trust, gte",
        "var: truth, gte",
        (
            "line 42: scenes[1].ending.cost[0].when.var: “truth” is not in the state. "
            "Did you mean “trust”?"
        ),
    ),
    (
        "var: trust, gte: 2",
        "var: woken, gte: 2",
        "line 42: scenes[1].ending.cost[0].when: “woken” is true or false; compare it with “is”.",
    ),
    (
        "var: trust, gte: 2",
        "var: trust, is: true",
        "line 42: scenes[1].ending.cost[0].when.is: “trust” is a whole number.",
    ),
    (
        "chose: d-open",
        "chose: d-opn",
        (
            "line 35: scenes[1].beats[0].when.chose: “d-opn” is not a decision. Did you "
            "mean “d-open”?"
        ),
    ),
    (
        "in: [open]",
        "in: [opn]",
        (
            "line 35: scenes[1].beats[0].when.in[0]: “opn” is not a choice of “d-open”. "
            "Did you mean “open”?"
        ),
    ),
    (
        "reflect:",
        "revisit: [d-late]\nreflect:",
        "line 44: revisit[0]: “d-late” is not a core decision.",
    ),
    (
        "reflect:",
        "discussion: {d-opens: [Talk.]}\nreflect:",
        "line 44: discussion.d-opens: “d-opens” is not a core decision. Did you mean “d-open”?",
    ),
    (
        "- narrate: It is late.",
        "- card: {kind: note, from: zed, text: It is late.}",
        "line 21: scenes[0].beats[0].card.from: “zed” is not in the cast.",
    ),
]

RULES = [
    (
        "id: why,",
        "id: ana,",
        "line 45: reflect[0].id: the id “ana” is used twice in this file.",
    ),
    (
        "id: wait,",
        "id: open,",
        "line 29: scenes[0].decision.choices[1].id: the id “open” is used twice in this file.",
    ),
    (
        "rationale: {required: true}",
        "rationale: {required: false}",
        (
            "line 26: scenes[0].decision.rationale.required: the reasons of a core "
            "decision are required."
        ),
    ),
    (
        "      rationale: {required: true}\n",
        "",
        (
            "line 22: scenes[0].decision.rationale: a core decision asks for reasons, "
            "with required: true."
        ),
    ),
    (
        "kind: core",
        "kind: step",
        "line 17: scenes: no decision is core, so there is nothing to talk about.",
    ),
    (
        "It is late.",
        "It <b>is</b> late.",
        (
            "line 21: scenes[0].beats[0].narrate: HTML is not read here; write plain "
            "text, *emphasis* and lists."
        ),
    ),
    (
        "- narrate: It is late.",
        "- image: {src: media/a.svg, alt: ''}",
        (
            "line 21: scenes[0].beats[0].image.alt: say what the picture shows, or mark "
            "it decorative."
        ),
    ),
    (
        "        - text: A neighbour.",
        "        - {text: A neighbour., when: {var: trust, lte: 2}}",
        (
            "line 43: scenes[1].ending.cost[1]: the last line takes no “when”, so that "
            "one always holds."
        ),
    ),
    (
        "{when: {var: trust, gte: 2}, text: An hour of sleep.}",
        "text: An hour of sleep.",
        (
            "line 42: scenes[1].ending.cost[0]: without “when” this line always holds, "
            "so none below it is reached."
        ),
    ),
    (
        "goto: end}\n  - id: end",
        (
            "goto: [{when: {var: woken, is: true}, to: end}, {when: {var: trust, gte: "
            "1}, to: end}]}\n  - id: end"
        ),
        (
            "line 29: scenes[0].decision.choices[1].goto[1]: the last line takes no "
            "“when”, so that one always holds."
        ),
    ),
    (
        "goto: end}",
        "when: {var: woken, is: true}, goto: end}",
        (
            "line 22: scenes[0].decision: every choice has a “when”, so a reader could "
            "be left without any."
        ),
    ),
]

FLOW = [
    (
        "strains: [care], goto: end",
        "strains: [care], goto: knock",
        "line 18: scenes[0]: the question of “knock” can come twice on a path.",
    ),
    (
        "goto: end}",
        "goto: knock}",
        "line 18: scenes[0]: from “knock” no path leads to an ending.",
        "line 18: scenes[0]: the question of “knock” can come twice on a path.",
        "line 30: scenes[1]: no path reaches the scene “end”.",
    ),
    (
        "  - id: end\n",
        "  - {id: cellar, title: Cellar, beats: [{narrate: Dark.}], next: end}\n  - id: end\n",
        "line 30: scenes[1]: no path reaches the scene “cellar”.",
    ),
    (
        "strains: [care], goto: end}\n",
        (
            "strains: [care], goto: turn}\n  - {id: turn, title: Turn, beats: [{narrate: "
            "Dark.}], next: turn}\n"
        ),
        "line 30: scenes[1]: from “turn” no path leads to an ending.",
        "line 30: scenes[1]: “turn” comes back to itself without a question.",
    ),
    (
        "strains: [care], goto: end}\n",
        (
            "strains: [care], goto: bed}\n  - {id: bed, title: Bed, beats: [{narrate: "
            "Dark.}], ending: {id: e-bed, label: Bed}}\n"
        ),
        "line 30: scenes[1]: the ending “bed” can be reached before the curtain.",
    ),
    (
        "start: knock\nscenes:\n  - id: knock\n    title: A knock\n    beats:",
        "start: knock\nscenes:\n  - id: knock\n    title: A knock\n    curtain: true\n    beats:",
        "line 18: scenes[0]: the story cannot begin behind the curtain.",
        "line 18: scenes[0]: “knock” asks a question behind the curtain.",
    ),
]


@pytest.mark.parametrize(("old", "new", "problem"), REFERENCES)
def test_a_name_that_leads_nowhere_is_reported(old: str, new: str, problem: str) -> None:
    assert problems_of(changed(SHORT, (old, new))) == [problem]


@pytest.mark.parametrize(("old", "new", "problem"), RULES)
def test_a_broken_rule_is_reported(old: str, new: str, problem: str) -> None:
    assert problems_of(changed(SHORT, (old, new))) == [problem]


@pytest.mark.parametrize(("old", "new", "problems"), [(a, b, c) for a, b, *c in FLOW])
def test_a_story_that_does_not_run_is_refused(old: str, new: str, problems: list[str]) -> None:
    assert problems_of(changed(SHORT, (old, new))) == problems


def test_nobody_goes_past_a_core_decision() -> None:
    story = changed(
        FULL,
        ("kind: step", "kind: core\n      rationale: {required: true}"),
        ("effects: {trust: -5}, goto: after", "goto: hall"),
    )

    assert problems_of(story) == [
        "line 74: scenes[1].decision: a path leads past “d-light”; none may miss a core decision."
    ]


def test_no_question_is_asked_behind_the_curtain() -> None:
    story = changed(
        FULL, ("    curtain: true\n", ""), ("title: After", "title: After\n    curtain: true")
    )

    assert problems_of(story) == ["line 71: scenes[1]: “after” asks a question behind the curtain."]


def test_a_story_without_a_curtain_may_end_anywhere() -> None:
    assert problems_of(changed(FULL, ("    curtain: true\n", ""))) == []
    assert problems_of(changed(SHORT, ("    curtain: true\n", ""))) == []
