"""What is told about the rules is true, and what ships keeps them."""

from pathlib import Path

import pytest

import ltitool
from ltitool.actions.library_files import overlays_beside, stories_in, story_of
from ltitool.cli.overlays import examined
from ltitool.core.lint.findings import Severity
from ltitool.core.lint.linter import RULES
from ltitool.core.lint.page import FAMILIES, rules_page
from ltitool.settings import shipped
from tests.core.lint.pending import linted
from tests.test_docs import blocks

PAGE = Path(ltitool.__file__).parent.parent / "docs" / "lint.md"


def test_the_page_is_that_of_the_register() -> None:
    assert PAGE.read_text("utf-8") == rules_page(RULES), "ltitool scenarios rules > docs/lint.md"


def test_every_rule_is_on_the_page() -> None:
    page = rules_page(RULES)

    assert {rule.code[0] for rule in RULES} == set(FAMILIES)
    for rule in RULES:
        assert f"| {rule.code} | {rule.severity} | {rule.words} |\n" in page


STORIES = [(page, text) for page, text in blocks("yaml") if text.startswith("format: dilemma/1")]


@pytest.mark.parametrize("path", stories_in(shipped("scenarios")), ids=lambda p: p.stem)
def test_a_story_that_ships_keeps_every_rule(path: Path) -> None:
    found = linted(path.read_text("utf-8"))

    assert [str(one) for one in found if one.severity is not Severity.INFO] == []


@pytest.mark.parametrize(("page", "story"), STORIES, ids=lambda part: part[:20])
def test_a_story_in_the_documents_keeps_every_rule(page: str, story: str) -> None:
    found = linted(story)

    assert [f"{page}: {one}" for one in found if one.severity is not Severity.INFO] == []


def test_a_translation_that_ships_fits_its_story() -> None:
    translations = [
        one for story in stories_in(shipped("scenarios")) for one in overlays_beside(story)
    ]
    found = [(path.name, one) for path in translations for one in examined(path, story_of(path))]

    assert [f"{name}: {one}" for name, one in found if one.severity is not Severity.INFO] == []
