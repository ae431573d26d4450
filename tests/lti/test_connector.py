import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import jwt
import pytest

from ltitool.core.errors import PlatformError
from ltitool.lti.answers import is_rate_limit, may_pass, next_page, retry_after
from ltitool.lti.connector import Connector, NoToken
from ltitool.lti.http import Answer, PlatformHttp
from ltitool.lti.tokens import Token, TokensInMemory
from tests.conftest import Clock
from tests.lms import KEY, Asked, Lms, Reply, replied

RECORDED = Path(__file__).parent.parent / "fixtures" / "moodle"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
PAGE = "https://lms.example/members"


def recorded(name: str) -> list[Any]:
    """Return what a real Moodle 4.5 answered, with the request of each answer."""
    found = json.loads((RECORDED / name).read_text("utf-8"))
    return [entry for entry in found if "status" in entry]


def reply_of(entry: dict[str, Any]) -> Reply:
    body = entry["text"] if "text" in entry else json.dumps(entry["json"])
    return Reply(entry["status"], entry["reason"], entry["headers"], body.encode())


REFUSALS = [
    pytest.param(entry, id=f"{file}: {entry['name']}")
    for file in ("ags-token-lineitems", "ags-scores2", "nrps", "ags-results")
    for entry in recorded(f"{file}.json")
    if entry["status"] >= 400
]


# ---- tokens


def test_the_assertion_is_signed_and_backdated(
    lms: Lms, connector: Connector, clock: Clock
) -> None:
    connector.get_access_token([SCOPE])

    asked = lms.token_requests[0]
    assertion = asked.form["client_assertion"]
    claim = jwt.decode(
        assertion,
        KEY.private.public_key(),
        ["RS256"],
        audience=lms.platform().token_url,
        options={"verify_iat": False, "verify_nbf": False, "verify_exp": False},  # looked at below
    )
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.form["grant_type"] == "client_credentials"
    assert asked.form["client_assertion_type"].endswith(":client-assertion-type:jwt-bearer")
    assert jwt.get_unverified_header(assertion)["kid"] == KEY.kid
    assert claim["iss"] == claim["sub"] == "client-1"
    assert claim["nbf"] == claim["iat"] <= clock.now.timestamp() - 59
    assert claim["exp"] > clock.now.timestamp() + 60
    assert len(claim["jti"]) >= 16


def test_two_assertions_have_different_ids(lms: Lms, http: PlatformHttp, clock: Clock) -> None:
    for _again in range(2):
        Connector(lms.platform(), KEY, http, TokensInMemory(), clock=clock).get_access_token(
            [SCOPE]
        )

    ids = {
        jwt.decode(asked.form["client_assertion"], options={"verify_signature": False})["jti"]
        for asked in lms.token_requests
    }
    assert len(ids) == 2


def test_a_token_is_asked_for_once_for_a_set_of_scopes(lms: Lms, connector: Connector) -> None:
    first = connector.get_access_token(["b", "a"])

    assert connector.get_access_token(["a", "b"]) == first
    assert connector.get_access_token(["a"]) != first
    assert [asked.form["scope"] for asked in lms.token_requests] == ["a b", "a"]


def test_threads_that_start_together_ask_for_one_token(lms: Lms, connector: Connector) -> None:
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda _n: connector.get_access_token([SCOPE]), range(16)))

    assert len(tokens) == len(lms.token_requests) == 1


def test_a_token_about_to_end_is_renewed(lms: Lms, http: PlatformHttp, clock: Clock) -> None:
    tokens = TokensInMemory()
    tokens.put(1, SCOPE, Token("old", clock.now.timestamp() + 59))

    assert (
        Connector(lms.platform(), KEY, http, tokens, clock=clock).get_access_token([SCOPE])
        == "token-1"
    )


def test_two_tenants_of_one_platform_never_share_a_token(
    lms: Lms, http: PlatformHttp, clock: Clock
) -> None:
    tokens = TokensInMemory()

    first = Connector(lms.platform(1), KEY, http, tokens, clock=clock).get_access_token([SCOPE])
    second = Connector(lms.platform(2), KEY, http, tokens, clock=clock).get_access_token([SCOPE])

    assert first != second
    assert (
        Connector(lms.platform(1), KEY, http, tokens, clock=clock).get_access_token([SCOPE])
        == first
    )


@pytest.mark.parametrize("lasts", [None, "3600", 0, -1, True, float("inf"), float("nan"), 10**400])
def test_odd_lifetimes_of_tokens_do_no_harm(
    lasts: object, lms: Lms, http: PlatformHttp, clock: Clock
) -> None:
    lms.give_token = lambda _asked: replied({"access_token": "t", "expires_in": lasts})
    tokens = TokensInMemory()

    assert (
        Connector(lms.platform(), KEY, http, tokens, clock=clock).get_access_token([SCOPE]) == "t"
    )
    kept = tokens.get(1, SCOPE)
    assert kept is not None
    assert kept.expires_at <= clock.now.timestamp() + 86_400


def test_scopes_that_were_dropped_silently_are_noticed(lms: Lms, connector: Connector) -> None:
    lms.give_token = lambda _asked: replied({"access_token": "t", "scope": "something else"})

    with pytest.raises(NoToken, match="did not grant what was asked for"):
        connector.get_access_token([SCOPE])


@pytest.mark.parametrize("body", [[], "x", None, {}, {"access_token": 5}, {"error": "no"}])
def test_an_answer_without_a_token_is_no_token(
    body: object, lms: Lms, connector: Connector
) -> None:
    lms.give_token = lambda _asked: replied(body)

    with pytest.raises(NoToken, match="without a token"):
        connector.get_access_token([SCOPE])


# ---- requests


def test_a_revoked_token_is_renewed_once(lms: Lms, connector: Connector) -> None:
    connector.get_access_token([SCOPE])
    lms.answer = lambda asked: Reply(
        401 if asked.headers["Authorization"] == "Bearer token-1" else 200
    )

    answer = connector.call("POST", f"{lms.url}/scores", [SCOPE], {}, "{}")

    assert answer.status == 200
    assert len(lms.token_requests) == 2
    assert [asked.headers["Authorization"] for asked in lms.service_requests] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_threads_with_a_revoked_token_renew_it_once_together(
    lms: Lms, connector: Connector
) -> None:
    connector.get_access_token([SCOPE])
    lms.answer = lambda asked: Reply(
        401 if asked.headers["Authorization"] == "Bearer token-1" else 200
    )

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: connector.call("GET", f"{lms.url}/{n}", [SCOPE], {}), range(16))
        )

    assert {answer.status for answer in answers} == {200}
    assert len(lms.token_requests) == 2


def test_a_second_401_is_a_refusal(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: Reply(401)

    with pytest.raises(PlatformError, match="administrator can allow") as refusal:
        connector.call("POST", f"{lms.url}/scores", [SCOPE], {}, "{}")

    assert refusal.value.status == 401
    assert len(lms.service_requests) == 2


@pytest.mark.parametrize("url", ["https://evil.example/scores", "https://[", "", "/scores"])
def test_a_token_goes_to_no_other_host(url: str, lms: Lms, connector: Connector) -> None:
    with pytest.raises(PlatformError, match="not on a host of the platform"):
        connector.call("POST", url, [SCOPE], {}, "{}")

    assert lms.asked == []


@pytest.mark.parametrize("entry", REFUSALS)
def test_every_refusal_of_a_real_moodle_ends_in_words(
    entry: dict[str, Any], lms: Lms, http: PlatformHttp, clock: Clock
) -> None:
    is_token = entry["request"]["url"].endswith("token.php")
    if is_token:
        lms.give_token = lambda _asked: reply_of(entry)
    else:
        lms.answer = lambda _asked: reply_of(entry)
    connector = Connector(lms.platform(), KEY, http, TokensInMemory(), clock=clock)

    with pytest.raises(PlatformError) as refusal:
        connector.call(entry["request"]["method"], f"{lms.url}/service", [SCOPE], {})

    words = str(refusal.value)
    assert isinstance(refusal.value, NoToken) == is_token
    assert refusal.value.status == entry["status"]
    assert entry["reason"].strip() in words
    assert words.endswith(".")
    assert "<" not in words


@pytest.mark.parametrize(
    "failing",
    [
        Reply(200, headers={"Content-Encoding": "gzip"}, body=b"cut short"),
        Reply(500),
        Reply(503, body=b"<html>Maintenance</html>"),
        Reply(429),
        Reply(403, body=b"403 Forbidden (Rate Limit Exceeded)\n"),
    ],
    ids=lambda reply: str(reply.status),
)
def test_a_read_is_tried_three_times_when_it_may_pass(
    failing: Reply, lms: Lms, connector: Connector, pauses: list[float]
) -> None:
    def third_time_lucky(_asked: Asked) -> Reply:
        return replied({"fine": True}) if len(lms.service_requests) == 3 else failing

    lms.answer = third_time_lucky

    answer = connector.make_service_request([SCOPE], f"{lms.url}/members")

    assert answer["body"] == {"fine": True}
    assert len(pauses) == 2
    assert all(1 <= pause <= 6 for pause in pauses)


def test_a_read_is_given_up_after_three_tries(lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: Reply(503)

    with pytest.raises(PlatformError, match="503"):
        connector.make_service_request([SCOPE], f"{lms.url}/members")

    assert len(lms.service_requests) == 3


def test_a_read_waits_as_long_as_it_is_asked_to(
    lms: Lms, connector: Connector, pauses: list[float]
) -> None:
    lms.answer = lambda _asked: Reply(429, headers={"Retry-After": "7"})

    with pytest.raises(PlatformError) as refusal:
        connector.make_service_request([SCOPE], f"{lms.url}/members")

    assert pauses == [7, 7]
    assert refusal.value.retry_after == 7


def test_a_read_does_not_wait_for_minutes(
    lms: Lms, connector: Connector, pauses: list[float]
) -> None:
    lms.answer = lambda _asked: Reply(429, headers={"Retry-After": "120"})

    with pytest.raises(PlatformError):
        connector.make_service_request([SCOPE], f"{lms.url}/members")

    assert pauses == []
    assert len(lms.service_requests) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
def test_what_will_not_pass_is_read_once(status: int, lms: Lms, connector: Connector) -> None:
    lms.answer = lambda _asked: Reply(status)

    with pytest.raises(PlatformError):
        connector.make_service_request([SCOPE], f"{lms.url}/members")

    assert len(lms.service_requests) == 1


def test_a_post_is_tried_once_because_the_outbox_tries_again(
    lms: Lms, connector: Connector
) -> None:
    lms.answer = lambda _asked: Reply(503)

    with pytest.raises(PlatformError):
        connector.make_service_request([SCOPE], f"{lms.url}/scores", is_post=True, data="{}")

    assert len(lms.service_requests) == 1


@pytest.mark.parametrize("body", [b"", b"OK", b"{broken", b"5"])
def test_a_post_that_was_taken_was_taken_whatever_the_answer_says(
    body: bytes, lms: Lms, connector: Connector
) -> None:
    lms.answer = lambda _asked: Reply(200, headers={"Content-Type": "application/json"}, body=body)

    answer = connector.make_service_request([SCOPE], f"{lms.url}/scores", is_post=True, data="{}")

    assert answer["body"] is None


def test_a_canvas_rate_limit_is_told_from_a_refusal() -> None:
    assert is_rate_limit(PlatformError("403 Forbidden (Rate Limit Exceeded)", 403))
    assert is_rate_limit(PlatformError("429 Too Many Requests", 429))
    assert not is_rate_limit(PlatformError("403 Forbidden", 403))
    assert may_pass(PlatformError("No answer"))
    assert may_pass(PlatformError("502 Bad Gateway", 502))
    assert not may_pass(PlatformError("404 Not Found", 404))


# ---- headers


def answered(**headers: str) -> Answer:
    return Answer(200, "OK", {name.replace("_", "-"): text for name, text in headers.items()}, b"")


def test_waiting_is_asked_for_in_seconds_or_until_a_date() -> None:
    answered_at = datetime(2027, 2, 2, 14, 0, tzinfo=UTC)
    date, later, earlier = (
        format_datetime(answered_at + timedelta(seconds=wait), usegmt=True) for wait in (0, 90, -90)
    )

    assert retry_after(answered(Retry_After="120")) == 120
    assert retry_after(answered(retry_after=" 5 ")) == 5
    assert retry_after(answered(Retry_After="99999999999")) == 3600
    assert retry_after(answered(Retry_After=later, Date=date)) == 90
    assert retry_after(answered(Retry_After=earlier, Date=date)) == 0
    assert retry_after(answered(Retry_After=later)) is None


@pytest.mark.parametrize("asked", ["", "soon", "-1", "1.5", ",", "Mon", "Fri, 99 Abc 20 99:99:99"])
def test_waiting_that_makes_no_sense_is_passed_over(asked: str) -> None:
    assert retry_after(answered(Retry_After=asked)) is None


@pytest.mark.parametrize(
    ("link", "following"),
    [
        (f'<{PAGE}?page=bookmark:WyJBYmMi>; rel="next"', f"{PAGE}?page=bookmark:WyJBYmMi"),
        (f"<{PAGE}?a=1>; rel=next", f"{PAGE}?a=1"),
        (f'<{PAGE}?a=1>; title="x"; rel="next"', f"{PAGE}?a=1"),
        (f'<{PAGE}?a=1>;REL="NEXT"', f"{PAGE}?a=1"),
        (f'<{PAGE}?a=1>; rel="first", <{PAGE}?a=2>; rel="next"', f"{PAGE}?a=2"),
        (f'<{PAGE}?a=2>; rel="next", <{PAGE}?a=9>; rel="last"', f"{PAGE}?a=2"),
        (f"<{PAGE}?t=2&amp;from=1>; rel=“next”", f"{PAGE}?t=2&from=1"),
        (f'<{PAGE}?a=1&region=x&copy=2>; rel="next"', f"{PAGE}?a=1&region=x&copy=2"),
        ('<?a=2>; rel="next"', f"{PAGE}?a=2"),
        (f'<{PAGE}?a=1>; rel="prev"', None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_the_next_page_is_found_in_every_way_of_writing_it(
    link: str, following: str | None
) -> None:
    as_received = link.encode().decode("latin-1")

    assert next_page(answered(Link=as_received), PAGE) == following
    assert next_page(answered(link=link), PAGE) == following


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/members",
        "http://lms.example/members",
        "https://lms.example:444/members",
        "https://lms.example@evil.example/members",
        "//evil.example/members",
        "https://[/members",
    ],
)
def test_a_next_page_elsewhere_is_not_fetched(elsewhere: str) -> None:
    with pytest.raises(PlatformError, match="another site"):
        next_page(answered(Link=f'<{elsewhere}>; rel="next"'), PAGE)


def test_the_links_of_a_real_moodle_lead_on() -> None:
    links = [
        (entry["headers"]["Link"], entry["request"]["url"])
        for file in ("ags-token-lineitems.json", "nrps.json")
        for entry in recorded(file)
        if "Link" in entry["headers"]
    ]

    found = [next_page(answered(Link=link), url) for link, url in links]

    assert len(found) == 5
    assert all(url is not None and "from=" in url and "&amp;" not in url for url in found)
