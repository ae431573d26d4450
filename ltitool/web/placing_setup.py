"""What was chosen from the shelf, set up: a name and one date; the rest is folded away."""

import secrets

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import placing as actions
from ltitool.actions.keys import make_key
from ltitool.core.errors import InputRefused, NotFound
from ltitool.web.book import Book
from ltitool.web.placing_forms import PlacingForm
from ltitool.web.placing_shelf import books_here
from ltitool.web.placing_visit import bp, placing_here
from ltitool.web.placing_words import PlacingWords
from ltitool.web.teaching_settings import run_words, said
from ltitool.web.transaction import db, now

SEEDS = 2**31


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
        actions.Manner(form.plan, is_graded=form.is_graded, in_window=form.in_window),
        token=lambda: secrets.token_urlsafe(18),
        chance=lambda: secrets.randbelow(SEEDS),
        now=now(),
    )
    make_key(db(), current_app.extensions["settings"].secret_key, now=now())
    return redirect(url_for(".answer"), 303)


def _chosen(ids: list[str]) -> list[Book]:
    """Return what was chosen, each once; nothing where one of them is not on the shelf."""
    known = {str(book.version.id): book for book in books_here()}
    if not set(ids) <= set(known):
        return []
    return [known[one] for one in dict.fromkeys(ids)]


def _form(books: list[Book]) -> PlacingForm:
    placing = placing_here()
    stories = [(book.version, book.scenario) for book in books]
    return PlacingForm.of(
        stories, actions.asked_of(placing), placing.locale, request.form.to_dict()
    )


def _set_up_page(form: PlacingForm, books: list[Book]) -> str:
    zone = form.zone
    hours = 0 if form.errors else form.group_wait_hours
    return render_template(
        "placing/set_up.html",
        placing=placing_here(),
        form=form,
        books=books,
        said=said(hours),
        words=PlacingWords(form),
        **run_words(zone),
    )
