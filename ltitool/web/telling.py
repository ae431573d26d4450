"""In which language a story is told to somebody, and how its words say so on the page.

Every word of a story leaves the templates through `spoken`: what a translation has not reached
carries the language and the direction it was written in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from flask import Flask, g, request
from flask_babel import get_locale
from markupsafe import Markup

from ltitool.actions.stories import scenario_of, told_in
from ltitool.core.fewer_words import eased_in
from ltitool.core.overlay import Kept, direction, language_of
from ltitool.core.scenario import Scenario
from ltitool.core.talk_about import about
from ltitool.storage.tables import Participant, ScenarioVersion, Visit
from ltitool.web.transaction import db


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
    app.jinja_env.filters["shortened"] = shortened


def told_to(
    participant: Participant | None, version: ScenarioVersion, talk_about: str = ""
) -> Scenario:
    """Return a story as it asks this person, in the language they chose or their platform's.

    `talk_about` is the question that people talk about; without it the story's author says.
    """
    codes = languages(version)
    chosen = participant.language if participant is not None else ""
    code = chosen if chosen in codes else nearest(wanted_languages(), codes)
    return asked_of(participant, about(told_in(db(), version, code), talk_about))


def asked_of(participant: Participant | None, scenario: Scenario) -> Scenario:
    """Return the story with as many words asked as of this person."""
    fewer = participant is not None and participant.asks_fewer_words
    return eased_in(scenario) if fewer else scenario


def languages(version: ScenarioVersion) -> list[str]:
    """Return the languages that a version of a story can be read in, its own first."""
    return [scenario_of(version).language, *sorted(version.overlays)]


def offered_languages(version: ScenarioVersion, told: Scenario) -> list[Language]:
    """Return the languages of a story to choose from on a page; none where there is only one."""
    codes = languages(version)
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


def shortened(words: str, letters: int) -> str:
    """Return the beginning of a text, cut between words, still in its own language."""
    if len(words) <= letters:
        return words
    cut = f"{words[:letters].rsplit(None, 1)[0]} …"
    return Kept.of(cut, words.language) if isinstance(words, Kept) else cut


def told_words(words: str, language: str) -> Markup:
    """Return words of a story that is told in this language, to stand among words of the page."""
    own = language_of(words, language)
    return Markup("<span {}>{}</span>").format(speaks(own), str(words)) if words else Markup("")


def wanted_languages() -> list[str]:
    """Return the languages this person reads: that of the platform, then those of the browser."""
    visit: Visit | None = g.get("visit")
    return [*([visit.locale] if visit else []), *request.accept_languages.values()]


def nearest(wanted: Sequence[str], codes: Sequence[str]) -> str:
    """Return the code that fits best: the same, else of the same language; else the first."""
    known = {code.lower(): code for code in reversed(codes)}
    bases = {code.lower().partition("-")[0]: code for code in reversed(codes)}
    for one in wanted:
        code = one.replace("_", "-").lower()
        found = known.get(code) or bases.get(code.partition("-")[0])
        if found is not None:
            return found
    return codes[0]


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
