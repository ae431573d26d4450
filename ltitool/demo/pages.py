"""The pages of the pretend LMS: course, activity, gradebook, settings; and its login service."""

import secrets
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ltitool.demo import messages
from ltitool.demo.lms import CLIENT_ID, COURSE, DEPLOYMENT_ID, LINKS, USERS, Lms, User
from ltitool.demo.profiles import PROFILES, STUDENT
from ltitool.demo.services import bp as services
from ltitool.demo.services import the_lms

bp = Blueprint("pages", __name__)

FAILURES = ("", "500", "html", "hang")
ASKED = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post"}


def create_lms_app(lms: Lms) -> Flask:
    """Return the pretend LMS as a web application."""
    app = Flask("ltitool.demo", template_folder="templates", static_folder="static")
    app.config.update(SECRET_KEY=secrets.token_hex(16), SESSION_COOKIE_NAME="pretend-lms")
    app.extensions["lms"] = lms
    app.register_blueprint(bp)
    app.register_blueprint(services)
    app.after_request(_policies)
    return app


@bp.get("/")
def course() -> ResponseReturnValue:
    """Show the course page, and who can be logged in."""
    return render_template(
        "course.html", me=_me(), users=USERS.values(), links=LINKS.values(), **_around()
    )


@bp.post("/login")
def login() -> ResponseReturnValue:
    """Log somebody in."""
    user = USERS.get(request.form.get("user", ""))
    if user is not None:
        session["user"] = user.id
    return redirect(url_for(".course"), 303)


@bp.get("/course/<link_id>")
def activity(link_id: str) -> ResponseReturnValue:
    """Show the tool in a frame of the course page."""
    if link_id not in LINKS or _me() is None:
        return redirect(url_for(".course"))
    return render_template("activity.html", me=_me(), link=LINKS[link_id], **_around())


@bp.get("/launch/<link_id>")
def launch(link_id: str) -> ResponseReturnValue:
    """Begin a launch: send the browser to the tool's login."""
    me, lms = _me(), the_lms()
    if me is None or link_id not in LINKS:
        return redirect(url_for(".course"))
    params = {
        "iss": lms.issuer,
        "login_hint": me.id,
        "target_link_uri": f"{lms.tool_url}/lti/launch",
        "lti_message_hint": lms.new_hint(me.id, link_id),
        "client_id": CLIENT_ID,
        lms.profile.sends_deployment_in_login: DEPLOYMENT_ID,
    }
    if lms.profile.offers_storage:
        params["lti_storage_target"] = "_parent"
    return redirect(f"{lms.tool_url}/lti/login?{urlencode(params)}")


@bp.get("/auth")
def auth() -> ResponseReturnValue:
    """Prove to the tool who is logged in: post a signed token to its launch address."""
    lms, me, asked = the_lms(), _me(), request.args
    if asked.get("redirect_uri") != f"{lms.tool_url}/lti/launch":
        return _invalid("The redirect_uri is not registered.")
    if asked.get("client_id") != CLIENT_ID:
        return _post_back({"error": "unauthorized_client", "state": asked.get("state", "")})
    if any(asked.get(name) != value for name, value in ASKED.items()) or not asked.get("nonce"):
        return _invalid("scope, response_type, response_mode or nonce is wrong.")
    if me is None or asked.get("login_hint") != me.id:
        return _post_back({"error": "login_required", "state": asked.get("state", "")})
    link = lms.take_hint(asked.get("lti_message_hint", ""), me.id)
    if link is None:
        return _post_back({"error": "launch_no_longer_valid", "state": asked.get("state", "")})
    token = lms.sign(messages.launch(lms, me, link, asked["nonce"]))
    return _post_back({"id_token": token, "state": asked.get("state", "")})


@bp.get("/gradebook")
def gradebook() -> ResponseReturnValue:
    """Show the gradebook: a student's own row, or everybody's to staff."""
    me, lms = _me(), the_lms()
    if me is None:
        return redirect(url_for(".course"))
    rows = [user for user in USERS.values() if user.role == STUDENT]
    if me.role == STUDENT:
        rows = [me]
    columns = [link for link in LINKS.values() if link.is_graded]
    with lms.lock:
        grades = dict(lms.grades)
    return render_template(
        "gradebook.html", me=me, rows=rows, columns=columns, grades=grades, **_around()
    )


@bp.get("/settings")
def settings() -> ResponseReturnValue:
    """Show how the pretend LMS behaves."""
    return render_template(
        "settings.html", me=_me(), profiles=PROFILES.values(), failures=FAILURES, **_around()
    )


@bp.post("/settings")
def change() -> ResponseReturnValue:
    """Make the pretend LMS behave otherwise."""
    lms, form = the_lms(), request.form
    if form.get("profile") in PROFILES:
        lms.use(form["profile"])
    if form.get("fails") in FAILURES:
        lms.fails = form["fails"]
    lms.skew = timedelta(seconds=5) if "skew" in form else timedelta()
    if "rotate" in form:
        lms.rotate_keys()
    return redirect(url_for(".settings", saved=1), 303)


def _around() -> dict[str, object]:
    return {"lms": the_lms(), "course_title": COURSE}


def _me() -> User | None:
    return USERS.get(str(session.get("user", "")))


def _invalid(words: str) -> ResponseReturnValue:
    the_lms().refused.append(f"auth: {words}")
    return render_template("invalid.html", me=_me(), words=words, **_around()), 400


def _post_back(fields: dict[str, str]) -> ResponseReturnValue:
    if "error" in fields:
        the_lms().refused.append(f"auth: {fields['error']}")
    return render_template("post_back.html", fields=fields, **_around())


def _policies(response: Response) -> Response:
    tool = the_lms().tool_url
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        f"frame-src 'self' {tool}; form-action 'self' {tool}; base-uri 'none'; "
        f"frame-ancestors 'self' {tool}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
