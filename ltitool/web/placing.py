"""The picker's answer: what was chosen is handed to the LMS, or that nothing was."""

import secrets

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ltitool.actions import placing as actions
from ltitool.actions.keys import make_key, signing_key
from ltitool.actions.registrations import platform_of
from ltitool.lti.deep_linking import Answer, Item
from ltitool.settings import Settings
from ltitool.web import placing_setup, placing_shelf
from ltitool.web.placing_visit import bp, placing_here
from ltitool.web.policies import send_forms_to
from ltitool.web.transaction import db, now
from ltitool.web.words import line

__all__ = ["bp", "placing_setup", "placing_shelf"]


@bp.post("/cancel")
def cancel() -> ResponseReturnValue:
    """Choose nothing, and tell the LMS so."""
    if placing_here().answered_at is None:
        actions.cancel(db(), placing_here(), now=now())
        make_key(db(), _settings().secret_key, now=now())
    return redirect(url_for(".answer"), 303)


@bp.get("/answer")
def answer() -> ResponseReturnValue:
    """Hand the answer to the LMS: a signed form that goes by itself, or by its button."""
    placing = placing_here()
    if placing.answered_at is None:
        return redirect(url_for(".shelf"))
    asked = actions.asked_of(placing)
    links = actions.links_of(db(), placing)
    registration = placing.context.deployment.registration
    key = signing_key(db(), _settings().secret_key, now=now())
    signed = Answer(platform_of(registration), placing.context.deployment.lti_id, asked, key)
    items = [
        Item(
            link,
            asked,
            launch_url=_settings().launch_url,
            icon_url=f"{_settings().public_url}{url_for('static', filename='mark.svg')}",
            is_moodle=placing.product_family == "moodle",
        )
        for link in links
    ]
    message = signed.message(
        items,
        now=int(now().timestamp()),
        nonce=secrets.token_urlsafe(18),
        words=_words([link.title for link in links]),
    )
    send_forms_to(asked.return_url)
    return render_template(
        "placing/answer.html",
        placing=placing,
        links=links,
        url=asked.return_url,
        token=signed.encode_jwt(message),
    )


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _words(titles: list[str]) -> str:
    """Return what the person reads in the LMS afterwards."""
    if not titles:
        return ""
    return str(
        ngettext(
            "Added: “%(title)s”.", "Added %(num)d activities.", len(titles), title=line(titles[0])
        )
    )
