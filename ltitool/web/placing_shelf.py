"""The shelf of the picker: stories to look through and choose for a course."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import placing as actions
from ltitool.actions import stories
from ltitool.core.errors import NotFound
from ltitool.core.shelf import Choices, Search
from ltitool.storage.queries import library as library_queries
from ltitool.web import labels
from ltitool.web.book import Book
from ltitool.web.forms import PlainForm
from ltitool.web.media import file_of
from ltitool.web.placing_visit import bp, placing_here
from ltitool.web.staging import stage
from ltitool.web.telling import named
from ltitool.web.transaction import db
from ltitool.web.trial import Around, trial_page


@bp.get("/")
def shelf() -> ResponseReturnValue:
    """Show the stories that fit what is looked for."""
    if placing_here().answered_at is not None:
        return redirect(url_for(".answer"))
    books = books_here()
    search = _search()
    choices = Choices.among(book.scenario for book in books)
    return render_template(
        "placing/shelf.html",
        placing=placing_here(),
        books=[book for book in books if search.finds(book.scenario)],
        is_empty=not books,
        search=search,
        choices=choices,
        languages=named(choices.languages),
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


@bp.get("/story/<int:version_id>/try")
def walk(version_id: int) -> ResponseReturnValue:
    """Walk through a story on the shelf as a student would; nothing of it is kept."""
    book = _book(version_id)
    media = book.version.media
    stage(
        lambda src: url_for(".media", version_id=version_id, media_hash=media.get(src, "missing"))
    )
    around = Around(
        "placing/_room.html",
        back_url=url_for(".story", version_id=version_id),
        choose_url=url_for(".set_up", story=version_id),
    )
    return trial_page(book.version, around, placing=placing_here())


@bp.get("/story/<int:version_id>/media/<media_hash>")
def media(version_id: int, media_hash: str) -> ResponseReturnValue:
    """Send one file that a story on the shelf uses."""
    return file_of(_book(version_id).version, media_hash)


def books_here() -> list[Book]:
    """Return every story that this course can choose, its own first."""
    offered = library_queries.offered(db(), placing_here().context_id)
    return [Book(version, stories.scenario_of(version)) for version in offered]


def _book(version_id: int) -> Book:
    for book in books_here():
        if book.version.id == version_id:
            return book
    raise NotFound("There is no such story on this shelf.")


def _search() -> Search:
    asked = request.args
    return Search(
        words=asked.get("q", "").strip(),
        discipline=asked.get("discipline", ""),
        language=asked.get("language", ""),
        level=asked.get("level", ""),
        minutes=asked.get("minutes", type=int),
    )
