"""Setting a scene like a printed play: who speaks in the margin, what is said in the column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Flask, g, url_for

from ltitool.core.overlay import Kept
from ltitool.core.scenario import Beat, Scenario
from ltitool.web import labels
from ltitool.web.place import place


@dataclass
class Line:
    """One thing on the page of a scene."""

    kind: str
    texts: list[str] = field(default_factory=list)
    name: str = ""
    role: str = ""
    is_aside: bool = False
    heading: str = ""
    place: str = ""
    time: str = ""
    meta: str = ""
    url: str = ""
    alt: str = ""
    alt_language: str = ""
    """Of a description that is not translated."""
    caption: str = ""
    captions_url: str = ""


def init_app(app: Flask) -> None:
    """Let the templates of this app set scenes."""
    app.jinja_env.globals["lines"] = lines


def lines(beats: Sequence[Beat], scenario: Scenario) -> list[Line]:
    """Return the lines of a scene; neighbours by one speaker are one turn, a role stands once."""
    done: list[Line] = []
    introduced: set[str] = set()
    for beat in beats:
        line = _line(beat, scenario, introduced)
        last = done[-1] if done else None
        if last and line.kind == last.kind == "say" and _same_turn(line, last):
            last.texts.extend(line.texts)
            continue
        done.append(line)
    return done


def _same_turn(line: Line, last: Line) -> bool:
    return (line.name, line.is_aside) == (last.name, last.is_aside)


def _line(beat: Beat, scenario: Scenario, introduced: set[str]) -> Line:
    if beat.narrate is not None:
        return Line("narrate", [beat.narrate])
    if beat.say is not None:
        who = scenario.character(beat.say.who)
        role = "" if who.id in introduced else who.role
        introduced.add(who.id)
        is_aside = bool(beat.say.aside)
        return Line("say", [beat.say.text], name=who.name, role=role, is_aside=is_aside)
    if beat.card is not None:
        return _card(beat, scenario)
    return _media(beat)


def _card(beat: Beat, scenario: Scenario) -> Line:
    card = beat.card
    assert card is not None
    return Line(
        "card",
        [card.text],
        name=scenario.character(card.from_).name if card.from_ else "",
        heading=str(labels.CARDS[card.kind]),
        place=card.account or card.audience or "",
        time=card.time or "",
        meta=card.meta or "",
    )


def _media(beat: Beat) -> Line:
    if beat.image is not None:
        image = beat.image
        return Line(
            "image",
            url=_media_url(image.src),
            alt="" if image.decorative else image.alt,
            alt_language=image.alt.language if isinstance(image.alt, Kept) else "",
            caption=image.caption or "",
        )
    timed = beat.audio or beat.video
    assert timed is not None
    return Line(
        "audio" if beat.audio else "video",
        [timed.transcript],
        heading=timed.title or "",
        url=_media_url(timed.src),
        captions_url=_media_url(timed.captions) if timed.captions else "",
    )


def stage(media_url: Callable[[str], str]) -> None:
    """Find the files of what this page stages elsewhere than in the story of an activity."""
    g.media_url = media_url


def _media_url(src: str) -> str:
    staged: Callable[[str], str] | None = g.get("media_url")
    if staged is not None:
        return staged(src)
    return url_for("visit.media.show", media_hash=place().version.media.get(src, "missing"))
