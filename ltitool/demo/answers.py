"""What the services of the pretend LMS have in common: who may ask, pages, refusals."""

import base64
import json
from binascii import Error as NotBase64
from datetime import timedelta
from html import escape
from http import HTTPStatus
from typing import Any

from flask import Response, abort, current_app, g, make_response, request

from ltitool.demo.course import DEPLOYMENT_ID
from ltitool.demo.grades import Gradebook
from ltitool.demo.lms import Lms

RATE_WINDOW = timedelta(seconds=10)
JSON = "application/json"
ROSTER_LINK_HEADER = '<{url}>; rel="next"'


def the_lms() -> Lms:
    """Return the LMS this application serves."""
    lms: Lms = current_app.extensions["lms"]
    return lms


def require_scope(*scopes: str) -> None:
    """Let only a valid bearer token with one of these scopes pass."""
    lms = the_lms()
    _require_manners(lms)
    kind, _space, value = request.headers.get("Authorization", "").partition(" ")
    with lms.lock:
        token = lms.tokens.get(value)
    is_right = token is not None and token.until > lms.now and bool(token.scopes & set(scopes))
    if token is None or not is_right or kind.lower() != "bearer":
        abort(refused(401, "Unauthorized"))
    if request.args.get("type_id", DEPLOYMENT_ID) != DEPLOYMENT_ID:
        abort(refused(401, "Unauthorized"))
    g.client_id = token.client_id


def asked_gradebook() -> Gradebook:
    """Return the gradebook of whoever's token was shown."""
    return the_lms().gradebooks[g.client_id]


def require_accept(media_type: str, *, or_anything: bool = False) -> None:
    """Let only requests pass that ask for exactly this media type."""
    allowed = {media_type, "*/*"} if or_anything else {media_type}
    if request.headers.get("Accept") not in allowed:
        abort(refused(400, "No context or unsupported content type"))


def paged(rows: list[dict[str, Any]], media_type: str) -> Response:
    """Return one page of a list, with the address of the next page as the profile writes it."""
    page, url = page_of(rows)
    link_header = the_lms().profile.link_header
    return typed(page, media_type, link_header.format(url=url, escaped=escape(url)) if url else "")


def page_of(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """Return the rows of the page that is asked for, and the address of the next one."""
    lms = the_lms()
    wanted = request.args.get("limit", type=int)
    size = min(wanted, lms.profile.page_size) if wanted else lms.profile.page_size
    numbered = lms.profile.pages_only_on_request
    start = request.args.get("from", 0, type=int) if numbered else _start_of_bookmark()
    end = start + size
    if end >= len(rows):
        return rows[start:], ""
    kept = [f"{name}={request.args[name]}" for name in ("type_id", "limit") if name in request.args]
    place = f"from={end}" if numbered else f"page=bookmark:{_bookmark(end)}"
    return rows[start:end], f"{lms.api_url}{request.path}?{'&'.join([*kept, place])}"


def typed(body: object, media_type: str, link: str = "") -> Response:
    """Return JSON of a media type."""
    answer = make_response(json.dumps(body), 200)
    answer.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    if link:
        answer.headers["Link"] = link.encode().decode("latin-1")  # Moodle's quotes are UTF-8
    return answer


def refused(status: int, words: str, *, body: str | None = None) -> Response:
    """Return a refusal, shaped as the profile's LMS shapes it; the LMS remembers it."""
    lms = the_lms()
    lms.refused.append(f"{status} on {request.path}: {words}")
    shape = {"moodle": _as_moodle, "canvas": _as_canvas}.get(lms.profile.name, _plainly)
    answer = make_response(json.dumps(shape(status, words)) if body is None else body, status)
    answer.headers["Content-Type"] = JSON
    if lms.profile.name == "moodle":
        answer.status = f"{status} {words}"  # Moodle says why in the reason phrase
    return answer


def _plainly(_status: int, words: str) -> dict[str, Any]:
    return {"error": words}


def _as_moodle(status: int, words: str) -> dict[str, Any]:
    asked = {
        "method": request.method,
        "url": request.full_path.rstrip("?"),
        "accept": request.headers.get("Accept", ""),
        "contentType": request.headers.get("Content-Type", ""),
    }
    return {"status": status, "reason": words, "request": asked}


def _as_canvas(status: int, words: str) -> dict[str, Any]:
    kind = HTTPStatus(status).phrase.lower().replace(" ", "_")
    return {"errors": {"type": kind, "message": words}}


def _require_manners(lms: Lms) -> None:
    """Refuse who says not who it is, and who asks too fast, as Canvas does."""
    if lms.profile.needs_user_agent and not request.headers.get("User-Agent"):
        abort(make_response(("403 Forbidden (User-Agent required)", 403)))
    if not lms.profile.rate_limit:
        return
    with lms.lock:
        lms.calls = [at for at in lms.calls if at > lms.now - RATE_WINDOW]
        lms.calls.append(lms.now)
        is_too_fast = len(lms.calls) > lms.profile.rate_limit
    if is_too_fast:
        headers = {"X-Rate-Limit-Remaining": "0.0", "Content-Type": "text/plain"}
        abort(make_response("403 Forbidden (Rate Limit Exceeded)", 403, headers))


def _bookmark(start: int) -> str:
    return base64.urlsafe_b64encode(f"start at row {start}".encode()).rstrip(b"=").decode()


def _start_of_bookmark() -> int:
    """Return where a bookmark points; one whose letters were changed points nowhere."""
    asked = request.args.get("page", "").removeprefix("bookmark:")
    if not asked:
        return 0
    try:
        words = base64.urlsafe_b64decode(asked + "=" * (-len(asked) % 4)).decode()
        found = int(words.removeprefix("start at row "))
    except (NotBase64, ValueError):
        abort(refused(400, "Invalid bookmark"))
    return found
