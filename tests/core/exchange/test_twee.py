"""Twee 3: ours comes back as it went, others' become drafts, and nothing crashes."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import ltitool
from ltitool.core.errors import BrokenScenario
from ltitool.core.exchange.ids import Ids
from ltitool.core.exchange.twee_export import to_twee
from ltitool.core.exchange.twee_import import from_twee
from ltitool.core.exchange.twee_text import passages_of
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.texts import texts
from tests.core.stories import FULL, SHORT, changed

SHIPPED = sorted(
    path
    for path in (Path(ltitool.__file__).parent.parent / "scenarios").glob("*.yaml")
    if "." not in path.stem
)
NASTY = st.text(
    st.sampled_from(list("ab: \n\t[]{}<>-|$()#*\\\"'é\u200fعם😀:1~\r\x85\u2028")),
    min_size=1,
    max_size=30,
)


def back(scenario: Scenario) -> Scenario:
    """Return a story that has been to Twine and back."""
    return read_scenario(from_twee(to_twee(scenario).content).source)


def twee(*passages: str) -> str:
    """Return a Twee file of passages, each begun by its name on a line of its own."""
    return "\n\n".join(f":: {one}" for one in passages)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_story_comes_back_from_twee_as_it_went(path: Path) -> None:
    scenario = read_scenario(path.read_bytes())
    draft = from_twee(to_twee(scenario).content)

    assert read_scenario(draft.source) == scenario
    assert draft.losses == ()


@pytest.mark.parametrize("story", [SHORT, FULL])
def test_every_field_of_the_format_comes_back(story: str) -> None:
    scenario = read_scenario(story)

    assert back(scenario) == scenario


@settings(max_examples=20)
@given(st.data())
def test_stories_with_other_words_come_back(data: st.DataObject) -> None:
    document = read_scenario(FULL).model_dump(mode="json", by_alias=True, exclude_unset=True)
    keys = [one.place for one in texts(read_scenario(FULL))]
    places = data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=8, unique=True))
    for place in places:
        part: Any = document
        for name in place[:-1]:
            part = part[name]
        if place[-1] not in {"short", "alt", "from_"}:
            part[place[-1]] = data.draw(NASTY)
    try:
        scenario = read_scenario(yaml.safe_dump(document, allow_unicode=False))
    except BrokenScenario:
        return

    assert back(scenario) == scenario


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_mutated_shipped_stories_come_back_or_say_what_is_wrong(path: Path) -> None:
    scenario = read_scenario(path.read_bytes())
    chance = Random(7)
    for _copy in range(2):
        scenes = list(scenario.scenes)
        chance.shuffle(scenes)
        same = scenes[0].title
        scenes = [one.model_copy(update={"title": same}) for one in scenes]
        mutated = scenario.model_copy(update={"scenes": tuple(scenes)})

        assert back(mutated) == mutated


def test_twee_is_written_as_its_specification_says() -> None:
    source = to_twee(read_scenario(FULL)).content.decode()
    passages = {one.name: one for one in passages_of(source)}

    assert re.search(
        r'"ifid": "[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}"',
        passages["StoryData"].text,
    )
    assert '"start": "A knock"' in passages["StoryData"].text
    assert passages["A knock"].tags == ("core",)
    assert passages["After"].tags == ("step",)
    assert passages["Tea"].tags == ("ending",)
    assert "[[Open the door.->After]]" in passages["A knock"].text
    headers = [line for line in source.splitlines() if line.startswith("::")]
    assert all(set(re.findall(r'"(\w+)":', line)) <= {"position", "size"} for line in headers)
    assert to_twee(read_scenario(FULL)).content.decode() == source


def test_the_export_says_what_twine_does_not_show() -> None:
    losses = " ".join(to_twee(read_scenario(FULL)).losses)

    for word in ("conditions", "effects", "question to ask first", "pictures", "Lenses"):
        assert word in losses


def test_what_was_edited_in_twine_counts() -> None:
    source = to_twee(read_scenario(SHORT)).content.decode()
    edited = changed(
        source,
        ("[[Open.->", "[[Open at once.->"),
        ("It is late.", "It is very late."),
        ("Ana: Good morning.", "Ana: Good day."),
        ("A quiet street.\n", "A loud street.\n"),
    )
    scenario = read_scenario(from_twee(edited).source)

    assert scenario.scenes[0].beats[0].narrate == "It is very late."
    assert scenario.decisions[0].choices[0].label == "Open at once."
    assert scenario.decisions[0].choices[0].honours == ("care",)
    said = scenario.scenes[1].beats[0].say
    assert said is not None
    assert said.text == "Good day."
    assert scenario.scenes[1].ending is not None
    assert scenario.scenes[1].ending.gained == "A loud street."


def test_the_four_forms_of_links_are_read_and_names_trimmed() -> None:
    draft = from_twee(
        twee(
            " Start \nA door.\n\n[[Open it-> Hall ]]\n[[Cellar<-Go down]]\n[[Wait|Yard]]\n[[Hall]]",
            "Hall\nDone.",
            "Cellar\nDark.\n\n[[Hall]]",
            'Yard [x] {"position":"1,2"}\nWet.',
        )
    )
    start, _hall, cellar, yard = draft.document["scenes"]

    assert [(one["label"], one["goto"]) for one in start["decision"]["choices"]] == [
        ("Open it", "hall"),
        ("Go down", "cellar"),
        ("Wait", "yard"),
        ("Hall", "hall"),
    ]
    assert cellar["next"] == "hall"
    assert yard["ending"]["label"] == "Yard"
    assert yard["beats"] == [{"narrate": "Wet."}]
    assert draft.findings


def test_known_people_speak_and_others_are_told() -> None:
    source = twee("Start\nAna: Hello.\n\nNote: it rains.")
    scene = from_twee(source, cast=["Ana"]).document["scenes"][0]

    assert scene["beats"] == [
        {"say": {"who": "ana", "text": "Hello."}},
        {"narrate": "Note: it rains."},
    ]


def test_code_of_story_formats_is_dropped_and_listed() -> None:
    draft = from_twee(
        twee(
            "StoryTitle\nOld tale",
            "Code [script]\nalert(1)",
            "Look [stylesheet]\nbody {}",
            "StoryInit\n<<set $a to 1>>",
            "Start\n(set: $a to (random: 1, 2))<<set $b to 3>>You wait <b>long</b>. "
            "[[Go->Nowhere]]",
        )
    )
    losses = "\n".join(draft.losses)

    for word in ("“Code”", "“Look”", "“StoryInit”", "SugarCube", "Harlowe", "HTML", "“Nowhere”"):
        assert word in losses
    assert draft.document["title"] == "Old tale"
    assert draft.document["scenes"][0]["beats"] == [{"narrate": "You wait long. Go"}]


FORMATS = {
    "Harlowe": (
        (
            "(set: $torch to 0)It is ''cold''. (if: $torch is 1)[You see a [[ladder->Top]].]\n"
            '(link-goto: "Go on", "Way")(display: "Top")'
        ),
        "It is **cold**. You see a ladder.\nGo on",
        ["ladder", "Go on"],
        ["Harlowe macros in “Start”: dropped.", "Code in “Start” names “Top”"],
    ),
    "SugarCube": (
        (
            "<<if $a gt 3>>You have $a. <</if>>[[Climb|Top][$a to 1]]\n"
            '<<link "Go on" "Way">><</link>>'
            "<<button [[Stay|Top]]>><</button>>@@.red;Run@@"
        ),
        "You have $a. Climb\nGo onRun",
        ["Climb", "Go on", "Stay"],
        ["SugarCube macros in “Start”: dropped.", "Names of variables in “Start”: to be replaced"],
    ),
    "Chapbook": (
        (
            "a: 3\nb (a > 2): 'x'\n--\n[if a > 2]\nIt is late.\n[continued]\n> [[Top]]\n"
            "> {link to: 'Way', label: 'Go on'}"
        ),
        "It is late.",
        ["Top", "Go on"],
        ["Settings of Chapbook in “Start”: dropped.", "Chapbook modifiers in “Start”: dropped."],
    ),
    "Snowman": (
        '<% s.a = 3 %>It is late.\n[[Top]] [[Go on->Way]]\n<a data-passage="Top">Up</a>',
        "It is late.\nUp",
        ["Top", "Go on"],
        ["Snowman code in “Start”: dropped.", "Code in “Start” names “Top”"],
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_ways_in_the_code_of_a_story_format_are_kept_and_the_rest_is_named(name: str) -> None:
    code, text, answers, losses = FORMATS[name]
    draft = from_twee(twee(f"Start\n{code}", "Top\nUp here.", "Way\nThe end."))
    start = draft.document["scenes"][0]

    assert start["beats"] == [{"narrate": text}]
    assert [one["label"] for one in start["decision"]["choices"]] == answers
    for loss in losses:
        assert any(one.startswith(loss) for one in draft.losses), loss


def test_a_file_without_a_scene_is_refused_in_a_sentence() -> None:
    with pytest.raises(BrokenScenario, match="no passage"):
        from_twee("only words")


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes, at the best of three times."""
    taken = []
    for _time in range(3):
        begun = process_time()
        work()
        taken.append(process_time() - begun)
    return min(taken)


@pytest.mark.parametrize("hostile", ["[[a", "[[", "<<a", "<<", "(a:", "<%", "{a", "<!--", "[[a->"])
def test_marks_that_never_close_cost_little_more_than_words(hostile: str) -> None:
    words, marks = (
        f":: Start\n{one * (90_000 // len(one))}" for one in ("Go in. It is late. ", hostile)
    )

    assert seconds(lambda: from_twee(marks)) < 80 * seconds(lambda: from_twee(words))


def test_many_names_that_are_the_same_cost_little_more_than_others() -> None:
    def named(name: Callable[[int], str]) -> None:
        ids = Ids()
        assert len({ids.new(name(n), "scene") for n in range(4_000)}) == 4_000

    same = seconds(lambda: named(lambda _n: "A door that is as long as a name may be at most"))

    assert same < 20 * seconds(
        lambda: named(lambda n: f"Door {n} that is as long as a name may be")
    )


def test_more_passages_than_anybody_could_cut_down_are_refused() -> None:
    with pytest.raises(BrokenScenario, match="2,001 passages"):
        from_twee(":: A\nx\n" * 2_001)


PIECES = st.sampled_from(
    [":: ", "::", "\n", "\n\n", "[[", "]]", "->", "<-", "|", "Start", "StoryData", "DilemmaData",
     "{", "}", '"start"', ":", "<!-- dilemma ", "-->", '{"beat": 1}', '{"scene": {"id": "a"}}',
     '{"id": "b", "goto": [1]}', '{"decision": {"prompt": 3}}', '{"ending": []}',
     '{"next": [{"to": []}]}', '{"consult": 1}', "[core]", "\\", "<<if $a>>", "(if: x)[y]", "\x00",
     '{"cast": [{"id": [], "name": "A"}], "scenes": 3, "title": {}}', "A: b", "é", "[" * 50,
     '<<link "a" "Start">>', "(link-goto: 'a', 'b')", "{embed passage: 'a'}", "[if a]",
     "a: 3\n--\n", "<% a %>", "''", "//", "@@.a;", "|a>[", "$a"]
)  # fmt: skip


@settings(max_examples=50)
@given(st.lists(PIECES | st.text(max_size=8), max_size=40))
def test_no_file_makes_the_reader_crash(parts: list[str]) -> None:
    source = "".join(parts)
    with suppress(BrokenScenario):  # which is the sentence that there is no scene
        draft = from_twee(source)
        assert draft.findings
