"""In which language a story is told to somebody, and how its words say so on the page.

Every word of a story leaves the templates through `spoken`: what a translation has not reached
carries the language and the direction it was written in.
"""

from collections.abc import Collection
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from flask import Flask, request
from flask_babel import get_locale
from markupsafe import Markup

from ltitool.actions.library import told_in
from ltitool.core.overlay import Kept, direction, language_of
from ltitool.core.scenario import Scenario
from ltitool.storage.tables import Participant, ScenarioVersion
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
    return in_order(story(), version())


def in_order(scenario: Scenario, version: ScenarioVersion) -> list[str]:
    """Return the languages that a version of a story can be read in, its own first."""
    return [scenario.language, *sorted(version.overlays)]


def offered_languages(told: Scenario) -> list[Language]:
    """Return the languages of this activity to choose from; none where there is only one."""
    return offered(languages(), told)


def offered(codes: list[str], told: Scenario) -> list[Language]:
    """Return these languages to choose from on a page; none where there is only one."""
    if len(codes) == 1:
        return []
    return [Language(code, own_name(code, codes), code == told.language) for code in codes]


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


def own_name(code: str, beside: Collection[str] = ()) -> str:
    """Return what the speakers of a language call it."""
    return language_name(code, beside, code)


def named(codes: Collection[str]) -> dict[str, str]:
    """Return what these languages are called in the language of the page."""
    return {code: language_name(code, codes, str(get_locale() or "en")) for code in codes}


def language_name(code: str, beside: Collection[str], page: str) -> str:
    """Return what a language is called in that of a page.

    Its territory is named only where the same language of another one stands beside it.
    """
    base = code.partition("-")[0]
    is_alone = not any(one != code and one.partition("-")[0] == base for one in beside)
    try:
        locale = Locale.parse(code, sep="-")
        shown = Locale(locale.language, script=locale.script) if is_alone else locale
        name = shown.get_display_name(Locale.parse(page.replace("_", "-"), sep="-"))
    except (ValueError, UnknownLocaleError):
        return code
    return f"{name[:1].upper()}{name[1:]}" if name else code
