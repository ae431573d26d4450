"""H5P packages from elsewhere: their pages become scenes, and hostile ones a sentence."""

import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ltitool.actions.library_files import media_beside
from ltitool.core import archive
from ltitool.core.errors import BrokenScenario
from ltitool.core.exchange.draft import MOST_PARTS, Draft
from ltitool.core.exchange.h5p_export import to_h5p
from ltitool.core.exchange.h5p_import import from_h5p
from ltitool.core.exchange.h5p_package import LARGEST_CONTENT
from ltitool.core.exchange.imported import draft_of, is_from_elsewhere
from ltitool.core.lint.paths import all_paths
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_loose import loosely
from ltitool.core.scenario_yaml import read
from tests.core.exchange.test_twee import SHIPPED
from tests.core.stories import FULL, SHORT, changed

ABOUT: dict[str, Any] = {
    "title": "The &amp; door",
    "language": "en",
    "mainLibrary": "H5P.BranchingScenario",
    "license": "CC BY-SA",
    "licenseVersion": "4.0",
    "authors": [{"name": "Ana", "role": "Author"}],
    "preloadedDependencies": [
        {"machineName": "H5P.BranchingScenario", "majorVersion": 1, "minorVersion": 7}
    ],
}
PNG = b"\x89PNG\r\n\x1a\n and so on"


def zipped(files: Mapping[str, str | bytes | dict[str, Any]]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, json.dumps(content) if isinstance(content, dict) else content)
    return made.getvalue()


def package(*pages: object, about: Mapping[str, Any] | None = None, **more: object) -> bytes:
    files = more.pop("files", {})
    assert isinstance(files, dict)
    inside = {"title": "Inside", "content": list(pages), **more}
    return zipped(
        {
            "h5p.json": {**ABOUT, **(about or {})},
            "content/content.json": {"branchingScenario": inside},
            **files,
        }
    )


def text(html: str, to: object = -1, name: str = "Page", **feedback: object) -> dict[str, Any]:
    part = {"library": "H5P.AdvancedText 1.1", "params": {"text": html}}
    return {
        "type": {**part, "metadata": {"title": name}},
        "nextContentId": to,
        "feedback": feedback,
    }


def question(prompt: str, *answers: tuple[str, int], title: str = "Q", **feedback: object) -> Any:
    alternatives = [
        {"text": label, "nextContentId": to, "feedback": feedback} for label, to in answers
    ]
    asked = {"question": prompt, "alternatives": alternatives}
    part = {"library": "H5P.BranchingQuestion 1.0", "params": {"branchingQuestion": asked}}
    return {"type": {**part, "metadata": {"title": title}}}


def picture(path: str, **params: object) -> dict[str, Any]:
    part = {"library": "H5P.Image 1.1", "params": {"file": {"path": path}, **params}}
    return {"type": {**part, "metadata": {"title": "Page"}}, "nextContentId": 1}


def scenes(draft: Draft) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = draft.document["scenes"]
    return found


def problems(content: bytes) -> str:
    with pytest.raises(BrokenScenario) as broken:
        from_h5p(content)
    return " ".join(broken.value.problems)


def endings(scenario: Scenario) -> Counter[str]:
    """Return how many paths come to each ending."""
    ends = (walk.here.scene.ending for walk in all_paths(scenario).walks)
    return Counter(ending.label for ending in ends if ending is not None)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_story_comes_back_from_h5p_with_all_its_endings(path: Path) -> None:
    scenario = read_scenario(path.read_bytes())
    media = media_beside(path)
    draft = from_h5p(to_h5p(scenario, media).content, [who.name for who in scenario.cast])
    again = loosely(read(draft.source)[0].value)

    assert endings(again) == endings(scenario)
    assert set(draft.media.values()) <= set(media.values())
    assert {one.code for one in draft.findings} <= {"S01", "D01", "G06"}
    assert [again.title, again.licence] == [scenario.title, scenario.licence]
    said = {beat.say.text for scene in scenario.scenes for beat in scene.beats if beat.say}
    assert {beat.say.text for scene in again.scenes for beat in scene.beats if beat.say} & said


def test_what_goes_straight_on_to_a_question_is_one_scene_with_it() -> None:
    draft = from_h5p(
        package(
            text("<p>It is <strong>late </strong>&lt; ten.</p>", 1, "A knock"),
            question("<p>Bo waits.</p><p>Open?</p>", ("Yes &amp; no", 2), ("No", 3), ("Ask", 2)),
            text("<p>Light.</p>", -1, "Hall", title="Together", subtitle="<p>Tea.</p>"),
            text("<p>Dark.</p>", 2, "Stairs"),
        )
    )
    knock, hall, stairs = scenes(draft)

    assert knock["beats"] == [{"narrate": "It is **late** < ten."}, {"narrate": "Bo waits."}]
    assert knock["decision"]["prompt"] == "Open?"
    assert knock["decision"]["kind"] == "core"
    assert [(one["label"], one["goto"]) for one in knock["decision"]["choices"]] == [
        ("Yes & no", "hall"),
        ("No", "stairs"),
        ("Ask", "hall"),
    ]
    assert hall["beats"] == [{"narrate": "Light."}, {"narrate": "Tea."}]
    assert hall["ending"] == {"id": "end-together", "label": "Together"}
    assert stairs["next"] == "hall"
    assert draft.document["title"] == "The & door"
    assert draft.document["licence"] == "CC-BY-SA-4.0"
    assert draft.document["authors"] == [{"name": "Ana"}]


def test_pages_without_a_title_are_told_apart_by_their_numbers() -> None:
    old = {"content": text("<p>Later.</p>")["type"], "nextContentId": -1}
    draft = from_h5p(package(text("<p>It is late.</p>", 1, "Untitled Text"), {**old}))

    assert [one["title"] for one in scenes(draft)] == ["Page 1", "Page"]
    assert scenes(draft)[1]["beats"] == [{"narrate": "Later."}]


def test_scores_are_dropped_and_it_is_said_why() -> None:
    draft = from_h5p(
        package(
            question("Open?", ("Yes", -1), ("No", -1), endScreenScore=5, subtitle="Well."),
            endScreens=[{"contentId": -1, "endScreenTitle": "Done", "endScreenScore": 10}],
        )
    )
    asked, end = scenes(draft)

    assert "Feedback scores dropped (3 scores): no choice earns marks." in draft.losses
    assert "score" not in draft.source.lower()
    assert {one["goto"] for one in asked["decision"]["choices"]} == {end["id"]}
    assert asked["decision"]["kind"] == "step"
    assert end["ending"]["label"] == "Done"
    assert end["beats"] == [{"narrate": "Well."}]


@pytest.mark.parametrize("to", [-1, -7, None, "", "x", True, 1.5, [], {}])
def test_every_kind_of_end_comes_to_the_end_screen_of_the_package(to: object) -> None:
    screens = [
        {"contentId": -1, "endScreenTitle": "<b>Over</b>", "endScreenSubtitle": "<p>So.</p>"}
    ]
    [scene] = scenes(from_h5p(package(text("<p>Dark.</p>", to), endScreens=screens)))

    assert scene["ending"]["label"] == "Over"
    assert scene["beats"] == [{"narrate": "Dark."}, {"narrate": "So."}]


def test_an_end_with_a_number_of_its_own_comes_to_its_own_screen() -> None:
    screens = [
        {"contentId": -1, "endScreenTitle": "Over"},
        {"contentId": -2, "endScreenTitle": "Far", "endScreenSubtitle": "Away."},
    ]
    draft = from_h5p(package(question("Go?", ("No", -1), ("Yes", -2)), endScreens=screens))
    _asked, over, far = scenes(draft)

    assert [one["ending"]["label"] for one in (over, far)] == ["Over", "Far"]
    assert far["beats"] == [{"narrate": "Away."}]


def test_loops_stay_and_what_is_not_there_is_named() -> None:
    draft = from_h5p(
        package(
            text("<p>Round.</p>", "1"),
            question("Again?", ("Yes", 0), ("Far", 9), ("No", -1)),
            text("<p>Never seen.</p>", 3, "Lost"),
            text("<p>Nor this.</p>", 2, "Lost"),
        )
    )
    first, lost, lost_too, _end = scenes(draft)

    goes = [one["goto"] for one in first["decision"]["choices"]]
    assert goes[:2] == [first["id"], "missing-10"]
    assert "A way leads to page 10, which is not there: write it." in draft.losses
    assert (lost["next"], lost_too["next"]) == (lost_too["id"], lost["id"])
    assert "G01" in {one.code for one in draft.findings}


def test_pictures_are_kept_by_what_they_are_and_ask_for_their_words() -> None:
    files = {
        "content/images/a.gif": PNG,
        "content/images/b.svg": b"<svg xmlns='x'><script>1</script></svg>",
        "content/images/c.png": b"PK\x03\x04",
    }
    draft = from_h5p(
        package(
            picture("images/a.gif#tmp"),
            picture("images/b.svg", alt="A stair."),
            picture("images/c.png"),
            picture("https://example.org/x.png"),
            files=files,
        )
    )
    beats = [beat for scene in scenes(draft) for beat in scene["beats"]]
    losses = " ".join(draft.losses)

    assert draft.media == {"media/a.png": PNG}
    assert {"image": {"src": "media/a.png", "alt": ""}} in beats
    assert {"narrate": "A stair."} in beats
    assert "1 picture has no description" in losses
    for words in ("holds a script", "“c.png” is not what its name says", "“https://example.org/x"):
        assert words in losses
    assert "A01" in {one.code for one in draft.findings}


def test_a_picture_beside_an_answer_stays_behind() -> None:
    image = {"path": "images/a.png", "mime": "image/png"}
    files = {"content/images/a.png": PNG}
    draft = from_h5p(
        package(question("Go?", ("No", 1), ("Yes", 1), image=image), text("Dark."), files=files)
    )

    assert draft.media == {}
    assert "The picture beside the answer “Yes”: dropped." in draft.losses


def test_texts_inside_other_kinds_of_content_are_taken_and_the_rest_is_named() -> None:
    behind = {"imageSlideBackground": {"path": "images/a.png", "mime": "image/png"}}
    inner = {"action": {"library": "H5P.AdvancedText 1.1", "params": {"text": "<p>Inside.</p>"}}}
    slides = {"presentation": {"slides": [{"elements": [inner], "behind": behind}]}}
    part = {"library": "H5P.CoursePresentation 1.22", "params": slides}
    page = {"type": {**part, "metadata": {"title": "Slides"}}}
    draft = from_h5p(package(page, files={"content/images/a.png": PNG}))

    assert scenes(draft)[0]["beats"] == [
        {"narrate": "Inside."},
        {"image": {"src": "media/a.png", "alt": ""}},
    ]
    assert any("A course presentation in “Slides”" in loss for loss in draft.losses)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"mainLibrary": "H5P.QuestionSet"}, "This package holds “H5P.QuestionSet”"),
        ({"mainLibrary": None}, "does not say what it holds"),
        (
            {
                "preloadedDependencies": [
                    {"machineName": ABOUT["mainLibrary"], "majorVersion": 2, "minorVersion": 0}
                ]
            },
            "version 1 can be read",
        ),
    ],
)
def test_only_a_branching_scenario_of_a_known_version_becomes_a_story(
    about: dict[str, Any], said: str
) -> None:
    assert said in problems(package(text("x"), about=about))


def test_a_newer_version_is_read_and_told() -> None:
    newer = [{"machineName": ABOUT["mainLibrary"], "majorVersion": 1, "minorVersion": 99}]

    assert "1.99" in from_h5p(package(text("x"), about={"preloadedDependencies": newer})).losses[0]


ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    3,
    1.5,
    10**30,
    "",
    "x",
    "<b>" * 50,
    "\0",
    [],
    {},
    [[]],
    [{}],
    {"a": 1},
)
KEYS = ("library", "params", "feedback", "type", "content", "nextContentId", "alternatives")


def mutated(value: Any, chance: Random) -> Any:
    """Return JSON in which some parts are gone, others of another kind."""
    if chance.random() < 0.02:
        return chance.choice(ODD)
    if isinstance(value, dict):
        kept = {key: mutated(one, chance) for key, one in value.items() if chance.random() > 0.01}
        return kept | ({chance.choice(KEYS): chance.choice(ODD)} if chance.random() < 0.02 else {})
    if isinstance(value, list):
        return [mutated(one, chance) for one in value if chance.random() > 0.02]
    return chance.randrange(-2, 40) if type(value) is int and chance.random() < 0.1 else value


def test_no_package_makes_the_reader_crash() -> None:
    scenario = read_scenario(FULL)
    with zipfile.ZipFile(BytesIO(to_h5p(scenario, {}).content)) as whole:
        about, content = (json.loads(whole.read(name)) for name in whole.namelist()[:2])
    chance, drafts = Random(4), 0
    for _package in range(100):
        head = mutated(about, chance) if chance.random() < 0.2 else about
        inside = json.dumps(mutated(content, chance))
        made = bytearray(zipped({"h5p.json": json.dumps(head), "content/content.json": inside}))
        if chance.random() < 0.2:
            made[chance.randrange(len(made))] = chance.randrange(256)
        with suppress(BrokenScenario):  # which is a sentence
            draft = from_h5p(bytes(made))
            drafts += 1
            read(draft.source)

    assert drafts > 50


LINK = zipfile.ZipInfo("content/images/link.png")
LINK.external_attr = archive.SYMBOLIC_LINK << 16
LISTED: dict[str, str | bytes | dict[str, Any]] = {"h5p.json": ABOUT}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SHORT.encode(), "not a zip"),
        (b"", "not a zip"),
        (b"PK\x03\x04 and no more", "cannot be unpacked"),
        (zipped({"door.yaml": SHORT}), "no h5p.json"),
        (zipped({"course.h5p": package(text("x"))}), "bring “course.h5p”"),
        (zipped(LISTED), "no content/content.json"),
        (zipped({**LISTED, "../x": "x"}), "leads out"),
        (zipped({**LISTED, "/etc/x": "x"}), "leads out"),
        (zipped({**LISTED, "content/images/x.png": b"\0" * 40_000_000}), "200 times as large"),
        (zipped({**LISTED, **{f"x/{n}.js": "" for n in range(5_001)}}), "at most 5,000"),
        (zipped({**LISTED, "content/content.json": "{"}), "cannot be read as JSON"),
        (zipped({**LISTED, "content/content.json": "[1]"}), "a group of names and values"),
        (zipped({**LISTED, "content/content.json": '{"a": NaN}'}), "cannot be read as JSON"),
        (zipped({**LISTED, "content/content.json": '{"a": "\\ud800"}'}), "cannot be read as"),
        (zipped({**LISTED, "content/content.json": "[" * 100_000}), "cannot be read as JSON"),
        (zipped({**LISTED, "content/content.json": '{"a":' * 60 + "1" + "}" * 60}), "too deeply"),
        (zipped({**LISTED, "content/content.json": "\xff".encode("latin-1")}), "cannot be read"),
        (
            zipped(
                {
                    **LISTED,
                    "content/content.json": '{"a":"' + Random(1).randbytes(2_200_000).hex() + '"}',
                }
            ),
            f"more than {LARGEST_CONTENT:,} bytes",
        ),
        (package(), "no page"),
        (package(content={"0": 1}), "no page"),
        (package(*[text("x")] * (MOST_PARTS + 1)), "There are 2,001 pages"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_or_broken_package_is_a_sentence(content: bytes, said: str) -> None:
    assert said in problems(content)


def test_links_and_locked_files_are_refused() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("h5p.json", json.dumps(ABOUT))
        packed.writestr(LINK, "/etc/passwd")
    locked = bytearray(made.getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + at] |= archive.ENCRYPTED

    assert "only points to another file" in problems(made.getvalue())
    assert "locked by a password" in problems(bytes(locked))


def test_a_file_is_taken_for_what_it_is_whatever_its_name_says() -> None:
    assert draft_of("door.yaml", package(text("x"))).document["scenes"]
    assert draft_of("door.twee", b":: Start\nDark.").document["scenes"]
    with pytest.raises(BrokenScenario, match="not a zip"):
        draft_of("door.h5p", SHORT.encode())
    with pytest.raises(BrokenScenario, match="in our own format already"):
        draft_of("door.yaml", SHORT.encode())


def test_files_of_other_tools_are_known_by_what_is_in_them() -> None:
    libraries = {f"lib/{n}.js": "" for n in range(300)}

    assert is_from_elsewhere(package(text("x"), files=libraries))
    assert is_from_elsewhere(b"\xef\xbb\xbf\n:: Start\nDark.")
    for ours in (SHORT.encode(), zipped({"door.yaml": SHORT}), b"PK\x03\x04 and no more", b""):
        assert not is_from_elsewhere(ours)


def test_signs_of_html_are_words_again_on_the_way_back() -> None:
    story = changed(SHORT, ("label: Morning", "label: Five < six"), ("It is late.", "3 < 4 & so."))
    found = scenes(from_h5p(to_h5p(read_scenario(story), {}).content))

    assert found[0]["beats"][0] == {"narrate": "3 < 4 & so."}
    assert found[-1]["ending"]["label"] == "Five < six"
