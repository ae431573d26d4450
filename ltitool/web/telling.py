"""In which language a story is told to somebody, and how its words say so on the page.

Every word of a story leaves the templates through `spoken`: what a translation has not reached
carries the language and the direction it was written in.
"""

from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from flask import Flask, request
from markupsafe import Markup

from ltitool.actions.library import told_in
from ltitool.core.overlay import Kept, direction, language_of
from ltitool.core.scenario import Scenario
from ltitool.storage.tables import Participant
from ltitool.web.transaction import db
from ltitool.web.visit import here, story, version


@dataclass(frozen=True)
class Language:
    """A language that the story of this activity can be read in."""

    code: str
    name: str
    """As its own speakers call it."""
    is_told: bool


def init_app(app: Flask) -> None:
    """Let the templates of this app say which language words are in."""
    app.jinja_env.finalize = spoken
    app.jinja_env.globals["speaks"] = speaks
    app.jinja_env.filters["plain"] = str
    app.jinja_env.filters["spoken"] = spoken
    app.jinja_env.filters["told_in"] = told_words


def told_to(participant: Participant | None) -> Scenario:
    """Return the story in the language this person chose, or in that of their platform."""
    codes = languages()
    wanted = participant.language if participant is not None else ""
    code = wanted if wanted in codes else _nearest(_locale(), codes)
    return told_in(db(), version(), code)


def languages() -> list[str]:
    """Return the languages the story can be read in, its own first."""
    return [story().language, *sorted(version().overlays)]


def offered_languages(told: Scenario) -> list[Language]:
    """Return the languages to choose from on a page; none where there is only one."""
    codes = languages()
    if len(codes) == 1:
        return []
    return [Language(code, _own_name(code), code == told.language) for code in codes]


def speaks(language: str) -> Markup:
    """Return the attributes of an element whose words are in this language."""
    return Markup('lang="{}" dir="{}"').format(language, direction(language))


def spoken(value: object) -> object:
    """Return words as they go on a page: those that are not translated in their own language."""
    if not isinstance(value, Kept):
        return value
    return Markup("<span {}>{}</span>").format(speaks(value.language), str(value))


def told_words(words: str, language: str) -> Markup:
    """Return words of a story that is told in this language, to stand among words of the page."""
    own = language_of(words, language)
    return Markup("<span {}>{}</span>").format(speaks(own), str(words)) if words else Markup("")


def _locale() -> str:
    return here().locale or request.accept_languages.best or ""


def _nearest(wanted: str, codes: list[str]) -> str:
    """Return the code that fits best: the same, else of the same language, else the story's own."""
    wanted = wanted.replace("_", "-").lower()
    for code in codes:
        if code.lower() == wanted:
            return code
    base = wanted.partition("-")[0]
    return next((code for code in codes if code.lower().partition("-")[0] == base), codes[0])


def _own_name(code: str) -> str:
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name()
    except (ValueError, UnknownLocaleError):
        return code
    return f"{name[:1].upper()}{name[1:]}" if name else code
