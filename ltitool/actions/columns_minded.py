"""Minding the gradebook column of an activity: forgotten, found, made, renamed.

Asking the platform happens between short transactions.
"""

from collections.abc import Callable
from datetime import datetime

import structlog

from ltitool.actions import columns
from ltitool.core.errors import PlatformError
from ltitool.lti.connector import Connector
from ltitool.lti.line_items import find_line_item, is_gone, make_line_item, rename_line_item
from ltitool.lti.platform import Platform
from ltitool.storage.database import Database

log = structlog.get_logger()

ConnectorFor = Callable[[Platform], Connector]


def mind(
    database: Database,
    connector_for: ConnectorFor,
    activity_id: int,
    clock: Callable[[], datetime],
) -> bool:
    """See to the column of an activity; return whether one was found, so that scores can go out."""
    _forget_if_gone(database, connector_for, activity_id, clock)
    with database.transaction() as session:
        errand = columns.claim(session, activity_id, now=clock())
        renaming = columns.claim_rename(session, activity_id)
    if errand is not None:
        return _seek(database, connector_for(errand.platform), errand, clock)
    if renaming is not None:
        renamed, item = renaming
        try:
            rename_line_item(connector_for(renamed.platform), item, renamed.wanted.label)
        except PlatformError as refusal:
            log.warning("column not renamed", activity=activity_id, status=refusal.status)
    return False


def _forget_if_gone(
    database: Database,
    connector_for: ConnectorFor,
    activity_id: int,
    clock: Callable[[], datetime],
) -> None:
    with database.session(is_read_only=True) as session:
        found = columns.to_check(session, activity_id)
    if found is None:
        return
    errand, url = found
    connector = connector_for(errand.platform)
    try:
        if not is_gone(connector, url, can_make=errand.wanted.can_make):
            return
    except PlatformError as refusal:
        log.warning("column not looked at", activity=activity_id, status=refusal.status)
        return
    with database.transaction() as session:
        columns.gone(session, errand, url, now=clock())
    log.info("column gone", activity=activity_id)


def _seek(
    database: Database,
    connector: Connector,
    errand: columns.Errand,
    clock: Callable[[], datetime],
) -> bool:
    try:
        item = find_line_item(connector, errand.wanted)
        if item is None and errand.is_asked_for:
            item = make_line_item(connector, errand.wanted)
    except PlatformError as refusal:
        log.warning("column not found", activity=errand.activity_id, status=refusal.status)
        with database.transaction() as session:
            columns.refused(session, errand, str(refusal))
        return False
    if item is None:
        return False
    with database.transaction() as session:
        columns.found(session, errand, item, now=clock())
    log.info("column known", activity=errand.activity_id)
    return True
