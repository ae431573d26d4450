"""What browsers are told about every answer: who may frame it, what may run in it, what is kept."""

from flask import Flask, Response, g, request

from ltitool.actions.registrations import platform_of
from ltitool.lti.platform import origin_of
from ltitool.storage.tables import Registration


def init_app(app: Flask) -> None:
    """Put the policies on every answer of this app."""
    app.after_request(_apply)
    app.jinja_env.globals["page_around"] = page_around
    app.jinja_env.globals["is_framed"] = is_framed


def frame_origins(registration: Registration) -> list[str]:
    """Return the origins that may frame a visit: where the platform has its pages."""
    return sorted(platform_of(registration).page_origins)


def send_forms_to(url: str) -> None:
    """Let the form of this page go to that address' origin, and nowhere else."""
    g.form_target = origin_of(url)


def page_around() -> str:
    """Return the origin of the course page around this one; `*` while that is not known.

    What is told to it, such as how high a page is, is no secret.
    """
    visit = g.get("visit")
    return (origin_of(visit.return_url) if visit is not None else "") or "*"


def is_framed() -> bool:
    """Say whether this page stands in a frame, where it is light: so is the course page around it.

    Browsers tell it with every page since 2023; older ones follow the system in frames, too.
    """
    return request.headers.get("Sec-Fetch-Dest") == "iframe"


def _apply(response: Response) -> Response:
    ancestors = " ".join(_ancestors()) or "'none'"
    targets = g.get("form_target", "'self'")
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "media-src 'self'; connect-src 'self'; "
        f"form-action {targets}; base-uri 'none'; frame-ancestors {ancestors}",
    )
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")  # what is kept says so itself
    return response


def _ancestors() -> list[str]:
    registration: Registration | None = g.get("registration")
    if registration is not None:
        return frame_origins(registration)
    own: list[str] = g.get("frame_origins", [])
    return own
