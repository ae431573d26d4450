"""The services of the pretend LMS: token, gradebook, roster. They check what they are sent."""

import json
import secrets
import time
from datetime import datetime, timedelta
from html import escape
from typing import Any

import jwt
import requests
from flask import Blueprint, Response, abort, current_app, make_response, request
from flask.typing import ResponseReturnValue

from ltitool.demo import messages
from ltitool.demo.lms import CLIENT_ID, CONTEXT_ID, COURSE, LINKS, USERS, Grade, Lms
from ltitool.demo.profiles import STUDENT

bp = Blueprint("services", __name__)

IMS = "application/vnd.ims."
SCORE_TYPE = f"{IMS}lis.v1.score+json"
RESULTS_TYPE = f"{IMS}lis.v2.resultcontainer+json"
ITEM_TYPE = f"{IMS}lis.v2.lineitem+json"
ITEMS_TYPE = f"{IMS}lis.v2.lineitemcontainer+json"
MEMBERS_TYPE = f"{IMS}lti-nrps.v2.membershipcontainer+json"
TOKEN_LASTS = timedelta(hours=1)
RATE_WINDOW = timedelta(seconds=10)
HANGS_FOR = 30
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def the_lms() -> Lms:
    """Return the LMS this application serves."""
    lms: Lms = current_app.extensions["lms"]
    return lms


@bp.get("/keys")
def keys() -> ResponseReturnValue:
    """Publish the key set."""
    return the_lms().key_set()


@bp.post("/token")
def token() -> ResponseReturnValue:
    """Give a bearer token for a signed assertion (RFC 7523), if every part of it is right."""
    lms = the_lms()
    form = request.form
    asked = (request.mimetype, form.get("grant_type"), form.get("client_assertion_type"))
    if asked != ("application/x-www-form-urlencoded", "client_credentials", ASSERTION_TYPE):
        return _token_refused("invalid_request", "Not a form-encoded client_credentials request.")
    try:
        claims = _checked_assertion(lms, form.get("client_assertion", ""))
    except (jwt.PyJWTError, LookupError, OSError, ValueError) as wrong:
        return _token_refused("invalid_client", str(wrong))
    with lms.lock:
        if claims["jti"] in lms.seen_assertions:
            return _token_refused("invalid_client", "This assertion was used before.")
        lms.seen_assertions.add(claims["jti"])
    granted = [scope for scope in form.get("scope", "").split() if scope in messages.SCOPES]
    if not granted:
        return _token_refused("invalid_scope", "No scope that is known.")
    made = secrets.token_urlsafe(24)
    with lms.lock:
        lms.tokens[made] = (frozenset(granted), lms.now + TOKEN_LASTS)
    return {
        "access_token": made,
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LASTS.total_seconds()),
        "scope": " ".join(granted),
    }


@bp.get("/ags/lineitems")
def line_items() -> ResponseReturnValue:
    """List the gradebook columns."""
    _require_scope(messages.LINE_ITEM, messages.LINE_ITEM_READ)
    _require_accept(ITEMS_TYPE)
    items = [_line_item(link_id) for link_id, link in LINKS.items() if link.is_graded]
    return _paged(items, ITEMS_TYPE)


@bp.get("/ags/<link_id>/lineitem")
def line_item(link_id: str) -> ResponseReturnValue:
    """Return one gradebook column."""
    _require_scope(messages.LINE_ITEM, messages.LINE_ITEM_READ)
    _require_accept(ITEM_TYPE)
    return _typed(_line_item(_graded(link_id)), ITEM_TYPE)


@bp.post("/ags/<link_id>/lineitem/scores")
def score(link_id: str) -> ResponseReturnValue:
    """Take a score into the gradebook, or refuse it as the profile's LMS would."""
    lms = the_lms()
    _fail_if_told(lms)
    _require_scope(messages.SCORE)
    if request.mimetype != SCORE_TYPE:
        return _refused(400, f"No handler found for {request.mimetype}")
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        return _refused(400, "The score is not a JSON object")
    problem = _score_problem(body)
    if problem:
        return _refused(400, problem)
    user = USERS.get(str(body["userId"]))
    if user is None or user.role != STUDENT:
        return _refused(lms.profile.not_gradable_status, lms.profile.not_gradable_words)
    return _keep(lms, _graded(link_id), user.id, body)


@bp.get("/ags/<link_id>/lineitem/results")
def results(link_id: str) -> ResponseReturnValue:
    """Return what stands in a gradebook column."""
    _require_scope(messages.RESULT)
    _graded(link_id)
    only = request.args.get("user_id")
    rows = [
        {
            "id": f"{the_lms().line_item_url(link_id)}#{user_id}",
            "userId": user_id,
            "resultScore": grade.given,
            "resultMaximum": grade.maximum,
            "scoreOf": the_lms().line_item_url(link_id),
            "comment": grade.comment,
        }
        for (link, user_id), grade in sorted(the_lms().grades.items())
        if link == link_id and only in {None, user_id}
    ]
    return _paged(rows, RESULTS_TYPE)


@bp.get("/nrps/members")
def members() -> ResponseReturnValue:
    """Return the roster, page by page."""
    lms = the_lms()
    _require_scope(messages.MEMBERS)
    _require_accept(MEMBERS_TYPE)
    people = [
        {
            "user_id": user.id,
            "name": user.name,
            "status": "Active",
            "roles": lms.profile.roster_roles[user.role],
        }
        for user in USERS.values()
    ]
    page, link = _page(people)
    body = {"id": lms.members_url(), "context": {"id": CONTEXT_ID, "title": COURSE}}
    return _typed(body | {"members": page}, MEMBERS_TYPE, link)


def _checked_assertion(lms: Lms, assertion: str) -> dict[str, Any]:
    kid = jwt.get_unverified_header(assertion).get("kid")
    if not kid:
        raise LookupError("kid must be provided")
    key = next((key for key in _tool_keys(lms) if key.get("kid") == kid), None)
    if key is None:
        raise LookupError("The kid is in no key of the tool's key set.")
    options: Any = {"require": ["exp", "iat", "iss", "sub", "aud", "jti"], "verify_aud": False}
    claims: dict[str, Any] = jwt.decode(
        assertion,
        jwt.PyJWK(key, algorithm="RS256"),
        ["RS256"],
        options=options | {"verify_iat": False},
    )
    if claims["iss"] != CLIENT_ID or claims["sub"] != CLIENT_ID:
        raise LookupError("iss and sub must be the client id.")
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if not {f"{lms.api_url}/token", lms.issuer} & set(audience):
        raise LookupError("aud must be the token URL.")
    ahead = claims["iat"] - lms.now.timestamp()
    if ahead > (60 if lms.profile.allows_skew else 0) and "nbf" not in claims:
        raise LookupError("Cannot handle token with iat prior to now")
    return claims


def _tool_keys(lms: Lms) -> list[dict[str, Any]]:
    url = f"{lms.tool_api_url}/lti/keys"
    found: list[dict[str, Any]] = requests.get(url, timeout=5).json()["keys"]
    return found


def _token_refused(error: str, words: str) -> ResponseReturnValue:
    the_lms().refused.append(f"token: {error}: {words}")
    return {"error": error, "error_description": words}, 400


def _require_scope(*scopes: str) -> None:
    lms = the_lms()
    _require_slow(lms)
    kind, _space, value = request.headers.get("Authorization", "").partition(" ")
    with lms.lock:
        granted, until = lms.tokens.get(value, (frozenset(), lms.now))
    if kind.lower() != "bearer" or until <= lms.now or not granted & set(scopes):
        lms.refused.append(f"401 on {request.path}")
        abort(_refused(401, "The access token is missing, has ended, or lacks the scope"))


def _require_slow(lms: Lms) -> None:
    if not lms.profile.rate_limit:
        return
    with lms.lock:
        lms.calls = [at for at in lms.calls if at > lms.now - RATE_WINDOW]
        lms.calls.append(lms.now)
        if len(lms.calls) > lms.profile.rate_limit:
            abort(make_response(("403 Forbidden (Rate Limit Exceeded)", 403)))


def _require_accept(media_type: str) -> None:
    if request.headers.get("Accept") != media_type:
        abort(_refused(400, "No context or unsupported content type"))


def _fail_if_told(lms: Lms) -> None:
    if lms.fails == "500":
        abort(_refused(500, "Something went wrong in the gradebook"))
    if lms.fails == "html":
        abort(make_response(("<!doctype html><title>Maintenance</title><h1>Back soon</h1>", 503)))
    if lms.fails == "hang":
        time.sleep(HANGS_FOR)


def _score_problem(body: dict[str, Any]) -> str:
    for name in ("userId", "timestamp", "activityProgress", "gradingProgress"):
        if not body.get(name):
            return f"Incorrect score received: {name} is missing"
    if "scoreGiven" in body and not isinstance(body.get("scoreMaximum"), int | float):
        return "Incorrect score received: scoreGiven without scoreMaximum"
    try:
        when = datetime.fromisoformat(str(body["timestamp"]))
    except ValueError:
        return "Incorrect score received: timestamp"
    return "" if when.tzinfo else "Incorrect score received: timestamp without zone"


def _keep(lms: Lms, link_id: str, user_id: str, body: dict[str, Any]) -> ResponseReturnValue:
    when = datetime.fromisoformat(str(body["timestamp"]))
    with lms.lock:
        stands = lms.grades.get((link_id, user_id))
        if stands is not None and int(stands.timestamp.timestamp()) >= int(when.timestamp()):
            return _refused(
                lms.profile.equal_timestamp_status,
                f"Refusing score with an earlier timestamp for item {link_id} and user {user_id}",
            )
        history = [*(stands.history if stands else []), body]
        if body["gradingProgress"] != "FullyGraded" or "scoreGiven" not in body:
            lms.grades.pop((link_id, user_id), None)  # as Moodle and Canvas do
            return make_response("", 200)
        lms.grades[link_id, user_id] = Grade(
            body["scoreGiven"],
            body["scoreMaximum"],
            str(body.get("comment", "")),
            when,
            lms.now,
            history,
        )
    return make_response("", 200)


def _graded(link_id: str) -> str:
    if link_id not in LINKS or not LINKS[link_id].is_graded:
        abort(_refused(404, "There is no such line item"))
    return link_id


def _line_item(link_id: str) -> dict[str, Any]:
    return {
        "id": the_lms().line_item_url(link_id),
        "label": LINKS[link_id].title,
        "scoreMaximum": 100,
        "resourceLinkId": link_id,
    }


def _paged(rows: list[dict[str, Any]], media_type: str) -> Response:
    page, link = _page(rows)
    return _typed(page, media_type, link)


def _page(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    lms = the_lms()
    size = lms.profile.page_size
    # Canvas' bookmarks are opaque, and lose their meaning when their case is changed.
    start = int(request.args.get("page", "P0Q").strip("PQ") or 0)
    if start + size >= len(rows):
        return rows[start:], ""
    url = f"{lms.api_url}{request.path}?type_id=1&page=P{start + size}Q"
    link = lms.profile.link_header.format(url=url, escaped=escape(url))
    return rows[start : start + size], link.encode().decode("latin-1")


def _typed(body: object, media_type: str, link: str = "") -> Response:
    answer = make_response(json.dumps(body), 200)
    answer.headers["Content-Type"] = media_type
    if link:
        answer.headers["Link"] = link
    return answer


def _refused(status: int, words: str) -> Response:
    lms = the_lms()
    lms.refused.append(f"{status} on {request.path}: {words}")
    # Moodle says why in the reason phrase only.
    is_moodle = lms.profile.name == "moodle"
    answer = make_response("[]" if is_moodle else json.dumps({"error": words}), status)
    answer.headers["Content-Type"] = "application/json"
    if is_moodle:
        answer.status = f"{status} {words}"
    return answer
