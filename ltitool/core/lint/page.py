"""The page about the rules, written from their register."""

from collections.abc import Sequence

from ltitool.core.lint.rules import Rule

FAMILIES = {
    "S": "The file",
    "G": "How the story runs",
    "V": "What the story remembers",
    "D": "Whether it is a dilemma",
    "A": "Whether everybody can take it in",
    "R": "How it reads",
    "C": "Care",
    "L": "Licence and sources",
    "T": "Translations",
    "X": "Other formats",
}
OPENING = """\
# The rules for stories

`ltitool scenarios check my-story.yaml` reads a story, plays every path of it, and holds it against
these rules. Each finding has the file and line, the code of its rule, how grave it is, the place in
the file, and a sentence that says what to do.

| | Means | Exit code 1 |
|---|---|---|
| **E** | an error: not to be published like this | always |
| **W** | a warning: mend it, or know why not | with `--strict` |
| **I** | advice, shown with `--advice` | never |

`--format json` gives all findings to a machine; `--since old.yaml` looks at what changed.
Translations beside the story, `my-story.cy.yaml`, are looked at with it; [the guide](writing.md)
tells how they are written.

A story with more than 50,000 paths is known by a sample of 2,000, the same each time.

The rules look for signs in a file; they do not know whether a dilemma is a good one. Where a rule
marks something that is right in your story, leave it as it is.
"""


def rules_page(rules: Sequence[Rule]) -> str:
    """Return the page in Markdown: every rule, family by family."""
    return OPENING + "".join(
        f"\n## {name}\n\n| Code | | Rule |\n|---|---|---|\n" + "".join(_rows(rules, letter))
        for letter, name in FAMILIES.items()
    )


def _rows(rules: Sequence[Rule], letter: str) -> list[str]:
    return [
        f"| {rule.code} | {rule.severity} | {rule.words} |\n"
        for rule in rules
        if rule.code.startswith(letter)
    ]
