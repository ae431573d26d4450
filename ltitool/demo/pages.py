"""The pages of the pretend LMS: course, activity, gradebook, behaviour; and the application."""

import secrets
from datetime import timedelta

from flask import Blueprint, Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ltitool.demo import administration, deep_links, door, gradebook, groups, roster, tokens
from ltitool.demo.answers import the_lms
from ltitool.demo.course import CONTEXT_ID, Course
from ltitool.demo.door import logged_in
from ltitool.demo.lms import Lms
from ltitool.demo.profiles import INSTRUCTOR, PROFILES, STUDENT, TUTOR

bp = Blueprint("pages", __name__)

FAILURES = {
    "": "Take it",
    "500": "Answer with an error (500)",
    "html": "Answer with a maintenance page (503)",
    "hang": "Do not answer for half a minute",
}
CLOCKS = {"0": "It is right", "5": "It is five seconds ahead", "-5": "It is five seconds behind"}


def create_lms_app(lms: Lms) -> Flask:
    """Return the pretend LMS as a web application."""
    app = Flask("ltitool.demo", template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=secrets.token_hex(16),
        SESSION_COOKIE_NAME="pretend-lms",
        # As Canvas' own: a page of the tool, inside the frame, leads back to the LMS.
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_SECURE=True,
    )
    app.extensions["lms"] = lms
    rooms = (administration, door, deep_links, tokens, gradebook, roster, groups)
    for room in (bp, *(part.bp for part in rooms)):
        app.register_blueprint(room)
    app.context_processor(lambda: {"lms": lms, "here": the_course()})
    app.after_request(_policies)
    app.after_request(_read_whole)
    return app


@bp.get("/")
def course() -> ResponseReturnValue:
    """Show the course page, and who can be logged in."""
    lms = the_lms()
    if request.args.get("course") in lms.courses:
        session["course"] = request.args["course"]
    return render_template(
        "course.html",
        me=logged_in(),
        users=lms.people,
        links=lms.links_in(the_course().id),
        courses=lms.courses.values(),
        said=session.pop("said", "") or request.args.get("lti_msg", ""),
        failed=request.args.get("lti_errormsg", ""),
    )


def the_course() -> Course:
    """Return the course that this browser looks at."""
    courses = the_lms().courses
    return courses.get(str(session.get("course", "")), courses[CONTEXT_ID])


@bp.post("/login")
def login() -> ResponseReturnValue:
    """Log somebody in."""
    chosen = request.form.get("user", "")
    if chosen in {user.id for user in the_lms().people}:
        session["user"] = chosen
    return redirect(url_for(".course"), 303)


@bp.get("/course/<link_id>")
def activity(link_id: str) -> ResponseReturnValue:
    """Show the tool in a frame of the course page."""
    link = the_lms().links.get(link_id)
    if link is None or logged_in() is None:
        return redirect(url_for(".course"))
    return render_template("activity.html", me=logged_in(), link=link)


@bp.post("/copy")
def copy() -> ResponseReturnValue:
    """Copy the course, as for the next year."""
    made = the_lms().copy_course(the_course().id)
    session["said"] = "This is the copy. Its links are new; nobody's work came along."
    return redirect(url_for(".course", course=made.id), 303)


@bp.post("/remove/<link_id>")
def remove(link_id: str) -> ResponseReturnValue:
    """Take a link away."""
    me = logged_in()
    if me is not None and me.role == INSTRUCTOR:
        the_lms().remove_link(link_id)
    return redirect(url_for(".course"), 303)


@bp.get("/storage")
def storage() -> ResponseReturnValue:
    """Show the frame, as Canvas has it, that keeps values for the frame of the tool."""
    return render_template("storage.html")


@bp.get("/gradebook")
def grades() -> ResponseReturnValue:
    """Show the gradebook: a student's own row, or everybody's to staff."""
    me, lms = logged_in(), the_lms()
    if me is None:
        return redirect(url_for(".course"))
    students = [user for user in lms.people if user.role == STUDENT]
    rows = students if me.role in {TUTOR, INSTRUCTOR} else [me]
    columns = [link for link in lms.links_in(the_course().id) if link.is_graded]
    with lms.lock:
        kept = dict(lms.grades)
    return render_template("gradebook.html", me=me, rows=rows, columns=columns, grades=kept)


@bp.get("/settings")
def settings() -> ResponseReturnValue:
    """Show how the pretend LMS behaves."""
    return render_template(
        "settings.html",
        me=logged_in(),
        profiles=PROFILES.values(),
        failures=FAILURES,
        clocks=CLOCKS,
        clock=str(int(the_lms().skew.total_seconds())),
        message=request.args.get("saved"),
    )


@bp.post("/settings")
def change() -> ResponseReturnValue:
    """Make the pretend LMS behave otherwise."""
    lms, form = the_lms(), request.form
    if form.get("profile") in PROFILES:
        lms.use(form["profile"])
    if form.get("fails") in FAILURES:
        lms.fails = form["fails"]
    if form.get("clock") in CLOCKS:
        lms.skew = timedelta(seconds=int(form["clock"]))
    if "rotate" in form:
        lms.rotate_keys()
    return redirect(url_for(".settings", saved="keys" if "rotate" in form else "yes"), 303)


def _policies(response: Response) -> Response:
    tool = the_lms().tool_url
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        f"frame-src 'self' {tool}; form-action 'self' {tool}; base-uri 'none'; "
        f"frame-ancestors 'self' {tool}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _read_whole(response: Response) -> Response:
    """Read a file and close it: werkzeug's server forgets to when a browser hangs up on it."""
    if response.direct_passthrough:
        response.direct_passthrough = False
        response.get_data()
        response.close()
    return response
