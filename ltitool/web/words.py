"""How the pages speak: language, dates in the activity's time zone, the Markdown of stories."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import nh3
from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, get_timezone
from babel.support import NullTranslations
from flask import Flask, g, request, url_for
from flask_babel import Babel, Domain, get_locale
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from ltitool.core.grades import without_echo
from ltitool.core.overlay import Kept
from ltitool.web.telling import nearest, speaks, wanted_languages
from ltitool.web.transaction import now

LANGUAGES = ("en",)
"""The languages the pages themselves are written in."""

PATTERNS = {
    "long": "EEEE d MMMM y, HH:mm z",
    "short": "EEE d MMM, HH:mm",
    "exact": "d MMM y, HH:mm:ss z",
    "day": "EEEE d MMMM",
    "time": "HH:mm",
}
STORY_TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "br"}
_line = MarkdownIt("zero", {"typographer": True}).enable(["replacements", "smartquotes"])
_markdown = MarkdownIt("js-default", {"html": False, "typographer": True}).enable(
    ["replacements", "smartquotes"]
)


class PageWords(Domain):
    """The words of the pages, looked for once in a request; a page asks for dozens of phrases.

    Flask-Babel's own makes itself anew for each request, and so forgets what it has read.
    """

    def get_translations(self) -> NullTranslations:
        """Return the words of this request's language."""
        if "translations" not in g:
            g.translations = super().get_translations()
        found: NullTranslations = g.translations
        return found


def init_app(app: Flask) -> None:
    """Teach the templates of this app to speak."""
    Babel(app, locale_selector=_language)
    app.before_request(PageWords().as_default)
    app.add_template_filter(story_text)
    app.add_template_filter(line)
    app.add_template_filter(typed_text)
    app.add_template_filter(moment)
    app.add_template_filter(points)
    app.add_template_filter(without_echo)
    app.jinja_env.globals["static_url"] = _static_url
    app.jinja_env.globals["now"] = now
    app.jinja_env.globals["language"] = lambda: str(get_locale() or "en").replace("_", "-")


def story_text(source: str) -> Markup:
    """Return the small Markdown of a story as safe HTML, in its language if that is another."""
    html = _html(str(source))
    if isinstance(source, Kept):
        return Markup("<div {}>{}</div>").format(speaks(source.language), html)
    return html


@lru_cache(maxsize=4096)
def _html(source: str) -> Markup:
    html = _markdown.render(source)
    return Markup(nh3.clean(html, tags=STORY_TAGS, attributes={"a": {"href"}}))  # cleaned above


def line(source: str) -> str:
    """Return a line of a story, such as a title, as text with the quotes and dashes of print."""
    printed = _printed(str(source))
    return Kept.of(printed, source.language) if isinstance(source, Kept) else printed


@lru_cache(maxsize=4096)
def _printed(source: str) -> str:
    [inline] = _line.parseInline(source)
    return "".join(part.content for part in inline.children or ())


def typed_text(source: str) -> Markup:
    """Return what a person typed as paragraphs, and as quotes what stands behind “>”.

    Nothing else in it is read as markup. Each paragraph runs the way its own letters run.
    """
    lines = source.replace("\r\n", "\n").split("\n")
    blocks = groupby(lines, key=lambda line: line.lstrip().startswith(">"))
    return Markup("").join(
        Markup("<blockquote>{}</blockquote>").format(_paragraphs(map(_unquoted, block)))
        if is_quote
        else _paragraphs(block)
        for is_quote, block in blocks
    )


def moment(when: datetime | None, style: str = "long") -> Markup:
    """Return a time for reading, in the activity's zone and the person's language.

    `style` is one of PATTERNS; the long one is “Tuesday 9 February 2027, 23:59 GMT”.
    """
    if when is None:
        return Markup("")
    zone = get_timezone(_time_zone())
    pattern = PATTERNS[style]
    locale = _person_locale()
    words = format_datetime(when, pattern, tzinfo=zone, locale=locale)
    return Markup('<time datetime="{}" lang="{}">{}</time>').format(
        when.isoformat(timespec="seconds"), str(locale).replace("_", "-"), words
    )


def points(hundredths: int) -> str:
    """Return hundredths of a point as a number without idle zeros: 7750 is 77.5."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def _paragraphs(lines: Iterable[str]) -> Markup:
    parts = (part.strip() for part in "\n".join(lines).split("\n\n"))
    inner = (Markup("<br>").join(escape(part).split("\n")) for part in parts if part)
    return Markup("").join(Markup('<p dir="auto">{}</p>').format(part) for part in inner)


def _unquoted(line: str) -> str:
    """Return a quoted line without its marks, however many there are."""
    return line.lstrip("> ")


@lru_cache(maxsize=64)
def _version_of(name: str) -> str:
    folder = Path(__file__).parent / "static"
    return sha256((folder / name).read_bytes()).hexdigest()[:10]


def _static_url(name: str) -> str:
    return url_for("static", filename=name, v=_version_of(name))


def _language() -> str:
    return nearest(wanted_languages(), LANGUAGES)


def _time_zone() -> str:
    visit = g.get("visit")
    return visit.activity.time_zone if visit else "UTC"


def _person_locale() -> Locale:
    visit = g.get("visit")
    wanted = (visit.locale if visit else "") or request.accept_languages.best or "en_GB"
    try:
        locale = Locale.parse(wanted.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en", "GB")
    # “en” alone means American dates to Babel; the pages are written in British English.
    return Locale("en", "GB") if str(locale) == "en" else locale
