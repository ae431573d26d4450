"""The gradebook service of the pretend LMS: columns, scores, results (AGS 2.0)."""

import json
import time
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, make_response, request
from flask.typing import ResponseReturnValue

from ltitool.demo import messages
from ltitool.demo.answers import (
    asked_gradebook,
    paged,
    refused,
    require_accept,
    require_scope,
    the_lms,
    typed,
)
from ltitool.demo.course import COLUMN_MAXIMUM, USERS
from ltitool.demo.grades import Grade
from ltitool.demo.lms import Lms
from ltitool.demo.profiles import STUDENT

bp = Blueprint("gradebook", __name__, url_prefix="/ags")

IMS = "application/vnd.ims."
SCORE_TYPE = f"{IMS}lis.v1.score+json"
RESULTS_TYPE = f"{IMS}lis.v2.resultcontainer+json"
ITEM_TYPE = f"{IMS}lis.v2.lineitem+json"
ITEMS_TYPE = f"{IMS}lis.v2.lineitemcontainer+json"
HANGS_FOR = 30


@bp.get("/lineitems")
def line_items() -> ResponseReturnValue:
    """List the gradebook columns."""
    require_scope(messages.LINE_ITEM, messages.LINE_ITEM_READ)
    require_accept(ITEMS_TYPE)
    wanted = request.args.get("resource_link_id")
    graded = [link_id for link_id, link in the_lms().links.items() if link.is_graded]
    return paged([_line_item(one) for one in graded if wanted in {None, one}], ITEMS_TYPE)


@bp.get("/<link_id>/lineitem")
def line_item(link_id: str) -> ResponseReturnValue:
    """Return one gradebook column."""
    require_scope(messages.LINE_ITEM, messages.LINE_ITEM_READ)
    require_accept(ITEM_TYPE)
    return typed(_line_item(_graded(link_id)), ITEM_TYPE)


@bp.post("/<link_id>/lineitem")
def misplaced(link_id: str) -> ResponseReturnValue:
    """Refuse a score whose `/scores` was written behind the query."""
    return refused(400, f"No handler found for /ags/{link_id}/lineitem {request.mimetype}")


@bp.post("/<link_id>/lineitem/scores")
def score(link_id: str) -> ResponseReturnValue:
    """Take a score into the gradebook, or refuse it as the profile's LMS would."""
    lms = the_lms()
    _fail_if_told(lms)
    require_scope(messages.SCORE)
    if request.mimetype != SCORE_TYPE:
        return refused(400, f"No handler found for {request.path} {request.mimetype}")
    column = _graded(link_id)
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict) or _is_broken(body):
        return _incorrect(lms, body)
    user = USERS.get(str(body["userId"]))
    if user is None or user.role != STUDENT:
        if lms.profile.name == "moodle":
            return _incorrect(lms, body)
        return refused(lms.profile.not_gradable_status, lms.profile.not_gradable_words)
    return _keep(lms, column, user.id, body)


@bp.get("/<link_id>/lineitem/results")
def results(link_id: str) -> ResponseReturnValue:
    """Return what stands in a gradebook column, on the column's scale."""
    require_scope(messages.RESULT)
    require_accept(RESULTS_TYPE, or_anything=True)
    column = the_lms().line_item_url(_graded(link_id))
    only = request.args.get("user_id")
    with the_lms().lock:
        rows = [
            _result(column, user_id, grade)
            for (link, user_id), grade in sorted(asked_gradebook().items())
            if link == link_id and only in {None, user_id}
        ]
    return paged(rows, RESULTS_TYPE)


def _result(column: str, user_id: str, grade: Grade) -> dict[str, Any]:
    row = {
        "id": f"{column.replace('?', '/results?')}&user_id={user_id}",
        "userId": user_id,
        "resultScore": grade.on_column,
        "resultMaximum": COLUMN_MAXIMUM,
        "scoreOf": column,
        "timestamp": grade.timestamp.isoformat(timespec="seconds"),
    }
    is_moodle = the_lms().profile.name == "moodle"
    return row if is_moodle else row | {"comment": grade.comment}


def _fail_if_told(lms: Lms) -> None:
    if lms.fails == "500":
        abort(refused(500, "Internal Server Error"))
    if lms.fails == "html":
        page = "<!doctype html><title>Maintenance</title><h1>Back soon</h1>"
        abort(make_response((page, 503)))
    if lms.fails == "hang":
        time.sleep(HANGS_FOR)


def _is_broken(body: dict[str, Any]) -> bool:
    """Whether a part that every LMS requires is missing or unreadable."""
    required = ("userId", "timestamp", "activityProgress", "gradingProgress")
    if not all(body.get(name) for name in required):
        return True
    if "scoreGiven" in body and not (_is_number(body["scoreGiven"]) and _has_maximum(body)):
        return True
    try:
        return datetime.fromisoformat(str(body["timestamp"])).tzinfo is None
    except ValueError:
        return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_maximum(body: dict[str, Any]) -> bool:
    maximum = body.get("scoreMaximum")
    return isinstance(maximum, int | float) and maximum > 0


def _incorrect(lms: Lms, body: object) -> ResponseReturnValue:
    """Refuse a score; Moodle has one sentence for all faults, and writes the score behind it."""
    words = "Incorrect score received"
    if lms.profile.name == "moodle":
        return refused(400, words + json.dumps(body), body="[]")
    return refused(400, words)


def _keep(lms: Lms, link_id: str, user_id: str, body: dict[str, Any]) -> ResponseReturnValue:
    when = datetime.fromisoformat(str(body["timestamp"]))
    grades = asked_gradebook()
    with lms.lock:
        stands = grades.get((link_id, user_id))
        if stands is not None and lms.profile.is_stale(when, stands.timestamp):
            return refused(
                lms.profile.stale_status,
                f"Refusing score with an earlier timestamp for item {link_id} and user {user_id}",
                body="[]" if lms.profile.name == "moodle" else None,
            )
        if body["gradingProgress"] != "FullyGraded" or "scoreGiven" not in body:
            grades.pop((link_id, user_id), None)  # as Moodle and Canvas do
            return make_response("", 200)
        grades[link_id, user_id] = Grade(
            body["scoreGiven"],
            body["scoreMaximum"],
            str(body.get("comment", "")),
            when,
            lms.now,
            [*(stands.history if stands else []), body],
        )
    return make_response("", 200)


def _graded(link_id: str) -> str:
    link = the_lms().links.get(link_id)
    if link is None or not link.is_graded:
        abort(refused(404, f"Not Found: Grade item {link_id} doesn't exist"))
    return link_id


def _line_item(link_id: str) -> dict[str, Any]:
    link = the_lms().links[link_id]
    return {
        "id": the_lms().line_item_url(link_id),
        "label": link.label or link.title,
        "scoreMaximum": COLUMN_MAXIMUM,
        "resourceId": link.resource_id,
        "tag": link.tag,
        "resourceLinkId": link_id,
        "ltiLinkId": link_id,
    }
