"""Looking at a platform's services, as the checklist of its page tells them. All of it is HTTP."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ltitool.core.checkup import Finding, Health, Sentence
from ltitool.core.errors import PlatformError
from ltitool.lti import claims
from ltitool.lti.connector import Connector
from ltitool.lti.http import Answer, PlatformHttp
from ltitool.lti.key_set import readable_keys
from ltitool.lti.members import read_members
from ltitool.lti.platform import Platform
from ltitool.lti.tokens import TokensInMemory
from ltitool.lti.tool_keys import SigningKey
from ltitool.lti.tool_profile import SCOPES

CLOCKS_MAY_DIFFER = timedelta(seconds=30)
CHECK_THE_ADDRESS = Sentence(
    "You, who run the tool: check the public key set URL (ltitool platforms edit), and that this "
    "machine may reach it."
)
KEEP_THE_TIME = Sentence(
    "You, who run the tool, and the administrator of the LMS: let both machines keep the time by "
    "NTP. Launches fail from a minute on."
)
TURN_IT_ON = Sentence(
    "The administrator of the LMS: turn the tool on, and let the LMS reach the tool's key set."
)
ALLOW_IT = Sentence("The administrator of the LMS: allow it in the settings of the tool there.")
ALLOW_THE_ROSTER = Sentence(
    "The administrator of the LMS: allow the tool names and roles (IMS LTI Names and Role "
    "Provisioning) in its settings there."
)


def look_at(
    platform: Platform,
    key: SigningKey,
    http: PlatformHttp,
    members_url: str | None,
    *,
    clock: Callable[[], datetime],
) -> list[Finding]:
    """Return what the platform's key set, clock, tokens and roster are like; raises nothing."""
    connector = Connector(platform, key, http, TokensInMemory(), clock=clock)
    return [
        *_key_set_and_clock(platform, http, clock),
        _tokens(connector),
        _roster(connector, members_url),
    ]


def _key_set_and_clock(
    platform: Platform, http: PlatformHttp, clock: Callable[[], datetime]
) -> list[Finding]:
    try:
        answer = http.request("GET", platform.key_set_url)
        body = answer.json() if answer.is_ok else None
    except PlatformError as refusal:
        return [_no_keys(Sentence.quoting(str(refusal)))]
    keys = readable_keys(body) if isinstance(body, dict) else {}
    if not answer.is_ok:
        found = _no_keys(Sentence.quoting(answer.words))
    elif not keys:
        found = _no_keys(Sentence("There is no usable key in its set."))
    else:
        words = Sentence("One can be read.", {"num": len(keys)}, "%(num)d can be read.")
        found = Finding("Its keys", Health.FINE, words)
    return [found, _clock(answer, clock())]


def _no_keys(words: Sentence) -> Finding:
    return Finding("Its keys", Health.WRONG, words, CHECK_THE_ADDRESS)


def _clock(answer: Answer, now: datetime) -> Finding:
    said = next((v for k, v in answer.headers.items() if k.lower() == "date"), "")
    try:
        theirs = parsedate_to_datetime(said).astimezone(UTC)
    except ValueError:
        words = Sentence("It did not say what time it is.")
        return Finding("Its clock", Health.UNKNOWN, words)
    apart = abs(theirs - now)
    number = {"num": round(apart.total_seconds())}
    if apart <= CLOCKS_MAY_DIFFER:
        words = Sentence("One second from the tool's.", number, "%(num)d seconds from the tool's.")
        return Finding("Its clock", Health.FINE, words)
    if theirs > now:
        words = Sentence("It is %(num)d seconds ahead of the tool's.", number)
    else:
        words = Sentence("It is %(num)d seconds behind the tool's.", number)
    return Finding("Its clock", Health.WRONG, words, KEEP_THE_TIME)


def _tokens(connector: Connector) -> Finding:
    subject = "What it allows"
    refused: dict[str, PlatformError] = {}
    for scope in SCOPES:
        try:
            connector.get_access_token([scope])
        except PlatformError as refusal:
            refused[scope] = refusal
    if not refused:
        return Finding(subject, Health.FINE, Sentence("All that the tool asks for."))
    if len(refused) == len(SCOPES):
        first = next(iter(refused.values()))
        return Finding(subject, Health.WRONG, Sentence.quoting(str(first)), TURN_IT_ON)
    words = Sentence("The tool may not:", parts=tuple(SCOPES[scope] for scope in refused))
    health = Health.UNKNOWN if _can_do_without(refused) else Health.WRONG
    return Finding(subject, health, words, ALLOW_IT)


def _can_do_without(refused: Sequence[str] | dict[str, PlatformError]) -> bool:
    """Whether the tool works without these: making columns is a convenience."""
    return set(refused) <= {claims.LINE_ITEM_SCOPE}


def _roster(connector: Connector, members_url: str | None) -> Finding:
    subject = "Course lists"
    if members_url is None:
        words = Sentence("No course has named a course list yet; the next launch may.")
        return Finding(subject, Health.UNKNOWN, words)
    try:
        people = read_members(connector, members_url)
    except PlatformError as refusal:
        words = Sentence.quoting(str(refusal))
        return Finding(subject, Health.WRONG, words, ALLOW_THE_ROSTER)
    words = Sentence(
        "The newest course has one person.",
        {"num": len(people)},
        "The newest course has %(num)d people.",
    )
    return Finding(subject, Health.FINE, words)
