"""H5P: a story is written out path by path, or refused in a sentence."""

import json
from collections import Counter
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from ltitool.actions.library_files import media_beside
from ltitool.core.errors import InputRefused
from ltitool.core.exchange.h5p_export import to_h5p
from ltitool.core.exchange.h5p_unrolled import MOST_PAGES, pages_of
from ltitool.core.lint.paths import all_paths
from ltitool.core.scenario_file import read_scenario
from tests.core.exchange.h5p_semantics import SCENARIO, misfits
from tests.core.exchange.test_twee import SHIPPED
from tests.core.stories import FULL, SHORT, changed

PICTURE = b"\x89PNG\r\n\x1a\n"


def files_of(package: bytes) -> dict[str, bytes]:
    """Return what is in a package."""
    with ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def scenario_in(package: bytes) -> dict[str, Any]:
    """Return the branching scenario in a package."""
    found: dict[str, Any] = json.loads(files_of(package)["content/content.json"])
    inside: dict[str, Any] = found["branchingScenario"]
    return inside


def endings(pages: list[dict[str, Any]], at: int = 0) -> list[str]:
    """Return the end screens of every path, each as often as a path comes to it."""
    page = pages[at]
    asked = page["type"]["params"].get("branchingQuestion")
    if asked:
        answers = asked["alternatives"]
        return [end for one in answers for end in endings(pages, one["nextContentId"])]
    to = page["nextContentId"]
    return endings(pages, to) if to >= 0 else [page["feedback"]["title"]]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_story_ends_in_h5p_as_often_in_each_way_as_here(path: Path) -> None:
    scenario = read_scenario(path.read_bytes())
    pages = scenario_in(to_h5p(scenario, {}).content)["content"]
    here = Counter(
        escape(walk.here.scene.ending.label)
        for walk in all_paths(scenario).walks
        if walk.here.scene.ending is not None
    )

    assert len(pages) <= MOST_PAGES
    assert Counter(endings(pages)) == here


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_package_is_what_the_semantics_of_h5p_allow(path: Path) -> None:
    scenario = read_scenario(path.read_bytes())
    files = files_of(to_h5p(scenario, media_beside(path)).content)
    content = json.loads(files["content/content.json"])
    pages = content["branchingScenario"]["content"]

    assert list(misfits(content, SCENARIO, files)) == []
    assert len(pages) == pages_of(scenario)  # which the advice to authors tells
    for broken in ({"score": 1}, {"nextContentId": "1"}, {"contentBehaviour": "never"}):
        pages[0] |= broken
        assert list(misfits(content, SCENARIO, files))


def test_what_the_story_remembers_is_written_out() -> None:
    inside = scenario_in(to_h5p(read_scenario(SHORT), {}).content)
    pages = inside["content"]
    question = pages[1]["type"]["params"]["branchingQuestion"]
    opened, waited = (pages[one["nextContentId"]] for one in question["alternatives"])

    assert pages[0]["type"]["params"]["text"] == "<p>It is late.</p>"
    assert pages[0]["nextContentId"] == 1
    assert "Good morning." in opened["type"]["params"]["text"]
    assert "Good morning." not in waited["type"]["params"]["text"]
    assert opened["feedback"]["subtitle"] == "<p>A quiet street.</p><p>An hour of sleep.</p>"
    assert waited["feedback"]["subtitle"] == "<p>A quiet street.</p><p>A neighbour.</p>"
    assert all(inside["l10n"].values())
    assert inside["scoringOptionGroup"]["scoringOption"] == "no-score"
    assert {page["type"]["library"] for page in pages} == {
        "H5P.AdvancedText 1.1",
        "H5P.BranchingQuestion 1.0",
    }


def test_pictures_beside_the_story_go_along_with_what_they_show() -> None:
    made = to_h5p(read_scenario(FULL), {"media/door.svg": PICTURE, "media/other.png": PICTURE})
    files = files_of(made.content)
    pages = scenario_in(made.content)["content"]
    pictures = [page for page in pages if page["type"]["library"] == "H5P.Image 1.1"]

    assert sorted(files) == ["content/content.json", "content/images/door.svg", "h5p.json"]
    assert {page["type"]["params"]["alt"] for page in pictures} == {"A door."}
    assert any("media/line.svg is not beside the story" in loss for loss in made.losses)


def test_the_package_names_its_libraries_and_is_the_same_each_time() -> None:
    scenario = read_scenario(SHORT)
    package = to_h5p(scenario, {}).content
    about = json.loads(files_of(package)["h5p.json"])

    assert about["mainLibrary"] == "H5P.BranchingScenario"
    assert about["license"] == "CC BY"
    assert {one["machineName"] for one in about["preloadedDependencies"]} > {about["mainLibrary"]}
    assert to_h5p(scenario, {}).content == package


def test_a_story_that_remembers_too_much_is_refused_in_a_sentence() -> None:
    step = """\
  - id: s{n}
    title: Step {n}
    beats: [{{narrate: Step {n}.}}]
    decision:
      id: d{n}
      kind: step
      prompt: Which?
      choices:
        - {{id: a{n}, label: This., goto: {to}}}
        - {{id: b{n}, label: That., goto: {to}}}
"""
    steps = "".join(step.format(n=n, to=f"s{n + 1}" if n < 9 else "end") for n in range(10))
    lines = "".join(
        f"      - {{narrate: At {n}., when: {{chose: d{n}, in: [a{n}]}}}}\n" for n in range(10)
    )
    story = changed(
        SHORT,
        ("effects: {trust: 1, woken: true}, goto: end", "goto: s0"),
        ("strains: [care], goto: end", "strains: [care], goto: s0"),
        ("  - id: end\n", f"{steps}  - id: end\n"),
        ("      - narrate: The street is wet.\n", f"      - narrate: Wet.\n{lines}"),
    )

    with pytest.raises(InputRefused, match="200 is the most"):
        to_h5p(read_scenario(story), {})


def test_signs_of_html_in_a_story_are_words_in_h5p() -> None:
    story = changed(SHORT, ("label: Morning", "label: Five < six"), ("It is late.", "3 < 4 & so."))
    pages = scenario_in(to_h5p(read_scenario(story), {}).content)["content"]

    assert pages[0]["type"]["params"]["text"] == "<p>3 &lt; 4 &amp; so.</p>"
    assert endings(pages) == ["Five &lt; six"] * 2
