"""Whatever is thrown at the reader, it answers with a story or with what is wrong, and soon."""

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ltitool.actions.library_files import stories_in
from ltitool.core.errors import BrokenScenario
from ltitool.core.overlay import read_overlay
from ltitool.core.scenario_file import read_scenario
from ltitool.core.upload import unpacked
from ltitool.settings import shipped
from tests.core.stories import FULL, SHORT, problems_of

SHIPPED = [path.read_text("utf-8") for path in stories_in(shipped("scenarios"))]
quick = settings(max_examples=60, suppress_health_check=list(HealthCheck))

words = st.text(max_size=12) | st.sampled_from(["null", "true", "0", "- a", "[", "{a: 1}", "~"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


def read_or_told(source: str | bytes) -> None:
    """Fail on anything but a story, or a list of what is wrong with it."""
    assert isinstance(problems_of(source), list)


@quick
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    read_or_told(content)
    for reads in (unpacked, read_overlay):
        with suppress(BrokenScenario):
            reads(content)


@quick
@given(st.sampled_from([SHORT, FULL]), st.data())
def test_no_line_taken_out_put_in_or_moved_breaks_the_reader(
    story: str, data: st.DataObject
) -> None:
    lines = story.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(["drop", "twice", "indent", "cut", "word"])):
        case "drop":
            del lines[at]
        case "twice":
            lines.insert(at, lines[at])
        case "indent":
            lines[at] = f"  {lines[at]}"
        case "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, 40))]
        case _:
            head, _colon, _rest = lines[at].partition(":")
            lines[at] = f"{head}: {data.draw(words)}"
    read_or_told("\n".join(lines))


@quick
@given(values)
def test_no_value_in_place_of_the_scenes_breaks_the_reader(value: object) -> None:
    head, _scenes, _rest = SHORT.partition("scenes:")
    read_or_told(f"{head}scenes: {value!r}\nreflect: []\n")


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SHIPPED), st.data())
def test_a_shipped_story_that_lost_a_line_is_read_or_told(story: str, data: st.DataObject) -> None:
    lines = story.splitlines()
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    read_or_told("\n".join(lines))


def test_a_file_of_ten_megabytes_is_refused_unread() -> None:
    [problem] = problems_of(b"a: b\n" * 2_000_000)

    assert "a story fits into" in problem


def test_a_file_nested_deeply_is_refused() -> None:
    [problem] = problems_of("a: " + "[" * 5_000)

    assert "nested too deeply" in problem


def test_ten_thousand_scenes_are_refused_in_one_sentence() -> None:
    head, _scenes, rest = SHORT.partition("scenes:\n")
    scenes = "".join(f"  - {{id: s{n}, title: S, next: end}}\n" for n in range(10_000))
    told = problems_of(f"{head}scenes:\n{scenes}{rest}"[:520_000])

    assert told


def test_another_encoding_is_named() -> None:
    [problem] = problems_of(SHORT.encode("utf-16"))

    assert "UTF-8" in problem


def test_a_tab_is_named() -> None:
    [problem] = problems_of(SHORT.replace("  - id: knock", "\t- id: knock"))

    assert "a tab stands where spaces belong" in problem


def test_a_zip_named_as_a_story_is_named() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("door.yaml", SHORT)
    [problem] = problems_of(made.getvalue())

    assert "zip archive" in problem


def test_an_unknown_name_is_told_the_one_that_was_meant() -> None:
    told = problems_of(SHORT.replace("summary:", "sumary:"))

    assert any("sumary: this is not known here. Did you mean “summary”?" in one for one in told)


def test_a_circle_is_told() -> None:
    told = problems_of(SHORT.replace("strains: [care], goto: end", "strains: [care], goto: knock"))

    assert any("knock" in one for one in told)


@pytest.mark.parametrize("story", SHIPPED, ids=lambda story: story[:40].split("\n")[0])
def test_what_ships_is_read(story: str) -> None:
    assert read_scenario(story).core_decisions
