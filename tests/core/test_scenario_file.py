"""The text of a story: which YAML is read, and which is refused in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from tests.conftest import PENDING
from tests.core.stories import FULL, SHORT, changed, problems_of

YAML = [
    ("It is late.", "&x It is late.", "line 21: “&x” is an anchor; write each part out."),
    ("The street is wet.", "*x", "line 36: “*x” repeats another part; write it out."),
    (
        "The street is wet.",
        "!!str wet",
        "line 36: “tag:yaml.org,2002:str” is a tag; a story needs none.",
    ),
    (
        "    curtain: true\n",
        "    curtain: true\n    curtain: true\n",
        "line 33: “curtain” stands twice in the same place.",
    ),
    (
        "    curtain: true\n",
        "\tcurtain: true\n",
        "line 32: This is not readable as YAML: a tab stands where spaces belong.",
    ),
    (
        "title: The door",
        "title: 'The door",
        "line 46: This is not readable as YAML: found unexpected end of stream.",
    ),
    (
        "title: The door",
        "title: The: door",
        "line 5: This is not readable as YAML: mapping values are not allowed in this context.",
    ),
    ("reflect:", "---\nreflect:", "line 44: A file holds one story; here a second begins."),
    (
        "  - {id: why, prompt: Why?, required: true}",
        "  - {[id]: why}",
        "line 45: The name before a colon must be one word.",
        "line 45: reflect[0].(45): this is not known here.",
        "line 45: reflect[0].id: this is missing.",
        "line 45: reflect[0].prompt: this is missing.",
    ),
    (
        "It is late.",
        (
            ""
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
        ),
        "line 21: The lists are nested too deeply.",
    ),
]

PIECES = st.sampled_from(
    [
        "*x",
        "&x ",
        "!!str ",
        "no",
        "~",
        "[",
        "]",
        "{",
        "}",
        ": ",
        "- ",
        "\n",
        "  ",
        "\t",
        "'",
        '"',
        "goto",
        "when: ",
        "end",
        "knock",
        "true",
        "1.5",
        "-7",
        "|\n",
        ">-\n",
        "---\n",
        "# ",
        "\x00",
    ]
)


@pytest.mark.parametrize(("old", "new", "problems"), [(a, b, c) for a, b, *c in YAML])
def test_yaml_that_would_surprise_somebody_is_refused(
    old: str, new: str, problems: list[str]
) -> None:
    assert problems_of(changed(SHORT, (old, new))) == problems


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "on",
        "Off",
        "y",
        "12:30",
        "2014-07-23",
        "0x1f",
        "0o17",
        "1_000",
        ".5",
        "1e3",
        ".nan",
        "2001-12-14 21:59:43",
        "=",
        "<<",
        "190:20:30",
        "9" * 30,
    ],
)
def test_what_only_older_yaml_takes_for_something_else_stays_text(word: str) -> None:
    assert (
        read_scenario(changed(SHORT, ("title: Morning", f"title: {word}"))).scenes[1].title == word
    )


def test_words_in_a_list_stay_text() -> None:
    assert read_scenario(FULL).keywords == ("no", "on", "12:30", "2014-07-23")


@pytest.mark.parametrize("word", ["'true'", '"12"', "'null'", '"~"'])
def test_what_stands_in_quotes_is_text(word: str) -> None:
    scenario = read_scenario(changed(SHORT, ("title: Morning", f"title: {word}")))

    assert scenario.scenes[1].title == word[1:-1]


@pytest.mark.parametrize("word", ["", " ~", " null", " # later"])
def test_a_name_with_nothing_after_it_is_reported(word: str) -> None:
    story = changed(SHORT, ("licence: CC-BY-4.0", f"licence: CC-BY-4.0\nminutes:{word}"))

    assert problems_of(story) == ["line 8: minutes: nothing is written here."]


def test_the_shipped_story_is_read_whole(scenario: Scenario) -> None:
    assert (scenario.id, scenario.version, scenario.title) == ("sam-and-lucy", "1.1.0", "Pending")
    assert len(scenario.scenes) == 17
    assert [d.id for d in scenario.core_decisions] == ["d1-request", "d2-night", "d3-agreement"]
    assert scenario.talk_decision.id == "d1-request"


def test_every_field_of_the_format_is_kept() -> None:
    story = read_scenario(FULL)

    written = story.model_dump(by_alias=True, exclude_defaults=True)
    assert written["scenes"][0]["beats"][2]["card"]["from"] == "bo"
    assert read_scenario(FULL.encode()) == story
    assert Scenario.model_validate(story.model_dump(by_alias=True, exclude_unset=True)) == story


def test_bytes_with_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    text = "\ufeff" + SHORT.replace("\n", "\r\n")

    assert read_scenario(text.encode()) == read_scenario(text) == read_scenario(SHORT)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (b"", "line 1: A story is a list of names and values, like “title: …”."),
        ("# nothing", "line 1: A story is a list of names and values, like “title: …”."),
        ("- a\n- b", "line 1: A story is a list of names and values, like “title: …”."),
        (b"title: A\nsummary: \xff", "line 2: The file must be saved as UTF-8 text."),
        ("title: A".encode("utf-16"), "line 1: The file must be saved as UTF-8 text."),
        ("title: \ud800", "line 1: The file holds half a character; save it as UTF-8."),
        (b"PK\x03\x04...", "line 1: This is a zip archive, not a YAML file."),
        ("é" * 300_000, "line 1: The file has 600,000 bytes; a story fits into 524,288."),
        (b"#" * 524_289, "line 1: The file has 524,289 bytes; a story fits into 524,288."),
    ],
)
def test_what_is_no_story_at_all_is_said_in_one_sentence(source: str | bytes, problem: str) -> None:
    assert problems_of(source) == [problem]


def test_a_bomb_of_aliases_is_only_counted() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
    )

    assert any("repeats another part" in problem for problem in problems_of(bomb))


def test_a_large_file_of_faults_is_read_at_once() -> None:
    problems = problems_of(SHORT + "".join(f"x{i}: [{{}}]\n" for i in range(20_000)))

    assert len(problems) == 20_000


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(source: bytes) -> None:
    assert_sentences(source)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(source: str) -> None:
    assert_sentences(source)


@given(
    st.sampled_from([SHORT, FULL, PENDING.read_text("utf-8")]),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 60), PIECES | st.text(max_size=5)),
        min_size=1,
        max_size=4,
    ),
)
def test_no_change_to_a_story_breaks_the_reader(
    story: str, changes: list[tuple[float, int, str]]
) -> None:
    for place, length, piece in changes:
        start = int(place * len(story))
        story = story[:start] + piece + story[start + length :]

    assert_sentences(story)


def assert_sentences(source: str | bytes) -> None:
    """A file is read, or refused in sentences that name a line; nothing else happens."""
    for problem in problems_of(source):
        line, colon, words = problem.partition(": ")
        assert line.removeprefix("line ").isdecimal()
        assert colon
        assert words.rstrip()[-1] in ".?"
