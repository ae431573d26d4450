"""What may point at a real person, in a story that ships or in what somebody is about to post.

Nothing is sent anywhere to find out, and nothing is forbidden: what is found here is asked about.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """What a piece of text looks like."""

    EMAIL = "e-mail"
    PHONE = "phone"
    NHS = "nhs"
    POSTCODE = "postcode"
    BIRTH = "birth"
    CLIENT = "client"
    ACCOUNT = "account"
    SITE = "site"


@dataclass(frozen=True)
class Found:
    """A piece of text, and what it looks like."""

    sign: Sign
    words: str


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = rf"\d{{1,2}}(?:st|nd|rd|th)?[./ -](?:of )?(?:\d{{1,2}}|{_MONTH})[./ ,-]{{1,2}}\d{{2,4}}"
_FOR_STORIES = (
    r"1632[ -]?960|7700[ -]?900|20[ -]?7946[ -]?0|1(?:1[3-8]|[2-6]1)[ -]?496[ -]?0|"
    r"191[ -]?498[ -]?0|28[ -]?9649[ -]?6|29[ -]?2018[ -]?0|306[ -]?999[ -]?0|"
    r"808[ -]?157[ -]?0|909[ -]?879[ -]?0"
)
"""Numbers that those who give them out in Britain keep free for stories (Ofcom, drama use)."""

PATTERNS = {
    Sign.EMAIL: re.compile(
        r"\b[\w.+-]{1,64}@(?!example\.)[\w-]{1,63}(\.[\w-]{1,63}){0,5}"
        r"\.(?!example\b|invalid\b|test\b)[a-z]{2,}\b",
        re.IGNORECASE,
    ),
    Sign.PHONE: re.compile(
        rf"(?<![\d-])(?!(?:\+44[ -]?(?:\(0\))?[ -]?|0)(?:{_FOR_STORIES}))"
        r"(?!\+1[ -]?\d{3}[ -]?555[ -]?01)"
        r"(\+\d{1,3}[ -]?\(?0?\)?|0)\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"
    ),
    # Those that begin with 999 are kept for trying things out.
    Sign.NHS: re.compile(r"(?<!\d)(?<!\d[ -])(?!999)[1-9]\d{2}[ -]?\d{3}[ -]?\d{4}(?!\d)"),
    Sign.POSTCODE: re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE),
    Sign.BIRTH: re.compile(
        rf"\b(?:born|d\.?o\.?b\.?|birth|birthday)\b[^.\n]{{0,20}}?{_DATE}"
        r"|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}\b",
        re.IGNORECASE,
    ),
    Sign.CLIENT: re.compile(
        r"\b(?i:my|our) (?i:client|service[ -]user|patient|tenant|resident|pupil)(?:,? "
        r"(?i:called|named|is))?,? (?P<name>[^\W\d_a-z][\w’'-]+)"
    ),
    Sign.ACCOUNT: re.compile(r"(?<![\w@.])@[a-z_]\w{2,}", re.IGNORECASE),
    Sign.SITE: re.compile(
        r"\b(facebook|instagram|twitter|x|tiktok|linkedin|snapchat|whatsapp|youtube|reddit)"
        r"\.com/\w+",
        re.IGNORECASE,
    ),
}
IN_STORIES = (Sign.EMAIL, Sign.PHONE, Sign.NHS, Sign.POSTCODE, Sign.ACCOUNT, Sign.SITE)
"""What no story may hold. Its people have names and birthdays, and are invented."""

IN_WRITING = (Sign.PHONE, Sign.POSTCODE, Sign.NHS, Sign.EMAIL, Sign.BIRTH, Sign.CLIENT)
"""What people are asked about before what they write is kept."""


def signs_in(text: str, names: Collection[str] = ()) -> list[Found]:
    """Return what in a text may point at a real person; the first of each kind.

    `names` are those of the people in the story, who may be called anybody’s client.
    """
    invented = {word for name in names for word in name.split()}
    return [found for sign in IN_WRITING if (found := _first(sign, text, invented)) is not None]


def _first(sign: Sign, text: str, invented: Collection[str]) -> Found | None:
    for match in PATTERNS[sign].finditer(text):
        name = match.groupdict().get("name", "").removesuffix("’s").removesuffix("'s")
        if not name or (name not in invented and not name.islower()):
            return Found(sign, match[0])
    return None
