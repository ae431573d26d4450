"""Text in, Scenario out; or every problem at once, each a sentence with its line."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ltitool.core.errors import BrokenScenario
from ltitool.core.lint.findings import Finding, Severity, spoken
from ltitool.core.scenario import Scenario, Scene
from ltitool.core.scenario_checks import structural_problems
from ltitool.core.scenario_faults import shape_problems
from ltitool.core.scenario_graph import flow_problems
from ltitool.core.scenario_loose import loosely
from ltitool.core.scenario_schema import PublishedSchema
from ltitool.core.scenario_yaml import Node, read

Path = tuple[str | int, ...]


def read_scenario(source: str | bytes) -> Scenario:
    """Return the scenario of a file; raises BrokenScenario with every problem at once."""
    root, problems = read(source)
    if not isinstance(root.value, dict):
        raise BrokenScenario(["line 1: A story is a list of names and values, like “title: …”."])
    try:
        scenario = Scenario.model_validate(root.value, by_alias=True, by_name=False)
        faults: list[ErrorDetails] = []
    except ValidationError as fault:
        # What can be read is still checked, so that one fault hides no other.
        scenario = loosely(root.value)
        faults = fault.errors(include_url=False)
    found = [Finding.unread(problem) for problem in problems]
    found += _all_findings(root, scenario, faults)
    if found:
        in_order = sorted(set(found), key=lambda one: (one.line, str(one)))
        raise BrokenScenario(in_order)
    return scenario


def _all_findings(root: Node, scenario: Scenario, faults: list[ErrorDetails]) -> list[Finding]:
    found = shape_problems(root, faults, Scenario)
    faulty = {problem.path for problem in found}
    found += [problem for problem in structural_problems(scenario) if problem.path not in faulty]
    if not any(_is_about_the_flow(problem.path) for problem in found):
        found += flow_problems(scenario)
    return [
        Finding(code, Severity.ERROR, root.at(path).line, spoken(path), words)
        for path, words, code in found
    ]


FLOW = {"start", "scenes", "id", "decision", "choices", "goto", "next", "to", "ending", "curtain"}

PLACE_IN_A_SCENE = len(("scenes", 0, "next"))


def _is_about_the_flow(path: Path) -> bool:
    """Whether a problem here leaves it unknown where the scenes lead."""
    names = [part for part in path if isinstance(part, str)]
    if names[:1] not in (["start"], ["scenes"]):
        return not path
    is_of_a_scene = len(path) == PLACE_IN_A_SCENE  # an unknown name there may be a misspelt way on
    return names[-1] in FLOW or (is_of_a_scene and names[-1] not in Scene.model_fields)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the format, generated from its models."""
    made = Scenario.model_json_schema(by_alias=True, schema_generator=PublishedSchema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Dilemma scenario, format dilemma/1",
    }
