"""The page of one platform, for those who run the tool: its checklist, and what they can approve.

It opens by a signed link that the command line prints. A page never asks the platform anything:
the button lets a job do that, and the page says when it was done last.
"""

from http import HTTPStatus

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from ltitool.actions import checkups, registrations
from ltitool.actions.links import AdminLinks
from ltitool.core.checkup import Sentence, is_well
from ltitool.core.errors import NotFound
from ltitool.storage.tables import Deployment, Registration
from ltitool.web.errors import error_page
from ltitool.web.transaction import after_commit, db, now

bp = Blueprint("platform_page", __name__, url_prefix="/lti/platforms/<token>")


@bp.get("/")
def show(token: str) -> ResponseReturnValue:
    """Show the checklist of a platform."""
    registration = _registration(token)
    if registration is None:
        return _no_page()
    checkup, of_services = checkups.kept(db(), registration.id)
    findings = [*checkups.from_the_rows(db(), registration), *of_services]
    is_under_way = checkup is not None and (
        checkup.checked_at is None or checkup.checked_at < checkup.asked_at
    )
    return render_template(
        "platform_page.html",
        registration=registration,
        waiting=_waiting(registration),
        findings=findings,
        is_well=is_well(findings),
        said=said,
        checkup=checkup,
        is_under_way=is_under_way,
        token=token,
    )


@bp.post("/approve")
def approve(token: str) -> ResponseReturnValue:
    """Let the platform launch."""
    registration = _registration(token)
    if registration is None:
        return _no_page()
    registrations.approve_platform(db(), registration, now=now())
    return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)


@bp.post("/deployments/<int:deployment_id>/approve")
def approve_deployment(token: str, deployment_id: int) -> ResponseReturnValue:
    """Let one of its deployments launch."""
    registration = _registration(token)
    if registration is None:
        return _no_page()
    known = {row.id: row for row in _waiting(registration)}
    if deployment_id not in known:
        raise NotFound("There is no such deployment.")
    registrations.approve(db(), registration, known[deployment_id].lti_id, now=now())
    return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)


@bp.post("/check")
def check(token: str) -> ResponseReturnValue:
    """Let a job look at the platform's services."""
    registration = _registration(token)
    if registration is None:
        return _no_page()
    checkups.ask(db(), registration.id, now=now())
    jobs = current_app.extensions["jobs"]
    after_commit(lambda: jobs.ask_for_checkup(registration.id))
    return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)


def said(sentence: Sentence) -> str:
    """Return a sentence of a finding in the language of the page."""
    values = dict(sentence.values)
    if sentence.several:
        number = int(values.pop("num"))
        words = ngettext(sentence.text, sentence.several, number, **values)
    else:
        words = _(sentence.text, **values)
    listed = ", ".join(_(part) for part in sentence.parts)
    return f"{words} {listed}." if listed else str(words)


def _registration(token: str) -> Registration | None:
    links: AdminLinks = current_app.extensions["admin_links"]
    registration_id = links.registration_of(token, now=now())
    return db().get(Registration, registration_id) if registration_id is not None else None


def _waiting(registration: Registration) -> list[Deployment]:
    rows = select(Deployment).where(
        Deployment.registration_id == registration.id, Deployment.is_approved.is_(False)
    )
    return list(db().scalars(rows.order_by(Deployment.id)))


def _no_page() -> ResponseReturnValue:
    return error_page(
        HTTPStatus.FORBIDDEN,
        "LINK-OVER",
        _("This link opens nothing"),
        _("Links to pages of platforms end after a week. This one has ended, or is not whole."),
        [_("Have a new one printed: ltitool platforms page")],
    )
