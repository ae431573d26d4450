"""Whether the tool is up, for load balancers."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from ltitool import __version__
from ltitool.web.transaction import db

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> ResponseReturnValue:
    """Say that the tool answers and reaches its database."""
    db().execute(text("SELECT 1"))
    return {"status": "ok", "version": __version__}
