"""Placing links by deep linking: the LMS asks the tool, checks its answer, and adds the links.

Every part of an answer is checked. Moodle checks less (neither `aud` nor the deployment); a tool
that passes here passes there.
"""

import secrets
from enum import StrEnum
from typing import Any

import jwt
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ltitool.demo import door
from ltitool.demo.answers import the_lms
from ltitool.demo.course import DEPLOYMENT_ID, Link
from ltitool.demo.door import logged_in
from ltitool.demo.lms import Lms
from ltitool.demo.messages import DEEP_LINKING, LTI
from ltitool.demo.profiles import INSTRUCTOR
from ltitool.demo.tokens import AssertionRefused, tool_key

bp = Blueprint("deep_links", __name__, url_prefix="/place")


class Fault(StrEnum):
    """What can be wrong with an answer."""

    UNREADABLE = "the answer is no signed token, or its signature is wrong"
    INCOMPLETE = "exp, iat, iss, aud or nonce is missing"
    NO_KID = "kid must be provided in JWT header"
    CONSUMER = "Consumer key is incorrect."
    AUDIENCE = "aud must be the issuer of this LMS"
    EXPIRED = "Expired token"
    EARLY = "Cannot handle token with iat prior to now"
    KIND = "not a deep linking response of LTI 1.3.0"
    DEPLOYMENT = "not this deployment"
    DATA = "data is not what was sent"
    ITEMS = "the content items are not links that this LMS takes"


class AnswerRefused(Exception):
    """An answer with a fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@bp.get("/<course_id>")
def place(course_id: str) -> ResponseReturnValue:
    """Show the tool's picker in a frame."""
    if logged_in() is None or course_id not in the_lms().courses:
        return redirect(url_for("pages.course"))
    return render_template("place.html", me=logged_in(), course_id=course_id)


@bp.get("/<course_id>/begin")
def begin(course_id: str) -> ResponseReturnValue:
    """Ask the tool to choose, as whoever is logged in."""
    me, lms = logged_in(), the_lms()
    if me is None or course_id not in lms.courses:
        return redirect(url_for("pages.course"))
    return door.begin(lms, me, f"{door.COURSE}{course_id}")


@bp.post("/<course_id>/return")
def take(course_id: str) -> ResponseReturnValue:
    """Check the tool's answer and add its links to the course page."""
    me, lms = logged_in(), the_lms()
    if me is None and "repost" not in request.form:
        # The tool's form comes from another site, and so without our cookie; our own form has it.
        return render_template("post_on.html", url=request.path, fields=_again())
    if me is None or me.role != INSTRUCTOR or course_id not in lms.courses:
        return redirect(url_for("pages.course"))
    try:
        told = _checked(lms, request.form.get("JWT", ""))
        links = [_link(lms, course_id, item) for item in told[f"{DEEP_LINKING}content_items"]]
    except AnswerRefused as refusal:
        lms.refused.append(f"deep link: {refusal.fault}")
        return render_template("invalid.html", me=me, words=refusal.fault.value), 400
    for link in links:
        lms.add_link(link)
    lms.last_answer = told
    session["said"] = str(told.get(f"{DEEP_LINKING}msg", "")) or "Nothing was added."
    return render_template("placed.html", me=me, course_id=course_id, said=session["said"])


def _again() -> dict[str, str]:
    return {"JWT": request.form.get("JWT", ""), "repost": "1"}


def _checked(lms: Lms, answer: str) -> dict[str, Any]:
    told = _verified(lms, answer)
    audience = told["aud"] if isinstance(told["aud"], list) else [told["aud"]]
    present, leeway = lms.now.timestamp(), lms.profile.leeway_seconds
    kind = (told.get(f"{LTI}message_type"), told.get(f"{LTI}version"))
    checks = {
        Fault.CONSUMER: told["iss"] == lms.client_id,
        Fault.AUDIENCE: lms.issuer in audience,
        Fault.EXPIRED: told["exp"] > present - leeway,
        Fault.EARLY: told.get("nbf", told["iat"]) <= present + leeway,
        Fault.KIND: kind == ("LtiDeepLinkingResponse", "1.3.0"),
        Fault.DEPLOYMENT: told.get(f"{LTI}deployment_id") == DEPLOYMENT_ID,
        Fault.DATA: _data(told) == _data_sent(lms),
        Fault.ITEMS: isinstance(told.get(f"{DEEP_LINKING}content_items"), list),
    }
    for fault, is_right in checks.items():
        if not is_right:
            raise AnswerRefused(fault)
    return told


def _verified(lms: Lms, answer: str) -> dict[str, Any]:
    try:
        kid = jwt.get_unverified_header(answer).get("kid")
        if not kid:
            raise AnswerRefused(Fault.NO_KID)
        unchecked = {f"verify_{name}": False for name in ("aud", "exp", "iat", "nbf")}
        options: Any = {"require": ["exp", "iat", "iss", "aud", "nonce"], **unchecked}
        found: dict[str, Any] = jwt.decode(answer, tool_key(lms, kid), ["RS256"], options=options)
    except jwt.MissingRequiredClaimError as missing:
        raise AnswerRefused(Fault.INCOMPLETE) from missing
    except (jwt.PyJWTError, AssertionRefused) as wrong:
        raise AnswerRefused(Fault.UNREADABLE) from wrong
    return found


def _data(told: dict[str, Any]) -> tuple[bool, object]:
    """Return whether there is data, and which: none is something else than nothing."""
    name = f"{DEEP_LINKING}data"
    return name in told, told.get(name)


def _data_sent(lms: Lms) -> tuple[bool, object]:
    return "data" in lms.profile.deep_linking, lms.profile.deep_linking.get("data")


def _link(lms: Lms, course_id: str, item: object) -> Link:
    """Return what this LMS makes of a content item; what it does not heed is left out."""
    if not isinstance(item, dict) or item.get("type") != "ltiResourceLink":
        raise AnswerRefused(Fault.ITEMS)
    heeded = lms.profile.heeds_of_items
    custom = item.get("custom", {})
    column = item.get("lineItem")
    is_clean = isinstance(custom, dict) and all(
        isinstance(value, str) and "\n" not in value for value in custom.values()
    )
    has_maximum = column is None or isinstance(column.get("scoreMaximum"), int | float)
    own_url = item.get("url", lms.launch_url)
    if not is_clean or not has_maximum or own_url != lms.launch_url:
        raise AnswerRefused(Fault.ITEMS)
    due_at = str(item.get("submission", {}).get("endDateTime", ""))
    return Link(
        id=f"placed-{secrets.token_hex(4)}",
        title=str(item.get("title", "")),
        about=str(item.get("text", "")),
        is_graded=column is not None,
        custom=custom,
        course_id=course_id,
        is_placed=True,
        resource_id=str((column or {}).get("resourceId", "")),
        tag=str((column or {}).get("tag", "")),
        label=str((column or {}).get("label", "")) if "label" in heeded else "",
        due_at=due_at if "submission" in heeded else "",
        in_window="window" in heeded and "window" in item,
    )
