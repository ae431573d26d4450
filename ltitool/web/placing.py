"""The picker: stories to look through and choose for a course, set up, and handed to the LMS."""

import secrets
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from ltitool.actions import library
from ltitool.actions import placing as actions
from ltitool.actions.keys import make_key, signing_key
from ltitool.actions.registrations import platform_of
from ltitool.core.drawing import lens_cover
from ltitool.core.errors import InputRefused, NotFound
from ltitool.core.plan import Plan
from ltitool.core.scenario import Lens, Scenario
from ltitool.core.shelf import Choices, Search, cover, most_tested
from ltitool.lti.deep_linking import Answer, Item
from ltitool.settings import Settings
from ltitool.storage.queries import library as library_queries
from ltitool.storage.tables import ScenarioVersion
from ltitool.web import labels
from ltitool.web.forms import PlainForm
from ltitool.web.media import file_of
from ltitool.web.placing_forms import GRADED, IN_COURSE, IN_WINDOW, UNGRADED, PlacingForm
from ltitool.web.placing_visit import bp, placing_here
from ltitool.web.policies import send_forms_to
from ltitool.web.staging import stage
from ltitool.web.teaching_settings import run_words, said
from ltitool.web.transaction import db, now
from ltitool.web.words import line

__all__ = ["bp"]

RINGS = 4
SEEDS = 2**31


@dataclass(frozen=True)
class Book:
    """One story on the shelf."""

    version: ScenarioVersion
    scenario: Scenario

    @property
    def cover(self) -> Markup:
        """Its lenses, drawn: no two stories look alike, and none needs a photograph."""
        return Markup(lens_cover(cover(self.scenario), rings=RINGS, ident=f"c{self.version.id}"))

    @property
    def tested(self) -> list[Lens]:
        """The lenses it tests most."""
        return most_tested(self.scenario)

    @property
    def facts(self) -> list[str]:
        """What it takes, in a few words each."""
        scenario = self.scenario
        questions = len(scenario.core_decisions)
        endings = sum(scene.ending is not None for scene in scenario.scenes)
        found = [
            ngettext("one question", "%(num)d questions", questions),
            ngettext("one ending", "%(num)d endings", endings),
            language_name(scenario.language),
        ]
        if scenario.minutes:
            found.insert(0, ngettext("one minute", "%(num)d minutes", scenario.minutes))
        if scenario.level:
            found.append(str(labels.LEVELS[scenario.level]))
        return [str(fact) for fact in found]


@bp.get("/")
def shelf() -> ResponseReturnValue:
    """Show the stories that fit what is looked for."""
    if placing_here().answered_at is not None:
        return redirect(url_for(".answer"))
    books = _books()
    search = _search()
    choices = Choices.among(book.scenario for book in books)
    return render_template(
        "placing/shelf.html",
        placing=placing_here(),
        books=[book for book in books if search.finds(book.scenario)],
        is_empty=not books,
        search=search,
        choices=choices,
        languages={code: language_name(code) for code in choices.languages},
        levels=labels.LEVELS,
        takes_many=actions.asked_of(placing_here()).takes_many and len(books) > 1,
        is_several="several" in request.args,
        form=PlainForm(),
    )


@bp.get("/story/<int:version_id>")
def story(version_id: int) -> ResponseReturnValue:
    """Show a whole story: every scene, every question, every ending."""
    book = _book(version_id)
    media = book.version.media
    stage(
        lambda src: url_for(".media", version_id=version_id, media_hash=media.get(src, "missing"))
    )
    return render_template(
        "placing/story.html", placing=placing_here(), book=book, scenario=book.scenario
    )


@bp.get("/story/<int:version_id>/media/<media_hash>")
def media(version_id: int, media_hash: str) -> ResponseReturnValue:
    """Send one file that a story on the shelf uses."""
    return file_of(_book(version_id).version, media_hash)


@bp.get("/set-up")
def set_up() -> ResponseReturnValue:
    """Ask for a name and one date; the rest is folded behind a sentence."""
    if not request.args.getlist("story"):
        return redirect(url_for(".shelf", several=1))
    books = _chosen(request.args.getlist("story"))
    if not books:
        raise NotFound("There is no such story on this shelf.")
    return _set_up_page(_form(books), books)


@bp.post("/set-up")
def add() -> ResponseReturnValue:
    """Prepare what was chosen; the next page hands it to the LMS."""
    placing = placing_here()
    if placing.answered_at is not None:
        return redirect(url_for(".answer"), 303)
    books = _chosen(request.form.getlist("story"))
    if not books:
        raise InputRefused(_("That is not a choice from this shelf. Nothing was added."))
    form = _form(books)
    if not form.validate_on_submit():
        return _set_up_page(form, books), 422
    actions.add(
        db(),
        placing,
        [actions.Choice(book.version, form.title_of(book.version)) for book in books],
        actions.Manner(
            plan=Plan(
                due_at=form.due_at,
                time_zone=form.zone,
                group_wait_hours=form.group_wait_hours,
            ),
            is_graded=form.is_graded,
            in_window=form.in_window,
        ),
        token=lambda: secrets.token_urlsafe(18),
        chance=lambda: secrets.randbelow(SEEDS),
        now=now(),
    )
    make_key(db(), _settings().secret_key, now=now())
    return redirect(url_for(".answer"), 303)


@bp.post("/cancel")
def cancel() -> ResponseReturnValue:
    """Choose nothing, and tell the LMS so."""
    if placing_here().answered_at is None:
        actions.cancel(db(), placing_here(), now=now())
        make_key(db(), _settings().secret_key, now=now())
    return redirect(url_for(".answer"), 303)


@bp.get("/answer")
def answer() -> ResponseReturnValue:
    """Hand the answer to the LMS: a signed form that goes by itself, or by its button."""
    placing = placing_here()
    if placing.answered_at is None:
        return redirect(url_for(".shelf"))
    asked = actions.asked_of(placing)
    links = actions.links_of(db(), placing)
    registration = placing.context.deployment.registration
    key = signing_key(db(), _settings().secret_key, now=now())
    signed = Answer(platform_of(registration), placing.context.deployment.lti_id, asked, key)
    items = [
        Item(
            link,
            asked,
            launch_url=_settings().launch_url,
            icon_url=f"{_settings().public_url}{url_for('static', filename='mark.svg')}",
            is_moodle=placing.product_family == "moodle",
        )
        for link in links
    ]
    message = signed.message(
        items,
        now=int(now().timestamp()),
        nonce=secrets.token_urlsafe(18),
        words=_words([link.title for link in links]),
    )
    send_forms_to(asked.return_url)
    return render_template(
        "placing/answer.html",
        placing=placing,
        links=links,
        url=asked.return_url,
        token=signed.encode_jwt(message),
    )


def language_name(code: str) -> str:
    """Return what a language is called in the language of the page."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(get_locale() or "en")
    except (ValueError, UnknownLocaleError):
        return code
    return name or code


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _books() -> list[Book]:
    offered = library_queries.offered(db(), placing_here().context_id)
    return [Book(version, library.scenario_of(version)) for version in offered]


def _book(version_id: int) -> Book:
    for book in _books():
        if book.version.id == version_id:
            return book
    raise NotFound("There is no such story on this shelf.")


def _chosen(ids: list[str]) -> list[Book]:
    """Return what was chosen, each once; nothing where one of them is not on the shelf."""
    known = {str(book.version.id): book for book in _books()}
    if not set(ids) <= set(known):
        return []
    return [known[one] for one in dict.fromkeys(ids)]


def _search() -> Search:
    asked = request.args
    return Search(
        words=asked.get("q", "").strip(),
        discipline=asked.get("discipline", ""),
        language=asked.get("language", ""),
        level=asked.get("level", ""),
        minutes=asked.get("minutes", type=int),
    )


def _form(books: list[Book]) -> PlacingForm:
    placing = placing_here()
    versions = [book.version for book in books]
    typed = request.form.to_dict()
    return PlacingForm.of(versions, actions.asked_of(placing), placing.locale, typed)


def _set_up_page(form: PlacingForm, books: list[Book]) -> str:
    zone = form.zone
    hours = 0 if form.errors else form.group_wait_hours
    return render_template(
        "placing/set_up.html",
        placing=placing_here(),
        form=form,
        books=books,
        said=said(hours, zone),
        graded=GRADED,
        ungraded=UNGRADED,
        in_course=IN_COURSE,
        in_window=IN_WINDOW,
        **run_words(zone),
    )


def _words(titles: list[str]) -> str:
    """Return what the person reads in the LMS afterwards."""
    if not titles:
        return ""
    return str(
        ngettext(
            "Added: “%(title)s”.", "Added %(num)d activities.", len(titles), title=line(titles[0])
        )
    )
