"""How the pretend LMS opens the tool: it begins a login, and proves who is logged in."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ltitool.demo import messages
from ltitool.demo.answers import the_lms
from ltitool.demo.course import DEPLOYMENT_ID, User
from ltitool.demo.lms import Lms
from ltitool.demo.profiles import AuthFault

bp = Blueprint("door", __name__)

LINK, COURSE = "link:", "course:"
"""What a login is for: a link, or choosing some for a course."""


def logged_in() -> User | None:
    """Return who is logged in."""
    known = {user.id: user for user in the_lms().people}
    return known.get(str(session.get("user", "")))


@bp.get("/launch/<link_id>")
def launch(link_id: str) -> ResponseReturnValue:
    """Begin a launch: send the browser to the tool's login."""
    me, lms = logged_in(), the_lms()
    if me is None or link_id not in lms.links:
        return redirect(url_for("pages.course"))
    return begin(lms, me, f"{LINK}{link_id}")


def begin(lms: Lms, me: User, target: str) -> ResponseReturnValue:
    """Send the browser to the tool's login, for what the target names."""
    params = {
        "iss": lms.issuer,
        "target_link_uri": lms.launch_url,
        "login_hint": me.id,
        "lti_message_hint": lms.new_hint(me.id, target),
        "client_id": lms.client_id,
        lms.profile.deployment_parameter: DEPLOYMENT_ID,
        **lms.profile.login_extras,
    }
    if lms.profile.login_by_post:
        return _post_on(f"{lms.tool_url}/lti/login", params)
    return redirect(f"{lms.tool_url}/lti/login?{urlencode(params)}")


@bp.get("/auth")
def auth() -> ResponseReturnValue:
    """Prove to the tool who is logged in: post a signed token to its launch address."""
    lms, me, asked = the_lms(), logged_in(), request.args
    if asked.get("redirect_uri") != lms.launch_url:
        return _refuse_on_page(lms, "The redirect_uri is not registered.")
    fault = _fault(lms, me)
    if fault is not None:
        return _refuse(lms, fault)
    assert me is not None
    target = lms.take_hint(asked.get("lti_message_hint", ""), me.id)
    claims = None if target is None else _message(lms, me, target, asked["nonce"])
    if claims is None:
        return _refuse(lms, AuthFault.HINT)
    return _post_back(lms, {"id_token": lms.sign(claims)})


def _message(lms: Lms, me: User, target: str, nonce: str) -> dict[str, Any] | None:
    """Return what is signed for a target; None when it is gone meanwhile."""
    if target.startswith(LINK):
        link = lms.links.get(target.removeprefix(LINK))
        return messages.launch(lms, me, link, nonce) if link else None
    course = lms.courses.get(target.removeprefix(COURSE))
    return messages.placing(lms, me, course, nonce) if course else None


def _fault(lms: Lms, me: User | None) -> AuthFault | None:
    """Return the first thing that is wrong with a request, the message hint aside."""
    asked = request.args
    kind = (asked.get("scope"), asked.get("response_type"), bool(asked.get("nonce")))
    checks = {
        AuthFault.CLIENT: asked.get("client_id") == lms.client_id,
        AuthFault.REQUEST: kind == ("openid", "id_token", True),
        AuthFault.MODE: asked.get("response_mode") == "form_post",
        AuthFault.NOBODY: me is not None,
        AuthFault.OTHER_PERSON: me is not None and asked.get("login_hint") == me.id,
    }
    return next((fault for fault, is_right in checks.items() if not is_right), None)


def _refuse(lms: Lms, fault: AuthFault) -> ResponseReturnValue:
    error = lms.profile.auth_errors.get(fault)
    if error is None:
        return _refuse_on_page(lms, f"{fault.value}.")
    lms.refused.append(f"auth: {error}: {fault.value}")
    return _post_back(lms, {"error": error, "error_description": fault.value})


def _refuse_on_page(lms: Lms, words: str) -> ResponseReturnValue:
    """Say it on a page of the LMS: the tool hears nothing."""
    lms.refused.append(f"auth: {words}")
    return render_template("invalid.html", me=logged_in(), words=words), 400


def _post_back(lms: Lms, fields: dict[str, str]) -> ResponseReturnValue:
    state = request.args.get("state")
    return _post_on(lms.launch_url, fields if state is None else fields | {"state": state})


def _post_on(url: str, fields: dict[str, str]) -> ResponseReturnValue:
    """Send the browser on with a form that submits itself, or by its button."""
    return render_template("post_on.html", url=url, fields=fields)
