"""Every path of a story is found once, and each is the one a reader would have walked."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ltitool.core.lint.linter import RULES, lint
from ltitool.core.lint.paths import all_paths, leaving
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_yaml import Node
from ltitool.core.walk import Stop, Taken, Walk, follow

CONDITIONS = st.one_of(
    st.none(),
    st.builds(lambda least: {"var": "mood", "gte": least}, st.integers(-1, 3)),
    st.builds(lambda name: {"chose": "d0", "in": [name]}, st.sampled_from(["c0", "c1"])),
    st.builds(lambda name: {"not": {"chose": "d0", "in": [name]}}, st.sampled_from(["c0", "c1"])),
)


@st.composite
def stories(draw: st.DrawFn) -> Scenario:
    """Return a story of a few questions, whose ways and answers hang on the ones before."""
    questions = draw(st.integers(1, 5))
    asked = [_question(draw, n, questions) for n in range(questions)]
    ends = [
        {
            "id": name,
            "title": "End",
            "curtain": True,
            "beats": [_conditional(draw, {"narrate": "It rains."})],
            "ending": {"id": f"e-{name}", "label": "End", "gained": "Rest.", "cost": "Rain."},
        }
        for name in ("good", "bad")
    ]
    way = [{"to": "good", "when": {"var": "mood", "gte": draw(st.integers(0, 2))}}, {"to": "bad"}]
    last = {"id": f"s{questions}", "title": "Then", "beats": [{"narrate": "Wait."}], "next": way}
    return Scenario.model_validate(
        {
            "format": "dilemma/1",
            "id": "drawn",
            "version": "1.0.0",
            "language": "en",
            "title": "Drawn",
            "summary": "Drawn by chance.",
            "licence": "CC0-1.0",
            "lenses": tuple(
                {"id": name, "label": name, "question": "?", "honours": "Y", "strains": "N"}
                for name in ("care", "rest")
            ),
            "cast": ({"id": "ana", "name": "Ana", "role": "Neighbour."},),
            "state": (
                {"id": "mood", "type": "int", "start": 0, "min": -1, "max": 2, "label": "Mood"},
            ),
            "start": "s0",
            "scenes": _fixed([*asked, last, *ends]),
            "reflect": ({"id": "why", "prompt": "Why?"},),
        },
        by_alias=True,
        by_name=False,
    )


def _question(draw: st.DrawFn, n: int, questions: int) -> dict[str, Any]:
    choices = [
        _conditional(
            draw,
            {
                "id": f"c{k}",
                "label": f"Choice {k}",
                "effects": {"mood": draw(st.integers(-2, 2))},
                "goto": f"s{draw(st.integers(n + 1, questions))}",
            },
            is_always=k == 0,
        )
        for k in range(draw(st.integers(2, 4)))
    ]
    decision = {"id": f"d{n}", "kind": "step", "prompt": "Now?", "choices": choices}
    beats = [_conditional(draw, {"narrate": "It is late."})]
    return {"id": f"s{n}", "title": "Then", "beats": beats, "decision": decision}


def _conditional(
    draw: st.DrawFn, part: dict[str, Any], *, is_always: bool = False
) -> dict[str, Any]:
    when = None if is_always else draw(CONDITIONS)
    return part if when is None else {**part, "when": when}


def _fixed(value: Any) -> Any:
    """Return the value as the reader gives it: lists do not change."""
    if isinstance(value, list):
        return tuple(_fixed(part) for part in value)
    if isinstance(value, dict):
        return {key: _fixed(part) for key, part in value.items()}
    return value


def followed(scenario: Scenario, path: tuple[Taken, ...] = ()) -> Iterator[Walk]:
    """Follow every path from the start, again for each, as slowly as can be."""
    walk = follow(scenario, path, is_curtain_raised=True)
    if walk.stop is Stop.ENDING:
        yield walk
        return
    decision = walk.here.scene.decision
    assert decision is not None
    for choice in walk.here.choices:
        yield from followed(scenario, (*path, Taken(decision.id, choice.id)))


@given(stories())
def test_the_paths_are_those_that_readers_can_walk(scenario: Scenario) -> None:
    assert all_paths(scenario).walks == tuple(followed(scenario))


@given(stories(), st.integers(1, 30))
def test_more_paths_than_the_cap_are_known_by_a_sample(scenario: Scenario, cap: int) -> None:
    every = all_paths(scenario).walks
    paths = all_paths(scenario, cap=cap, sample=20)

    assert paths.is_sample == (len(every) > cap)
    assert {walk.taken for walk in paths.walks} <= {walk.taken for walk in every}
    assert all(walk in every for walk in paths.walks)
    assert len({walk.taken for walk in paths.walks}) == len(paths.walks) > 0


@given(stories(), st.integers())
def test_the_same_seed_draws_the_same_sample(scenario: Scenario, seed: int) -> None:
    first = all_paths(scenario, cap=0, sample=20, seed=seed)

    assert first == all_paths(scenario, cap=0, sample=20, seed=seed)


@given(stories())
def test_what_is_known_at_the_end_is_the_state_of_the_path(scenario: Scenario) -> None:
    for walk in all_paths(scenario).walks:
        *_others, (step, walker) = leaving(scenario, walk)

        assert step == walk.here
        assert walker.state == walk.state


@given(stories())
def test_the_rules_take_every_story_that_can_be_played(scenario: Scenario) -> None:
    codes = {found.code for found in lint(scenario, Node(1))}

    assert codes <= {rule.code for rule in RULES}
