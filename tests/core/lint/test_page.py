"""The page about the rules is the one their register writes."""

from pathlib import Path

import ltitool
from ltitool.core.lint.linter import RULES
from ltitool.core.lint.page import FAMILIES, rules_page

PAGE = Path(ltitool.__file__).parent.parent / "docs" / "lint.md"


def test_the_page_is_that_of_the_register() -> None:
    assert PAGE.read_text("utf-8") == rules_page(RULES), "ltitool scenarios rules > docs/lint.md"


def test_every_rule_is_on_the_page() -> None:
    page = rules_page(RULES)

    assert {rule.code[0] for rule in RULES} == set(FAMILIES)
    for rule in RULES:
        assert f"| {rule.code} | {rule.severity} | {rule.words} |\n" in page
