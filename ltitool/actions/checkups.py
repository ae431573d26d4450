"""The checklist of a platform: what a job found of its services, and what the rows tell."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ltitool.actions import registrations
from ltitool.actions.registrations import platform_of
from ltitool.core.checkup import Finding, Health, Sentence
from ltitool.core.way_in import WayIn
from ltitool.lti.http import PlatformHttp
from ltitool.lti.platform import Platform
from ltitool.lti.refusals import REASONS
from ltitool.lti.services import look_at
from ltitool.lti.tool_keys import SigningKey
from ltitool.storage.database import Database
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import (
    Activity,
    AuditEntry,
    Checkup,
    Context,
    Deployment,
    Membership,
    OutgoingScore,
    Receipt,
    Registration,
    Visit,
)

NEWEST_VISITS = 1_000
ENOUGH_TO_TELL = 10


@dataclass(frozen=True)
class Errand:
    """A platform to be looked at."""

    platform: Platform
    members_url: str | None


def ask(session: Session, registration_id: int, *, now: datetime) -> None:
    """Note that somebody wants a platform looked at; a job does it."""
    key = {"registration_id": registration_id}
    if not add_if_new(session, Checkup, {**key, "asked_at": now}):
        session.get_one(Checkup, registration_id).asked_at = now


def errand_for(session: Session, registration_id: int) -> Errand | None:
    """Return what is to be looked at; None when the platform is gone."""
    registration = session.get(Registration, registration_id)
    if registration is None:
        return None
    newest = session.scalar(
        select(Context.members_url)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .where(Deployment.registration_id == registration_id, Context.members_url.is_not(None))
        .order_by(Context.id.desc())
        .limit(1)
    )
    return Errand(platform_of(registration), newest)


def check_and_keep(
    database: Database,
    http: PlatformHttp,
    key: SigningKey,
    registration_id: int,
    clock: Callable[[], datetime],
) -> list[Finding]:
    """Look at a platform's services between two transactions; return and keep what was found."""
    with database.session(is_read_only=True) as session:
        errand = errand_for(session, registration_id)
    if errand is None:
        return []
    findings = look_at(errand.platform, key, http, errand.members_url, clock=clock)
    with database.transaction() as session:
        ask(session, registration_id, now=clock())
        row = session.get_one(Checkup, registration_id)
        row.checked_at = clock()
        row.findings = {"lines": [finding.as_row() for finding in findings]}
    return findings


def kept(session: Session, registration_id: int) -> tuple[Checkup | None, list[Finding]]:
    """Return the newest checkup and what it found."""
    row = session.get(Checkup, registration_id)
    lines = row.findings["lines"] if row is not None and row.findings else []
    return row, [Finding.of_row(line) for line in lines]


def from_the_rows(session: Session, registration: Registration) -> list[Finding]:
    """Return what launches and scores have left: needs no word from the platform."""
    last = _last_launch(session, registration)
    return [
        _approval(registration),
        _deployments(session, registration),
        _launches(last),
        _cookies(session, registration),
        _refusal(session, registration, last),
        _score(session, registration),
    ]


def _approval(registration: Registration) -> Finding:
    subject = "Approval"
    if not registration.is_enabled:
        advice = Sentence("You, who run the tool: ltitool platforms disable --undo")
        return Finding(subject, Health.WRONG, Sentence("It is disabled here."), advice)
    if registration.is_approved:
        return Finding(subject, Health.FINE, Sentence("It may launch."))
    words = Sentence("It has registered itself and waits.")
    advice = Sentence(
        "You, who run the tool: approve it, on its page or by ltitool platforms approve."
    )
    return Finding(subject, Health.WRONG, words, advice)


def _deployments(session: Session, registration: Registration) -> Finding:
    rows = session.scalars(
        select(Deployment).where(Deployment.registration_id == registration.id)
    ).all()
    waiting = [row.lti_id for row in rows if not row.is_approved]
    if waiting:
        words = Sentence(
            "One waits for approval: %(ids)s",
            {"num": len(waiting), "ids": ", ".join(waiting)[:200]},
            "%(num)d wait for approval: %(ids)s",
        )
        advice = Sentence(
            "You, who run the tool: approve it, on its page or by ltitool deployments approve."
        )
        return Finding("Deployments", Health.WRONG, words, advice)
    if rows:
        words = Sentence("One approved.", {"num": len(rows)}, "%(num)d approved.")
        return Finding("Deployments", Health.FINE, words)
    advice = Sentence(
        "The administrator of the LMS: open an activity once; the launch makes its deployment "
        "known."
    )
    return Finding("Deployments", Health.UNKNOWN, Sentence("None was seen yet."), advice)


def _last_launch(session: Session, registration: Registration) -> datetime | None:
    return session.scalar(
        select(func.max(Membership.launched_at))
        .join(Context, Context.id == Membership.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .where(Deployment.registration_id == registration.id)
    )


def _launches(last: datetime | None) -> Finding:
    if last is None:
        return Finding("Last launch", Health.UNKNOWN, Sentence("Nobody has come yet."))
    return Finding("Last launch", Health.FINE, Sentence.quoting(_when(last)))


def _cookies(session: Session, registration: Registration) -> Finding:
    """Tell by which way the newest visits came in; none by the cookie means it goes astray."""
    newest = (
        select(Visit.way_in)
        .join(Activity, Activity.id == Visit.activity_id)
        .join(Context, Context.id == Activity.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .where(Deployment.registration_id == registration.id)
        .order_by(Visit.expires_at.desc())
        .limit(NEWEST_VISITS)
    )
    ways = Counter(session.scalars(newest))
    if not ways:
        return Finding("Cookies in its frame", Health.UNKNOWN, Sentence("Nobody has come yet."))
    words = Sentence(
        "Of the newest %(all)d visits, %(cookie)d kept the cookie; where a browser refused it, "
        "%(storage)d opened a window because the LMS's page vouched for the browser, and "
        "%(asked)d after a question.",
        {"all": ways.total(), **{way.value: ways[way] for way in WayIn}},
    )
    if ways[WayIn.COOKIE] or ways.total() < ENOUGH_TO_TELL:
        return Finding("Cookies in its frame", Health.FINE, words)
    advice = Sentence(
        "You, who run the tool: see whether a web server in front changes cookies. They need "
        "Secure, SameSite=None and Partitioned, and the public address must be https."
    )
    return Finding("Cookies in its frame", Health.WRONG, words, advice)


def _refusal(session: Session, registration: Registration, last: datetime | None) -> Finding:
    subject = "Last refused launch"
    found: AuditEntry | None = registrations.last_refusals(session).get(registration.id)
    if found is None:
        return Finding(subject, Health.FINE, Sentence("None."))
    check = found.details["check"]
    words = Sentence(
        "%(when)s, LAUNCH-%(check)s, request %(request)s",
        {
            "when": _when(found.happened_at),
            "check": check,
            "request": found.details["request"],
        },
    )
    is_over = last is not None and last > found.happened_at
    if is_over or check == "USED":
        return Finding(subject, Health.FINE, words)
    return Finding(subject, Health.WRONG, words, Sentence(REASONS.get(check, "")))


def _score(session: Session, registration: Registration) -> Finding:
    row = session.execute(
        select(OutgoingScore, Receipt)
        .join(Activity, Activity.id == OutgoingScore.activity_id)
        .join(Context, Context.id == Activity.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .join(Receipt, Receipt.outgoing_score_id == OutgoingScore.id)
        .where(Deployment.registration_id == registration.id)
        .order_by(Receipt.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return Finding("Last score sent", Health.UNKNOWN, Sentence("None yet."))
    _score_row, receipt = row
    words = Sentence.quoting(f"{_when(receipt.received_at)}: {receipt.words or receipt.status}")
    if receipt.status in range(200, 300):
        return Finding("Last score sent", Health.FINE, words)
    advice = Sentence(
        "The teachers of the course see it on the person's page and can send it again; what the "
        "LMS says above tells what to mend."
    )
    return Finding("Last score sent", Health.WRONG, words, advice)


def _when(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
