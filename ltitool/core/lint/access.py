"""Whether everybody can take it in: pictures, sounds and signs have words beside them."""

import re
import unicodedata
from pathlib import PurePosixPath

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import PROMPTS, Story
from ltitool.core.scenario import Beat, Image, everything

LONGEST_ALT = 250
_PICTURE_OF = re.compile(r"\s*(an? |the )?(image|picture|photo|photograph) of\b", re.IGNORECASE)
_BY_COLOUR = re.compile(
    r"\b(red|green|blue|yellow|orange|amber|purple|pink) (ones?|answers?|choices?|options?|"
    r"buttons?|lines?|texts?|words?|parts?)\b|\bin (red|green|blue|yellow|orange|amber)\b",
    re.IGNORECASE,
)
_ASKED_IN = {"label", "prompt", "short", "feedback", "challenge"}


@rule("A01", Severity.ERROR)
def film_has_captions(story: Story) -> Found:
    """Give a video captions."""
    for place, part in everything(story.scenario):
        if isinstance(part, Beat) and part.video is not None and part.video.captions is None:
            yield (*place, "video"), "this video has no captions: add a .vtt file."


@rule("A02", Severity.WARNING)
def alt_says_what_is_shown(story: Story) -> Found:
    """Say what a picture shows, in at most 250 characters.

    Not that it is an image, and not the name of its file.
    """
    for place, part in everything(story.scenario):
        if not isinstance(part, Image):
            continue
        here = (*place, "alt")
        if len(part.alt) > LONGEST_ALT:
            yield here, f"this has {len(part.alt)} characters: say it in {LONGEST_ALT}."
        if _PICTURE_OF.match(part.alt):
            yield here, "that it is a picture is told anyway: begin with what it shows."
        file = PurePosixPath(part.src)
        if part.alt.strip().lower() in {file.name.lower(), file.stem.lower()}:
            yield here, "this is the name of the file: say what the picture shows."


@rule("A04", Severity.WARNING)
def meaning_is_in_words(story: Story) -> Found:
    """Tell nothing by signs or capitals alone, and ask nothing by a colour alone."""
    for place, text in story.texts:
        if _is_signs(text):
            yield place, "there is no word in this: say it in words beside the signs."
        elif _is_shouted(text):
            yield place, "this is all in capitals: write it in small letters, and say who shouts."
        is_asked = place[0] in PROMPTS or place[-1] in _ASKED_IN
        if is_asked and (found := _BY_COLOUR.search(text)):
            yield place, f"“{found[0]}” names it by colour alone: name it by its words."


def _is_signs(text: str) -> bool:
    kinds = {unicodedata.category(mark)[0] for mark in text}
    return "S" in kinds and not kinds & {"L", "N"}


def _is_shouted(text: str) -> bool:
    return text.isupper() and len(re.findall(r"[^\W\d_]{2,}", text)) > 1
