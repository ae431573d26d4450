"""The tool's own services against the pretend LMS over a real connection, in every profile."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from ltitool.core.errors import PlatformError
from ltitool.core.roles import Role
from ltitool.demo.lms import Lms, now
from ltitool.demo.server import LmsServer
from ltitool.lti.connector import Connector
from ltitool.lti.course_groups import read_groups
from ltitool.lti.http import PlatformHttp
from ltitool.lti.members import read_members
from ltitool.lti.platform import Platform
from ltitool.lti.results import read_result
from ltitool.lti.scores import Score, send_score
from ltitool.lti.tokens import TokensInMemory
from ltitool.lti.tool_keys import SigningKey
from tests.demo.toy_tool import ToyTool
from tests.postgres import free_port

ZOE, TUTOR = "101", "201"


@dataclass(frozen=True)
class Pair:
    """The LMS, and what the tool calls it with."""

    lms: Lms
    connector: Connector

    def score(self, sub: str = ZOE, hundredths: int = 6667, *, later: float = 0) -> Score:
        at = now() + timedelta(seconds=later)
        column = self.lms.line_item_url("pending")
        return Score(column, sub, hundredths, 100, at, "2 of 3 steps done.")


@pytest.fixture(params=["plain", "moodle", "canvas"])
def pair(request: pytest.FixtureRequest, tool: ToyTool) -> Iterator[Pair]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    lms = Lms("http://lms.localhost", "http://tool.localhost", api_url=url, tool_api_url=tool.url)
    lms.use(request.param)
    platform = Platform(
        1,
        "The pretend LMS",
        lms.issuer,
        lms.profile.client_id,
        f"{lms.base_url}/auth",
        f"{url}/token",
        f"{url}/keys",
    )
    http = PlatformHttp(allow_private_hosts=True, timeout=5)
    key = SigningKey(tool.kid, tool.key)
    with LmsServer(lms, port):
        tokens = TokensInMemory()
        connector = Connector(platform, key, http, tokens, clock=now, pause=lambda _s: None)
        yield Pair(lms, connector)
    http.close()


def test_a_score_arrives_and_reads_back_as_it_was_sent(pair: Pair) -> None:
    send_score(pair.connector, pair.score())

    assert pair.lms.grades["pending", ZOE].given == 66.67
    column = pair.lms.line_item_url("pending")
    stands = read_result(pair.connector, column, ZOE)
    assert stands is not None
    assert stands.share == pytest.approx(0.6667)
    assert read_result(pair.connector, column, "102") is None
    assert pair.lms.refused == []


def test_the_whole_roster_is_read_page_by_page(pair: Pair) -> None:
    members = read_members(pair.connector, pair.lms.members_url())

    assert [member.sub for member in members] == [user.id for user in pair.lms.members]
    roles = {member.sub: member.role for member in members}
    assert roles["301"] is Role.INSTRUCTOR
    assert roles[ZOE] is Role.LEARNER
    assert roles[TUTOR] is (Role.LEARNER if pair.lms.profile.name == "moodle" else Role.TUTOR)


def test_groups_are_read_where_the_platform_has_them(pair: Pair) -> None:
    roster = pair.lms.members_url()
    url = f"{pair.lms.api_url}/groups"
    if not pair.lms.profile.has_groups_service:
        with pytest.raises(PlatformError):
            read_groups(pair.connector, url, None)
        return

    groups = read_groups(pair.connector, url, f"{url}/sets")
    members = read_members(pair.connector, roster, with_groups=True)

    assert [(one.name, one.set_name) for one in groups] == [
        ("Tuesday", "Seminars"),
        ("Thursday", "Seminars"),
        ("Book club", ""),
    ]
    [zoe] = [one for one in members if one.sub == ZOE]
    assert zoe.groups == ("g-1", "g-3")


def test_refusals_reach_the_tool_in_the_words_of_the_platform(pair: Pair) -> None:
    send_score(pair.connector, pair.score(later=10))

    with pytest.raises(PlatformError, match="earlier timestamp") as stale:
        send_score(pair.connector, pair.score(later=-10))
    with pytest.raises(PlatformError) as tutor:
        send_score(pair.connector, pair.score(TUTOR))

    profile = pair.lms.profile
    assert (stale.value.status, tutor.value.status) == (
        profile.stale_status,
        profile.not_gradable_status,
    )
    assert profile.not_gradable_words in str(tutor.value)


@pytest.mark.parametrize("seconds", [-5, 5])
def test_a_clock_that_is_five_seconds_off_keeps_nothing_from_arriving(
    pair: Pair, seconds: int
) -> None:
    pair.lms.skew = timedelta(seconds=seconds)

    send_score(pair.connector, pair.score())

    assert pair.lms.refused == []
