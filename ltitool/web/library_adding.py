"""Adding a story to the library of a course: a file is looked at first, and kept when it may be."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import uploads
from ltitool.core.upload import LARGEST_PACKAGE
from ltitool.core.words import clean
from ltitool.web.forms import PlainForm
from ltitool.web.library_room import bp
from ltitool.web.settings_room import instructors_only
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

LARGEST_TYPED = 1024 * 1024


@bp.before_app_request
def _take_larger_uploads() -> None:
    """Let a package be larger than what other forms send."""
    if request.endpoint == "visit.teaching.library.add":
        request.max_content_length = LARGEST_PACKAGE
        request.max_form_memory_size = LARGEST_TYPED


@bp.get("/add")
def begin() -> ResponseReturnValue:
    """Ask for a file."""
    instructors_only()
    return _upload_page()


@bp.post("/add")
def add() -> ResponseReturnValue:
    """Look at a file, and store it when nothing keeps it out."""
    instructors_only()
    content = _sent() or _typed().encode()
    if not content.strip():
        return _upload_page(is_empty=True), 422
    activity = here().activity
    examined = uploads.examine(db(), activity.context_id, content)
    reasons = {
        code: reason
        for code in examined.asking
        if (reason := clean(request.form.get(f"reason-{code}", ""))[:500])
    }
    is_to_be_seen = examined.errors or examined.losses or set(examined.asking) - set(reasons)
    if is_to_be_seen or "check" in request.form:
        return _upload_page(examined, reasons), 200 if "check" in request.form else 422
    version = uploads.publish(
        db(), activity, examined, reasons, actor_id=here().person_id, now=now()
    )
    return redirect(url_for(".story", entry_id=version.entry_id, added=1), 303)


def _sent() -> bytes:
    file = request.files.get("file")
    if file is None:
        return b""
    with file.stream as opened:
        return opened.read()


def _typed() -> str:
    return request.form.get("source", "").replace("\r\n", "\n")


def _upload_page(
    examined: uploads.Examined | None = None,
    reasons: dict[str, str] | None = None,
    *,
    is_empty: bool = False,
) -> str:
    upload = examined.upload if examined else None
    is_alone = upload is not None and not upload.media and not upload.overlays
    values: dict[str, Any] = {
        "examined": examined,
        "reasons": reasons or {},
        "is_empty": is_empty,
        "source": upload.source if upload is not None and is_alone else _typed(),
        "must_choose_again": examined is not None and not is_alone,
        "form": PlainForm(),
    }
    return render_template("library/add.html", **values)
