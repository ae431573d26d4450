"""Whether the tool is up, for load balancers."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from ltitool import __version__
from ltitool.web.transaction import db

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> ResponseReturnValue:
    """Say that the tool answers, and whether it reaches its database: 503 where it does not."""
    try:
        db().execute(text("SELECT 1"))
    except OperationalError:
        return {"status": "the database cannot be reached", "version": __version__}, 503
    return {"status": "ok", "version": __version__}
