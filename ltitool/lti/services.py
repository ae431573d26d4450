"""Looking at a platform's services, as the checklist of its page tells them. All of it is HTTP."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ltitool.core.checkup import Finding, Health
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
LMS_ADMINISTRATOR = "The administrator of the LMS"
WHO_RUNS_THE_TOOL = "You, who run the tool"


def look_at(
    platform: Platform,
    key: SigningKey,
    http: PlatformHttp,
    members_url: str | None,
    *,
    clock: Callable[[], datetime],
) -> list[Finding]:
    """Return what the platform's key set, clock, tokens and roster are like; raises nothing."""
    connector = Connector(platform, key, http, TokensInMemory())
    return [
        *_key_set_and_clock(platform, http, clock),
        _tokens(connector),
        _roster(connector, members_url),
    ]


def _key_set_and_clock(
    platform: Platform, http: PlatformHttp, clock: Callable[[], datetime]
) -> list[Finding]:
    advice = (
        f"{WHO_RUNS_THE_TOOL}: check the public key set URL (ltitool platforms edit), and that "
        "this machine may reach it."
    )
    try:
        answer = http.request("GET", platform.key_set_url)
        body = answer.json() if answer.is_ok else None
    except PlatformError as refusal:
        return [Finding("Its keys", Health.WRONG, str(refusal), advice)]
    keys = readable_keys(body) if isinstance(body, dict) else {}
    if not answer.is_ok:
        found = Finding("Its keys", Health.WRONG, answer.words, advice)
    elif not keys:
        found = Finding("Its keys", Health.WRONG, "There is no usable key in its set.", advice)
    else:
        found = Finding("Its keys", Health.FINE, f"{len(keys)} can be read.")
    return [found, _clock(answer, clock())]


def _clock(answer: Answer, now: datetime) -> Finding:
    said = next((v for k, v in answer.headers.items() if k.lower() == "date"), "")
    try:
        theirs = parsedate_to_datetime(said).astimezone(UTC)
    except ValueError:
        return Finding("Its clock", Health.UNKNOWN, "It did not say what time it is.")
    apart = abs(theirs - now)
    seconds = round(apart.total_seconds())
    if apart <= CLOCKS_MAY_DIFFER:
        return Finding("Its clock", Health.FINE, f"{seconds} seconds from the tool's.")
    word = "ahead of" if theirs > now else "behind"
    return Finding(
        "Its clock",
        Health.WRONG,
        f"It is {seconds} seconds {word} the tool's.",
        f"{WHO_RUNS_THE_TOOL} and {LMS_ADMINISTRATOR.lower()}: let both machines keep the time by "
        "NTP. Launches fail from a minute on.",
    )


def _tokens(connector: Connector) -> Finding:
    refused: dict[str, PlatformError] = {}
    for scope in SCOPES:
        try:
            connector.get_access_token([scope])
        except PlatformError as refusal:
            refused[scope] = refusal
    if not refused:
        return Finding("What it allows", Health.FINE, "All that the tool asks for.")
    first = next(iter(refused.values()))
    if len(refused) == len(SCOPES):
        return Finding(
            "What it allows",
            Health.WRONG,
            str(first),
            f"{LMS_ADMINISTRATOR}: turn the tool on, and let the LMS reach the tool's key set.",
        )
    return Finding(
        "What it allows",
        Health.UNKNOWN if _can_do_without(refused) else Health.WRONG,
        f"Not to {', nor to '.join(SCOPES[scope] for scope in refused)}.",
        f"{LMS_ADMINISTRATOR}: allow it in the settings of the tool there.",
    )


def _can_do_without(refused: Sequence[str] | dict[str, PlatformError]) -> bool:
    """Whether the tool works without these: making columns is a convenience."""
    return set(refused) <= {claims.LINE_ITEM_SCOPE}


def _roster(connector: Connector, members_url: str | None) -> Finding:
    if members_url is None:
        words = "No course has named a course list yet; the next launch may."
        return Finding("Course lists", Health.UNKNOWN, words)
    try:
        people = read_members(connector, members_url)
    except PlatformError as refusal:
        return Finding(
            "Course lists",
            Health.WRONG,
            str(refusal),
            f"{LMS_ADMINISTRATOR}: allow the tool names and roles (IMS LTI Names and Role "
            "Provisioning) in its settings there.",
        )
    return Finding("Course lists", Health.FINE, f"The newest course has {len(people)} people.")
