"""The map of a story: every scene and every way, for eyes and for ears."""

from xml.etree import ElementTree as ET

import pytest

from ltitool.core.retrace import retrace
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.story_map import HIGH, KINDS, WIDE, in_words, page_map, story_map
from tests.core.stories import FULL

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=["pending", "full"])
def story(request: pytest.FixtureRequest, scenario: Scenario) -> Scenario:
    """Each of two stories."""
    return scenario if request.param == "pending" else read_scenario(FULL)


def drawn(story: Scenario) -> ET.Element:
    """Return the map as what it is made of."""
    return ET.fromstring(story_map(story))


def test_every_scene_is_drawn_once_with_its_title(story: Scenario) -> None:
    boxes = [
        group for group in drawn(story).iter(f"{SVG}g") if group.find(f"{SVG}rect") is not None
    ]

    assert [group.findtext(f"{SVG}title") for group in boxes] == [s.title for s in story.scenes]


def test_the_words_of_the_story_are_in_its_language_and_the_name_of_the_map_is_not() -> None:
    story = read_scenario(FULL.replace("language: en-GB", "language: ar"))
    [spoken] = ET.fromstring(page_map(story, "The map", KINDS)).iterfind(f"{SVG}g")

    assert spoken.attrib == {"lang": "ar"}
    assert len(list(spoken.iter(f"{SVG}rect"))) == len(story.scenes)


def test_no_two_scenes_cover_each_other_and_all_are_inside(story: Scenario) -> None:
    picture = drawn(story)
    _x, _y, width, height = (float(part) for part in picture.attrib["viewBox"].split())
    corners = [(float(r.attrib["x"]), float(r.attrib["y"])) for r in picture.iter(f"{SVG}rect")]

    for n, (x, y) in enumerate(corners):
        assert 0 <= x <= width - WIDE
        assert 0 <= y <= height - HIGH
        for x2, y2 in corners[n + 1 :]:
            assert abs(x - x2) >= WIDE or abs(y - y2) >= HIGH


def test_ways_lead_down(story: Scenario) -> None:
    for path in drawn(story).iter(f"{SVG}path"):
        start, _c1, _c2, end = (
            point.lstrip("MC").split(",") for point in path.attrib["d"].split(" ")
        )
        assert float(start[1]) < float(end[1])


def test_a_way_that_hangs_on_something_is_drawn_so(story: Scenario) -> None:
    dashed = [p for p in drawn(story).iter(f"{SVG}path") if p.get("class") == "sometimes"]

    assert 0 < len(dashed) < len(list(drawn(story).iter(f"{SVG}path")))


def test_it_is_told_in_words_as_well(scenario: Scenario) -> None:
    words = in_words(scenario)

    assert drawn(scenario).findtext(f"{SVG}desc") == words
    assert words.startswith("The second half of the meeting leads to The request.")
    assert "The request (core decision) leads to Suppose Sam waits (Wait for Thursday); " in words
    assert "Three months on (curtain) leads to A line she can see (sometimes); " in words
    assert words.endswith("Still pending (ending).")


def test_what_a_title_holds_is_only_text() -> None:
    story = read_scenario(FULL.replace("title: The hall", "title: 'A & B \"C\"'"))

    assert "A &amp; B" in story_map(story)
    assert 'A & B "C"' in in_words(story)


def test_of_two_ways_between_two_scenes_only_the_one_walked_stands_out(scenario: Scenario) -> None:
    walk = retrace(scenario, ["hold", "call", "together"], is_curtain_raised=True)
    picture = ET.fromstring(page_map(scenario, "Map", KINDS, walk.steps))

    scenes = [group for group in picture.iter(f"{SVG}g") if "walked" in group.get("class", "")]
    ways = [path for path in picture.iter(f"{SVG}path") if path.get("class") == "walked"]
    assert {group.findtext(f"{SVG}title") for group in scenes} == {
        step.scene.title for step in walk.steps
    }
    assert len(ways) == len(walk.steps) - 1
