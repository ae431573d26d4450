"""The reference for authors says what the models say, and its examples run."""

import json
from pathlib import Path

import pytest

import ltitool
from ltitool.core.exchange.draft import Draft
from ltitool.core.reference.examples import EXAMPLES, Piece
from ltitool.core.reference.page import NAMES, reference_page
from ltitool.core.scenario import Part, Scenario, everything
from ltitool.core.scenario_file import read_scenario, schema
from ltitool.core.scenario_yaml import read
from ltitool.settings import shipped
from tests.test_docs import blocks

DOCS = Path(ltitool.__file__).parent.parent / "docs"
STORY = next(text for page, text in blocks("yaml") if page == "writing.md")
HEAD = "Scenario"
WAYS = {"decision", "next", "ending"}


def with_pieces(pieces: tuple[Piece, ...]) -> Scenario:
    """Return the story of the guide in which these lines stand."""
    story = read(STORY)[0].value
    for piece in pieces:
        place = story
        for name in piece.inside:
            place = place[name]
        lines = read(piece.lines)[0].value
        for way in WAYS if WAYS & set(lines) else ():
            place.pop(way, None)
        place.update(lines)
    return read_scenario(Draft(story).source)


def written(scenario: Scenario, name: str) -> set[str]:
    """Return the fields that the parts of a kind have in a story."""
    parts = [part for _place, part in everything(scenario) if type(part).__name__ == name]
    return {field for part in parts if isinstance(part, Part) for field in part.model_fields_set}


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != HEAD])
def test_an_example_runs_and_shows_every_field(name: str) -> None:
    made = with_pieces(EXAMPLES[name])
    fields = set(schema()["$defs"][name]["properties"])

    assert {field.rstrip("_") for field in written(made, name)} == fields


def test_the_example_of_the_head_runs_and_others_show_what_it_leaves_out() -> None:
    head = written(with_pieces(EXAMPLES[HEAD]), HEAD)
    lines = [piece.lines for pieces in EXAMPLES.values() for piece in pieces if not piece.inside]

    assert head | {field for one in lines for field in read(one)[0].value} == set(
        Scenario.model_fields
    )


def test_every_part_of_the_format_is_told() -> None:
    assert set(NAMES) == set(EXAMPLES) == {HEAD, *schema()["$defs"]}


def test_the_page_and_the_schema_are_those_of_the_models() -> None:
    page = (DOCS / "format.md").read_text("utf-8")
    published = (shipped("scenarios") / "scenario.schema.json").read_text("utf-8")

    assert page == reference_page(), "ltitool scenarios reference > docs/format.md"
    assert json.loads(published) == schema(), "ltitool scenarios schema"
