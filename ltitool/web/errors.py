"""What a person sees when something cannot be done: what happened, why, and what to do next.

Every page carries a short code and the request's id, which the log has too, and gives back the
text that was typed.
"""

from http import HTTPStatus

import structlog
from flask import Flask, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ltitool.core.errors import (
    AlreadyDone,
    InputRefused,
    NotAllowed,
    NotFound,
    NotOpen,
    NotReady,
    NoVisit,
    ToolError,
    TooOften,
)

STATUS = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.NOT_FOUND,
    NotOpen: HTTPStatus.CONFLICT,
    NotReady: HTTPStatus.CONFLICT,
    AlreadyDone: HTTPStatus.CONFLICT,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    InputRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoVisit: HTTPStatus.FORBIDDEN,
}
TYPED = {"rationale", "own_change", "text", "reason", "source", "people"}
"""The fields of forms in which people write."""

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Show these pages for every error of this app."""
    app.register_error_handler(ToolError, _tool_error)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(IntegrityError, _lost_race)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def error_page(
    status: int, code: str, title: str, words: str, steps: list[str], back_url: str = ""
) -> ResponseReturnValue:
    """Return the one kind of error page, with the typed text in it."""
    log.info("refused", code=code, status=int(status))
    page = render_template(
        "error.html",
        code=code,
        title=title,
        words=words,
        steps=steps,
        typed=_typed(),
        onward_url=_onward_url(),
        back_url=back_url,
    )
    return page, status


def _tool_error(error: ToolError) -> ResponseReturnValue:
    status = STATUS.get(type(error), HTTPStatus.BAD_REQUEST)
    if isinstance(error, NoVisit):
        return error_page(
            status,
            error.code,
            _("This visit has ended"),
            _("A visit lasts for a day. What you had saved is safe."),
            [
                _("Go back to your course page."),
                _("Open the activity again from there."),
                _(
                    "If this page comes at once, your browser keeps no cookies for %(site)s: "
                    "allow them there, or use another browser.",
                    site=request.host,
                ),
            ],
        )
    if isinstance(error, NotFound | NotAllowed):
        return _not_found()
    return error_page(
        status,
        error.code,
        _("That did not work"),
        str(error),
        _or_back(_("Go back and look again.")),
    )


def _forged(_error: CSRFError) -> ResponseReturnValue:
    return error_page(
        HTTPStatus.BAD_REQUEST,
        "FORM-STALE",
        _("This form could not be checked"),
        _("It came without the mark that shows that it was filled in on our page."),
        [_("Open the activity again from your course page, and send it once more.")],
    )


def _lost_race(error: IntegrityError) -> ResponseReturnValue:
    log.warning("lost race", constraint=type(error.orig).__name__)
    return error_page(
        HTTPStatus.CONFLICT,
        "ALREADY-DONE",
        _("Somebody was faster"),
        _("The same thing was saved a moment ago, perhaps from another tab. That one stands."),
        _or_back(_("Go back and look at what stands.")),
    )


def _not_found() -> ResponseReturnValue:
    return error_page(
        HTTPStatus.NOT_FOUND,
        "NOT-FOUND",
        _("There is no such page"),
        _("Perhaps the address was mistyped, or the page belongs to another course."),
        _or_back(_("Go back to your course page and open the activity from there.")),
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # a redirect that werkzeug raises
    if error.code == HTTPStatus.NOT_FOUND:
        return _not_found()
    page = error_page(
        error.code,
        f"HTTP-{error.code}",
        _("That request cannot be answered"),
        {
            413: _("What was sent is too large. A post may hold about 20,000 characters."),
            405: _("This address takes another kind of request."),
        }.get(error.code, _("The server did not understand it.")),
        [_("Go back and try again.")],
    )
    answer = make_response(page)
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.error("unforeseen", kind=type(error).__name__, exc_info=error)
    if (session := g.get("session")) is not None:
        session.rollback()
    return error_page(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "UNFORESEEN",
        _("Something broke on our side"),
        _("It is not your fault. Nothing that was saved before is lost."),
        [_("Try again in a minute."), _("If it happens again, report the code below.")],
    )


def _or_back(step: str) -> list[str]:
    """Return what to do in words, where no button leads back to the activity."""
    return [] if _onward_url() else [step]


def _onward_url() -> str:
    """Return the first page of the visit that was refused something; "" without a visit."""
    if "visit" not in g:
        return ""
    first = url_for("visit.activity.front")
    return "" if request.path == first else first


def _typed() -> list[str]:
    """Return what was typed into the form of this request, so that the page can give it back."""
    if request.method != "POST" or request.path.startswith("/lti/"):
        return []
    try:
        fields = request.form.items(multi=True)
    except HTTPException:
        return []
    return [value for name, value in fields if name in TYPED and value.strip()]
