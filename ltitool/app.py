"""The one place where the parts meet."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from flask_wtf import CSRFProtect

from ltitool.actions import keys
from ltitool.actions.library_shelves import store_folder
from ltitool.actions.links import AdminLinks
from ltitool.jobs import Jobs
from ltitool.lti.http import PlatformHttp
from ltitool.lti.key_set import KeySets
from ltitool.lti.login import States
from ltitool.settings import Settings, shipped
from ltitool.storage.database import Database
from ltitool.web import (
    errors,
    health,
    launch,
    logs,
    notices,
    platform_page,
    policies,
    registering,
    rooms,
    setup,
    staging,
    telling,
    transaction,
    visit,
    words,
)

LARGEST_REQUEST = 512 * 1024


def clock() -> datetime:
    """Return the time of now."""
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = clock) -> Flask:
    """Build the web application from its settings; `clock` tells it the time."""
    app = Flask("ltitool.web", template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # every address of a static file names its version
        # The tool lives in the LMS's frame, where only such cookies survive.
        SESSION_COOKIE_NAME="visit",
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_PARTITIONED=True,
        WTF_CSRF_CHECK_DEFAULT=False,  # web.visit checks when it knows whose form it is
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # frames send no Referer; web.visit checks the Origin
    )
    app.session_interface = visit.VisitCookies()
    app.url_map.converters["int"] = visit.RowId
    database = Database(settings.database_url)
    http = PlatformHttp(allow_private_hosts=settings.allow_private_hosts)
    app.extensions["settings"] = settings
    app.extensions["http"] = http
    app.extensions["states"] = States(settings.secret_key)
    app.extensions["admin_links"] = AdminLinks(settings.secret_key)
    app.extensions["key_sets"] = KeySets(http)
    app.extensions["jobs"] = Jobs(settings, database, http, clock)
    logs.init_app(app)
    policies.init_app(app)
    transaction.init_app(app, database, clock)  # ends first, so that its failure gets a page, too
    words.init_app(app)
    telling.init_app(app)
    staging.init_app(app)
    errors.init_app(app)
    CSRFProtect(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(launch.bp)
    app.register_blueprint(notices.bp)
    app.register_blueprint(registering.bp)
    app.register_blueprint(platform_page.bp)
    app.register_blueprint(setup.bp)
    app.register_blueprint(rooms.bp)
    app.register_blueprint(rooms.placing_bp)
    return app


def prepare(settings: Settings) -> None:
    """Store the stories that come with the tool, and make its signing key, before it serves.

    Raises PlatformError when the key was kept under another secret key.
    """
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            store_folder(session, shipped("scenarios"), now=clock())
            keys.require_readable(session, settings.secret_key, now=clock())
    finally:
        database.dispose()
