"""What is told about the rules is true, and what ships keeps them."""

from pathlib import Path

import pytest

import ltitool
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


@pytest.mark.parametrize("path", sorted(shipped("scenarios").glob("*.yaml")), ids=lambda p: p.stem)
def test_a_story_that_ships_keeps_every_rule(path: Path) -> None:
    found = linted(path.read_text("utf-8"))

    assert [str(one) for one in found if one.severity is not Severity.INFO] == []


@pytest.mark.parametrize(("page", "story"), list(blocks("yaml")), ids=lambda part: part[:20])
def test_a_story_in_the_documents_keeps_every_rule(page: str, story: str) -> None:
    found = linted(story)

    assert [f"{page}: {one}" for one in found if one.severity is not Severity.INFO] == []
