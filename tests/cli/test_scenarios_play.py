"""`ltitool scenarios play` and `map`: a story on one's own screen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ltitool.cli import main
from ltitool.core.scenario_file import read_scenario
from ltitool.core.story_map import story_map
from tests.conftest import PENDING
from tests.core.stories import FULL

Play = Callable[..., Result]


@pytest.fixture
def play() -> Play:
    """Play a story with these lines typed."""

    def typed(*lines: str, path: Path = PENDING) -> Result:
        words = ("scenarios", "play", str(path))
        text = "".join(f"{line}\n" for line in lines)
        return CliRunner().invoke(main, words, input=text, catch_exceptions=False)

    return typed


def test_a_person_walks_to_an_ending_by_numbers(play: Play) -> None:
    told = play("1", "2", "1")

    assert told.exit_code == 0
    places = [
        told.output.index(words)
        for words in (
            "Pending",
            "Note: Growing up in care",
            "— The second half of the meeting —",
            "— The request —",
            "  1  Leave it unanswered for now",
            "This keeps the conversation where tone of voice can be heard",
            "Lucy can see that it is pending.",
            "— Suppose Sam waits —",
            "Lucy (only you hear this): Still pending.",
            "— Suppose Sam rings duty —",
            "The curtain.",
            "— Three months on —",
            "Gained: ",
            "Cost: ",
        )
    ]
    assert places == sorted(places)


def test_questions_can_be_asked_before_answering(play: Play) -> None:
    told = play("5", "1", "1", "1")

    assert told.exit_code == 0
    assert "  5  (Ask Priya what the policy says)" in told.output
    assert "Priya: Staff should not connect with people they support" in told.output
    assert told.output.index("Priya: Staff") < told.output.index("— Suppose Sam waits —")


@pytest.mark.parametrize("typed", ["0", "99", "one", "-1", ""])
def test_what_is_no_answer_is_asked_again(play: Play, typed: str) -> None:
    told = play(typed, "1", "1", "1")

    assert told.exit_code == 0
    assert "Cost: " in told.output


@pytest.mark.parametrize("typed", [(), ("1",), ("5", "1", "nothing")])
def test_leaving_early_is_polite(play: Play, typed: tuple[str, ...]) -> None:
    told = play(*typed)

    assert told.exit_code == 0
    assert told.output.endswith("You have left the story. Nothing was kept.\n")
    assert "Cost: " not in told.output


def test_every_kind_of_beat_is_told_in_words(play: Play, tmp_path: Path) -> None:
    path = tmp_path / "full.yaml"
    path.write_text(FULL, "utf-8")
    told = play("1", "1", path=path)

    for words in (
        "Ana (only you hear this): Not now.",
        "[message from Bo, 23:10, Ana only, Read.] Are you up?",
        "[picture] A door.",
        "[audio] Three knocks.",
        "[video] A door opens.",
        "It is *late*.",
    ):
        assert words in told.output


def test_all_paths_are_told_in_numbers(play: Play) -> None:
    words = ("scenarios", "play", "--all-paths", str(PENDING))
    told = CliRunner().invoke(main, words, catch_exceptions=False).output.splitlines()

    assert told[0] == "“Pending” 1.1.0: 64 paths"
    assert told[1] == "Scenes on a path: 8"
    assert told[2].startswith("Words on a path: ")
    assert told[3] == "Minutes of reading: 5"
    shares = [line.split("%") for line in told[5:]]
    assert [name.strip() for _share, name in shares] == [
        "A line she can see",
        "Close, and carrying it",
        "Correct, and colder",
        "Still pending",
    ]
    assert sum(int(share) for share, _name in shares) == 100


def test_a_story_that_cannot_be_read_is_not_played(tmp_path: Path, play: Play) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(FULL.replace("start: knock", "start: knok"), "utf-8")
    told = play("1", path=path)

    assert told.exit_code == 1
    assert "the story starts at “knok”" in told.output


def test_a_map_goes_to_the_screen_or_into_a_file(tmp_path: Path) -> None:
    expected = story_map(read_scenario(PENDING.read_bytes()))
    file = tmp_path / "map.svg"
    shown = CliRunner().invoke(main, ("scenarios", "map", str(PENDING)), catch_exceptions=False)
    written = CliRunner().invoke(
        main, ("scenarios", "map", str(PENDING), "--output", str(file)), catch_exceptions=False
    )

    assert shown.output == expected
    assert written.output == ""
    assert file.read_text("utf-8") == expected
