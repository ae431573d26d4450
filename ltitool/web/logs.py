"""The log, one line of JSON for each thing: ids and codes, never a token, a name or an e-mail.

Where something broke the line says where, and not what was said: the words of an error may quote
what a person typed. Libraries are heard in the same way.
"""

import logging
import secrets
import time
import traceback
from collections.abc import Iterator
from typing import Any

import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError
from structlog.typing import ExcInfo

ABOUT_THE_MACHINE = (OSError, OperationalError)
"""Errors whose words are about files, hosts and databases, and help those who run the tool."""


def configure() -> None:
    """Let everything in this process be logged as lines of JSON."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_told),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    libraries = logging.getLogger()
    if not any(isinstance(handler, _Libraries) for handler in libraries.handlers):
        libraries.addHandler(_Libraries(logging.WARNING))


def init_app(app: Flask) -> None:
    """Give every request an id, and write its line when it is answered."""
    configure()
    app.before_request(_begin)
    app.after_request(_end)


class _Libraries(logging.Handler):
    """Writes what libraries warn of, without the values that they put into their words."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        structlog.get_logger().log(
            record.levelno, str(record.msg), library=record.name, exc_info=record.exc_info
        )


def _told(exc_info: ExcInfo) -> dict[str, Any]:
    """Return what an error is and where it was raised, the place itself last."""
    error = exc_info[1]
    return {
        "kinds": [type(one).__name__ for one in _chain(error)],
        "words": str(error) if isinstance(error, ABOUT_THE_MACHINE) else "",
        "at": [
            f"{place.filename}:{place.lineno} {place.name}"
            for place in traceback.extract_tb(error.__traceback__)
        ],
    }


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and what led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _begin() -> None:
    g.request_id = secrets.token_hex(5)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    if request.endpoint in {"static", "health.health"}:
        return response
    structlog.get_logger().info(
        "request",
        method=request.method,
        endpoint=request.endpoint,
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1),
    )
    response.headers["X-Request-Id"] = g.request_id
    return response
