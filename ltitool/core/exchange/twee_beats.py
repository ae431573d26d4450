"""How the parts of a scene look in Twine, and what a paragraph from Twine becomes.

A part whose looks say everything needs no comment. Where one stands beside it, what is seen
counts as soon as it is no longer what we wrote: somebody has edited it there.
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from ltitool.core.exchange.twee_text import normal, safe_json
from ltitool.core.scenario import Beat, Card, Part

_SPOKEN = re.compile(r"([^:\n]{1,200}): (.+)", re.DOTALL)


def written_out(part: Part) -> dict[str, Any]:
    """Return a part as its file holds it."""
    return part.model_dump(mode="json", by_alias=True, exclude_unset=True)


def clean(text: str) -> str:
    """Return a text as one paragraph in which nothing is a link or a comment."""
    lines = (line.strip() for line in normal(text).split("\n"))
    joined = "\n".join(line for line in lines if line)
    while "[[" in joined:
        joined = joined.replace("[[", "[ [")
    return joined.replace("<!--", "<! --")


def clean_line(text: str) -> str:
    """Return a text as it can stand inside a link or a name."""
    one = " ".join(clean(text).split())
    for sign, instead in (("->", "→"), ("<-", "←"), ("|", "/"), ("[", "("), ("]", ")")):
        one = one.replace(sign, instead)
    return one


def shown(beat: Beat, names: Mapping[str, str]) -> str:
    """Return a beat as it is read in Twine."""
    before, text = _looks(beat, names)
    return clean(before + text)


def plain(text: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """Return what a paragraph without a comment is: somebody known speaks, or it is told."""
    found = _SPOKEN.fullmatch(text)
    if found is not None and found[1].strip() in ids:
        return {"say": {"who": ids[found[1].strip()], "text": found[2].strip()}}
    return {"narrate": text}


def restored(data: object, text: str, names: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the beat of a comment with the words that are seen; None when it is no beat."""
    try:
        beat = Beat.model_validate_json(safe_json(data), by_alias=True, by_name=False)
    except ValidationError:
        return None
    made = written_out(beat)
    if text == shown(beat, names):
        return made
    before = clean(_looks(beat, names)[0])
    words = text.removeprefix(before).strip()
    place = made[beat.kind]
    if isinstance(place, dict):
        main = next(name for name in ("text", "alt", "transcript") if name in place)
        place[main] = words
    else:
        made[beat.kind] = words
    return made


def kept(written: object, seen: str) -> str:
    """Return the words of a comment, unless others are seen now."""
    return written if isinstance(written, str) and clean_line(written) == seen else seen


def _looks(beat: Beat, names: Mapping[str, str]) -> tuple[str, str]:
    if beat.say is not None:
        return f"{names.get(beat.say.who, beat.say.who)}: ", beat.say.text
    if beat.card is not None:
        return f"({_card(beat.card, names)}) ", beat.card.text
    if beat.image is not None:
        return "(picture) ", beat.image.alt
    timed = beat.audio or beat.video
    if timed is not None:
        return ("(sound) " if beat.audio else "(film) "), timed.transcript
    return "", beat.narrate or ""


def _card(card: Card, names: Mapping[str, str]) -> str:
    parts = [card.kind.replace("-", " ")]
    parts += [f"from {names.get(card.from_, card.from_)}"] if card.from_ else []
    parts += [f"to {names.get(card.to, card.to)}"] if card.to else []
    return " ".join(parts)
