"""Care for those who read it and those it is about: notes, support, and no real person."""

import re

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import Story

_NEEDS_NOTE = re.compile(
    r"\b(suicid|self[- ]?harm|abus|rap(e|ed|es|ist|ists)\b|overdos|assault|molest|incest|anorexi|"
    r"bulimi|murder|tortur|miscarr|stillb|traffick)\w*",
    re.IGNORECASE,
)
_REAL = {
    "an e-mail address": re.compile(
        r"\b[\w.+-]+@(?!example\.)[\w-]+(\.[\w-]+)*\.(?!example\b|invalid\b|test\b)[a-z]{2,}\b",
        re.IGNORECASE,
    ),
    # The numbers left out are kept free for stories by those who give them out in Britain.
    "a telephone number": re.compile(
        r"(?<![\d-])(?!01632[ -]?960|07700[ -]?900|020[ -]?7946[ -]?0)"
        r"(\+\d{1,3}[ -]?\(?0?\)?|0)\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"
    ),
    "an NHS number": re.compile(r"(?<!\d)[1-9]\d{2}[ -]\d{3}[ -]\d{4}(?!\d)"),
    "a postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b"),
    "an account name": re.compile(r"(?<![\w@.])@[a-z_]\w{2,}", re.IGNORECASE),
    "a page of a real site": re.compile(
        r"\b(facebook|instagram|twitter|x|tiktok|linkedin|snapchat|whatsapp|youtube|reddit)"
        r"\.com/\w+",
        re.IGNORECASE,
    ),
}


@rule("C01", Severity.ERROR)
def hard_content_is_announced(story: Story) -> Found:
    """Announce in content_notes what is hard to read.

    A story that names suicide, self-harm, abuse, rape, overdose or the like needs them.
    """
    if story.scenario.content_notes:
        return
    for place, text in story.texts:
        if found := _NEEDS_NOTE.search(text):
            yield place, f"“{found[0]}” needs content_notes: say at the top what is coming."
            return


@rule("C02", Severity.ERROR)
def notes_come_with_support(story: Story) -> Found:
    """Say under support where to turn, where there are content notes."""
    if story.scenario.content_notes and not story.scenario.support:
        yield ("content_notes",), "there is no support: say where readers can turn."


@rule("C03", Severity.WARNING)
def nobody_is_real(story: Story) -> Found:
    """Make up people and places that cannot be real.

    No telephone or NHS number, postcode, e-mail address, account name or page of a real
    social site.
    """
    for place, text in story.texts:
        for what, pattern in _REAL.items():
            if found := pattern.search(text):
                yield place, f"“{found[0]}” looks like {what}: make one up that cannot be real."
