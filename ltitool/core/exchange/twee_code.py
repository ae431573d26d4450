"""The code of Twine’s story formats: ways in it become links, the rest is left out and named."""

import re
from dataclasses import dataclass, field

from ltitool.core.scenario_checks import MARKUP

_QUOTED = r"(?:\"([^\"\n]{1,300})\"|'([^'\n]{1,300})')"
_WAYS = re.compile(
    rf"\(link-(?:reveal-)?goto:\s*{_QUOTED}\s*,\s*{_QUOTED}[^()\n]{{0,200}}\)"
    rf"|<<(?:link|button)\s+{_QUOTED}\s+{_QUOTED}[^<>\n]{{0,200}}>>",
    re.IGNORECASE,
)
"""A label, then where it leads."""

_WAYS_TURNED = re.compile(rf"\{{link to:\s*{_QUOTED},\s*label:\s*{_QUOTED}\s*\}}", re.IGNORECASE)
_WAYS_ALONE = re.compile(
    rf"\((?:link-goto|go-?to|link-reveal-goto):\s*{_QUOTED}\s*\)|<<goto\s+{_QUOTED}\s*>>"
    rf"|\{{(?:link|redirect) to:\s*{_QUOTED}\s*\}}",
    re.IGNORECASE,
)
_HOOKS = (
    (re.compile(r"(\([A-Za-z][\w-]{0,40}:[^()]{0,400}\))[ \t]*\[([^\[\]]{0,2000})\]"), r"\1\2"),
    (re.compile(r"\|[\w-]{1,40}>\[([^\[\]]{0,2000})\]"), r"\1"),
    (re.compile(r"@@[^@;\n]{1,80};([^@\n]{0,400})@@"), r"\1"),
    (re.compile(r"''([^'\n]{1,300})''"), r"**\1**"),
    (re.compile(r"(?<![:/])//([^/\n]{1,300})//"), r"*\1*"),
)
"""What only dresses words, and how the words stand without it."""

_VARIABLE = re.compile(r"(?<![\w$])\$[A-Za-z_]\w{0,60}")
_CODE = {
    "SugarCube macros": re.compile(r"<<(?:[^\n<>]|<(?!<)|>(?!>)){0,400}>>"),
    "Harlowe macros": re.compile(r"\([A-Za-z][\w-]{0,40}:[^()]{0,400}\)"),
    "Snowman code": re.compile(r"<%[^%]{0,400}%>"),
    "Chapbook inserts": re.compile(r"\{[A-Za-z_][^{}\n]{0,400}\}"),
    "Chapbook modifiers": re.compile(
        r"^\[(?:if|ifalways|ifnever|unless|else|after|align|append|cont\w*|note|javascript|css)"
        r"(?![\w])[^\[\]\n]{0,200}\]$",
        re.MULTILINE | re.IGNORECASE,
    ),
    "HTML tags": MARKUP,
}
_SETTINGS = re.compile(r"(?:[A-Za-z][\w.]{0,60}(?: \([^()\n]{0,200}\))?:[^\n]{0,400}\n)+--\n")
VARIABLES = "Names of variables"
"""The one kind that is not left out: only whoever wrote them knows what stood there."""

DEEPEST = 4


@dataclass
class Told:
    """A text without code."""

    text: str
    kinds: set[str] = field(default_factory=set)
    """What kinds of code were in it."""
    named: set[str] = field(default_factory=set)
    """What the code named in quotes: perhaps another passage."""


def with_links(text: str) -> str:
    """Return a text in which the plainest ways that are written in code are links."""
    text = _WAYS.sub(lambda way: _link(*_parts(way)), text)
    text = _WAYS_TURNED.sub(lambda way: _link(*reversed(_parts(way))), text)
    return _WAYS_ALONE.sub(lambda way: _link(*_parts(way)), text)


def without_settings(text: str) -> tuple[str, bool]:
    """Return the text of a passage without Chapbook’s settings at its top; whether it had any."""
    found = _SETTINGS.match(text)
    return (text[found.end() :], True) if found else (text, False)


def without_code(text: str) -> Told:
    """Return a text without the code of story formats, and what was in it."""
    told = Told(text)
    for pattern, words in _HOOKS:
        for _depth in range(DEEPEST):
            told.text = pattern.sub(words, told.text)
    for kind, pattern in _CODE.items():
        for _depth in range(DEEPEST):
            found = [code[0] for code in pattern.finditer(told.text)]
            if not found:
                break
            told.text = pattern.sub("", told.text)
            told.kinds.add(kind)
            told.named |= {name for code in found for name in _names(code)}
    if told.kinds:
        told.text = re.sub(r" {2,}", " ", re.sub(r"\n\s*\n", "\n", told.text))
    if _VARIABLE.search(told.text):
        told.kinds.add(VARIABLES)
    told.text = told.text.strip()
    return told


def _names(code: str) -> list[str]:
    return re.findall(r"[\"']([^\"'\n]{1,200})[\"']", code)


def _parts(way: re.Match[str]) -> list[str]:
    return [part for part in way.groups() if part is not None]


def _link(label: str, target: str | None = None) -> str:
    words = [part.replace("[", "(").replace("]", ")") for part in (label, target) if part]
    return f"[[{'->'.join(words)}]]"
