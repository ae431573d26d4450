"""What came in from another tool: a story begun, in our format, and what it had to leave behind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from ltitool.core.errors import BrokenScenario
from ltitool.core.exchange.ids import Ids, slug
from ltitool.core.lint.findings import Finding
from ltitool.core.lint.linter import lint
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_yaml import is_plain_text, read

FIRST_VERSION = "0.1.0"
WIDTH = 100
MOST_PARTS = 2_000
"""So many passages or pages are made a draft of, to be cut down; a story has 500 scenes at most."""


@dataclass(frozen=True)
class Draft:
    """A story that is whole, or one to be finished by hand."""

    document: dict[str, Any]
    losses: tuple[str, ...] = ()
    """What was dropped, each as a sentence."""
    media: Mapping[str, bytes] = field(default_factory=dict)
    """The pictures that came along, by the names under which the story shows them."""

    @property
    def source(self) -> str:
        """The story as a file in the format `dilemma/1`, whole or not."""
        order = {name: n for n, name in enumerate(Scenario.model_fields)}
        known = sorted(self.document, key=lambda name: order.get(name, len(order)))
        made: str = yaml.dump(
            {name: self.document[name] for name in known},
            Dumper=_Writer,
            allow_unicode=True,
            sort_keys=False,
            width=WIDTH,
        )
        return made

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is still to be done before the story can be published."""
        source = self.source
        try:
            scenario = read_scenario(source)
        except BrokenScenario as broken:
            return tuple(broken.findings)
        return lint(scenario, read(source)[0])


def begun(title: str, cast: Iterable[str], ids: Ids) -> dict[str, Any]:
    """Return a story with nothing in it yet: its title, and who speaks in it."""
    return {
        "format": "dilemma/1",
        "id": slug(title) or "imported-story",
        "version": FIRST_VERSION,
        "language": "en",
        "title": title or "An imported story",
        "summary": "",
        "licence": "",
        "lenses": [],
        "cast": [{"id": ids.new(name, "person"), "name": name, "role": ""} for name in cast],
        "reflect": [],
    }


def require_few(number: int, parts: str) -> None:
    """Raise BrokenScenario when there is more than anybody could make a story of."""
    if number > MOST_PARTS:
        words = f"There are {number:,} {parts}; at most {MOST_PARTS:,} can become a draft."
        raise BrokenScenario([words])


class _Writer(yaml.SafeDumper):
    """Writes YAML 1.2 values as our reader reads them, and no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Write a value out wherever it stands."""
        del data
        return True


def _text(writer: _Writer, text: str) -> yaml.ScalarNode:
    # Quoted with escapes, since other line ends than ours would be folded away.
    is_safe = is_plain_text(text) and text.replace("\n", "").isprintable()
    style = None if is_safe else '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text)
