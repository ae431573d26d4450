"""Care for those who read it and those it is about: notes, support, and no real person."""

import re

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import Story
from ltitool.core.real_case import IN_STORIES, PATTERNS, Sign

_NEEDS_NOTE = re.compile(
    r"\b(suicid|self[- ]?harm|abus|rap(e|ed|es|ist|ists)\b|overdos|assault|molest|incest|anorexi|"
    r"bulimi|murder|tortur|miscarr|stillb|traffick)\w*",
    re.IGNORECASE,
)
_LOOKS_LIKE = {
    Sign.EMAIL: "an e-mail address",
    Sign.PHONE: "a telephone number",
    Sign.NHS: "an NHS number",
    Sign.POSTCODE: "a postcode",
    Sign.ACCOUNT: "an account name",
    Sign.SITE: "a page of a real site",
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
        for sign in IN_STORIES:
            if found := PATTERNS[sign].search(text):
                what = _LOOKS_LIKE[sign]
                yield place, f"“{found[0]}” looks like {what}: make one up that cannot be real."
