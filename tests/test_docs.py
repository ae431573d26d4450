"""What the documents tell is true: commands exist, stories play, links lead somewhere."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

import ltitool
from ltitool.cli import main
from ltitool.core.exchange.twee_import import from_twee
from ltitool.core.overlay import coverage, read_overlay
from ltitool.core.scenario_file import read_scenario
from ltitool.settings import PREFIX, Settings

ROOT = Path(ltitool.__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    """Return the fenced blocks of a kind, each with the page it stands on."""
    for page in PAGES:
        for found, text in BLOCK.findall(page.read_text("utf-8")):
            if found == kind:
                yield page.name, text


def commands() -> list[tuple[str, str]]:
    """Return every `ltitool` command of the documents, with its page."""
    lines = [
        (page, line.strip())
        for page, text in blocks("console")
        for line in text.replace("\\\n", " ").splitlines()
    ]
    return [(page, line) for page, line in lines if line.startswith("ltitool ")]


def inline_commands() -> set[str]:
    """Return every command named in running text."""
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    return set(re.findall(r"`(ltitool [a-z]+(?: [a-z]+)?)[^`|]*`", BLOCK.sub("", text)))


@pytest.mark.parametrize(("page", "line"), commands(), ids=lambda part: part[:50])
def test_a_command_that_is_shown_is_one_that_exists(
    page: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("my-story.yaml", "my-story.es.yaml", "my-story.twee", "my-course.h5p"):
        (tmp_path / name).touch()
    words = shlex.split(line)[1:]
    context = click.Context(main, info_name="ltitool")
    command: click.Command = main
    while isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None, f"{page}: {line}"
        command = found

    command.make_context(command.name, words, resilient_parsing=False).close()


def test_commands_named_in_the_text_exist() -> None:
    named = inline_commands()

    assert "ltitool db upgrade" in named
    for line in named:
        command: click.Command | None = main
        for word in line.split()[1:]:
            if isinstance(command, click.Group):
                command = command.get_command(click.Context(main), word)
        assert command is not None, line


def test_stories_in_the_documents_play() -> None:
    files = [text for _page, text in blocks("yaml")]
    stories = [text for text in files if text.startswith("format: dilemma/1")]

    assert stories
    for text in stories:
        assert read_scenario(text.encode()).core_decisions


def test_the_translation_in_the_documents_fits_the_story_before_it() -> None:
    files = [text for page, text in blocks("yaml") if page == "writing.md"]
    story, translation = (read_scenario(files[0]), read_overlay(files[1]))
    covered = coverage(story, translation)

    assert covered.known
    assert covered.missing
    assert (covered.unknown, covered.stale) == ((), ())


def test_the_twee_in_the_documents_becomes_a_draft_as_told() -> None:
    (source,) = [text for _page, text in blocks("twee")]
    draft = from_twee(source, cast=["Ana"])
    start, silence, _light = draft.document["scenes"]

    assert draft.losses == ()
    assert start["beats"] == [{"say": {"who": "ana", "text": "Who is there?"}}]
    assert [one["goto"] for one in start["decision"]["choices"]] == ["silence", "light"]
    assert "ending" in silence


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text("utf-8"))

    assert [link for link in targets if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md"])
def test_every_setting_is_explained(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")

    for field in fields(Settings):
        assert f"`{field.name}`" in text
    assert PREFIX in text


def test_codes_of_refused_launches_are_those_of_the_code() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for path in (ROOT / "ltitool").rglob("*.py")
        if "demo" not in path.parts
    )
    told = re.findall(r"`LAUNCH-([A-Z-]+)`", (ROOT / "docs" / "connecting.md").read_text("utf-8"))

    assert len(told) > 5
    for check in told:
        assert f'"{check}"' in code, check


def test_the_version_has_its_chapter_in_the_changelog() -> None:
    assert f"\n## {ltitool.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
