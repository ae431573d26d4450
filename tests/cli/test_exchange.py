"""`ltitool scenarios export` and `import`: files for other tools, and what they do not hold."""

from pathlib import Path
from zipfile import ZipFile

from ltitool.core.scenario_file import read_scenario
from tests.cli.conftest import Run
from tests.conftest import PENDING
from tests.core.stories import SHORT


def test_a_story_goes_to_twine_and_comes_back(run: Run, tmp_path: Path) -> None:
    story, twee, again = (tmp_path / name for name in ("door.yaml", "door.twee", "again.yaml"))
    story.write_text(SHORT, "utf-8")

    code, said = run("scenarios", "export", str(story), "--to", "twee", "--output", str(twee))
    code_back, said_back = run("scenarios", "import", str(twee), "--output", str(again))

    assert code == code_back == 0
    assert "What this form does not hold:" in said
    assert "2 conditions: kept in comments" in said
    assert "dropped" not in said_back
    assert read_scenario(again.read_bytes()) == read_scenario(SHORT)


def test_a_foreign_file_becomes_a_draft_that_says_what_is_missing(run: Run, tmp_path: Path) -> None:
    foreign = tmp_path / "tale.twee"
    foreign.write_text(":: Start\n<<set $a to 1>>You wait.\n[[Go->End]]\n\n:: End\nDone.", "utf-8")

    code, said = run("scenarios", "import", str(foreign))

    assert code == 0
    assert "narrate: You wait." in said
    assert "SugarCube macros in “Start”: dropped." in said
    assert "lenses: this list has 0; it needs at least 2." in said


def test_the_pack_is_printed_in_a_language_beside_the_story(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "pack.html"

    words = ("scenarios", "export", str(PENDING), "--to", "print")
    code, said = run(*words, "--language", "ar", "--output", str(page))

    assert code == 0
    assert "their words stand in their place" in said
    assert 'dir="rtl"' in page.read_text("utf-8")
    code, said = run(*words, "--language", "fi")
    assert code == 1
    assert "There is no translation into “fi”" in said


def test_an_h5p_package_takes_the_pictures_beside_the_story_along(run: Run, tmp_path: Path) -> None:
    package = tmp_path / "tagged.h5p"
    words = ("scenarios", "export", str(PENDING.with_name("tagged.yaml")), "--to", "h5p")

    code, said = run(*words, "--output", str(package))

    assert code == 0
    assert "what the story remembers is written out" in said
    with ZipFile(package) as archive:
        assert "content/images/napkin-crown.svg" in archive.namelist()
    code, said = run(*words)
    assert code == 2
    assert "--output" in said


def test_an_h5p_package_becomes_a_draft_with_its_pictures_or_nothing(
    run: Run, tmp_path: Path
) -> None:
    package, draft = tmp_path / "tagged.h5p", tmp_path / "draft.yaml"
    story = str(PENDING.with_name("tagged.yaml"))
    run("scenarios", "export", story, "--to", "h5p", "--output", str(package))
    _code, printed = run("scenarios", "import", str(package))

    code, said = run("scenarios", "import", str(package), "--output", str(draft))

    assert code == 0
    assert "The pictures are still in the package" in printed
    assert "The words on buttons, the theme" in said
    assert "reflect: this list has 0" in said
    picture = tmp_path / "media" / "napkin-crown.svg"
    assert "src: media/napkin-crown.svg" in draft.read_text("utf-8")
    picture.write_text("another", "utf-8")
    draft.unlink()
    code, said = run("scenarios", "import", str(package), "--output", str(draft))
    assert code == 1
    assert "Nothing is written" in said
    assert not draft.exists()
    assert picture.read_text("utf-8") == "another"
