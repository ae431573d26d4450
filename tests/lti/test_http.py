import gzip
import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import pytest

from ltitool import __version__
from ltitool.core.errors import PlatformError
from ltitool.lti.connections import is_private
from ltitool.lti.http import LARGEST_ANSWER, Answer, PlatformHttp
from tests.lms import Lms, Reply

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]


@pytest.fixture
def guarded() -> Iterator[PlatformHttp]:
    http = PlatformHttp(allow_private_hosts=False, timeout=5)
    yield http
    http.close()


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name stand for these addresses, as a name server would say."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)


@pytest.fixture
def connected_to(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return where connections were tried; none succeeds."""
    tried: list[str] = []

    def refuse(address: tuple[str, int], *_args: Any) -> socket.socket:
        tried.append(address[0])
        raise OSError("refused")

    monkeypatch.setattr(socket, "create_connection", refuse)
    return tried


def test_an_answer_has_its_status_reason_headers_and_body(lms: Lms, http: PlatformHttp) -> None:
    lms.answer = lambda _asked: Reply(418, "I am a teapot", {"X-Kind": "pot"}, b"tea")

    answer = http.request("POST", f"{lms.url}/brew", headers={"Accept": "x/y"}, data="leaves")

    assert (answer.status, answer.reason, answer.body) == (418, "I am a teapot", b"tea")
    assert answer.headers["x-kind"] == "pot"
    assert answer.words == "418 I am a teapot: tea"
    assert lms.asked[0].body == b"leaves"
    assert lms.asked[0].headers["Accept"] == "x/y"


def test_every_request_says_who_asks(lms: Lms, http: PlatformHttp) -> None:
    http.request("GET", lms.url)

    assert lms.asked[0].headers["User-Agent"] == f"Kaleidoscope/{__version__}"


def test_redirects_are_not_followed(lms: Lms, http: PlatformHttp) -> None:
    lms.answer = lambda _asked: Reply(302, headers={"Location": f"{lms.url}/elsewhere"})

    answer = http.request("GET", f"{lms.url}/here")

    assert answer.status == 302
    assert [asked.path for asked in lms.asked] == ["/here"]


def test_cookies_of_one_answer_are_not_sent_with_the_next_request(
    lms: Lms, http: PlatformHttp
) -> None:
    lms.answer = lambda _asked: Reply(headers={"Set-Cookie": "MoodleSession=abc; Path=/"})

    http.request("GET", lms.url)
    http.request("GET", lms.url)

    assert "Cookie" not in lms.asked[1].headers


def test_too_large_an_answer_is_given_up(lms: Lms, http: PlatformHttp) -> None:
    lms.answer = lambda _asked: Reply(body=b"x" * (LARGEST_ANSWER + 1))

    with pytest.raises(PlatformError, match="too large"):
        http.request("GET", lms.url)


def test_an_answer_that_unpacks_to_too_much_is_given_up(lms: Lms, http: PlatformHttp) -> None:
    packed = gzip.compress(b"x" * (LARGEST_ANSWER * 20))
    lms.answer = lambda _asked: Reply(headers={"Content-Encoding": "gzip"}, body=packed)

    with pytest.raises(PlatformError, match="too large"):
        http.request("GET", lms.url)


def test_a_broken_packed_answer_cannot_be_read(lms: Lms, http: PlatformHttp) -> None:
    lms.answer = lambda _asked: Reply(headers={"Content-Encoding": "gzip"}, body=b"no gzip")

    with pytest.raises(PlatformError, match="could not be read"):
        http.request("GET", lms.url)


def test_an_answer_that_never_ends_is_given_up_when_the_time_is_over(
    lms: Lms, http: PlatformHttp
) -> None:
    stop = Event()
    lms.answer = lambda _asked: Reply(drips=stop)

    with pytest.raises(PlatformError, match="in time"):
        http.request("GET", lms.url, timeout=0.2)
    stop.set()


def drip_heads(server: socket.socket, stop: Event) -> None:
    """Answer one request with a head that goes on letter by letter, for three seconds at most."""
    connection, _address = server.accept()
    with connection, suppress(OSError):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Kind: ")
        for _moment in range(60):
            if stop.wait(0.05):
                return
            connection.sendall(b"x")


def test_a_head_that_never_ends_is_given_up_when_the_time_is_over(http: PlatformHttp) -> None:
    stop = Event()
    with socket.create_server(("127.0.0.1", 0)) as dripping:
        Thread(target=drip_heads, args=(dripping, stop), daemon=True).start()

        with pytest.raises(PlatformError, match="did not answer in time"):
            http.request("GET", f"http://127.0.0.1:{dripping.getsockname()[1]}", timeout=0.2)
        stop.set()


def test_a_silent_platform_is_given_up(http: PlatformHttp) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(PlatformError, match="did not answer in time"),
    ):
        http.request("GET", f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.1)


def test_nobody_at_home_is_told_as_such(http: PlatformHttp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    with pytest.raises(PlatformError, match="could not be reached") as refusal:
        http.request("GET", f"http://127.0.0.1:{port}")

    assert refusal.value.status is None


@pytest.mark.parametrize("address", PRIVATE)
def test_no_name_leads_to_a_private_address(
    address: str,
    guarded: PlatformHttp,
    monkeypatch: pytest.MonkeyPatch,
    connected_to: list[str],
) -> None:
    resolves_to(monkeypatch, address)

    assert is_private(address)
    with pytest.raises(PlatformError, match="private address"):
        guarded.request("GET", "https://lms.example/keys")
    assert connected_to == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert not is_private(address)


def test_the_address_that_was_checked_is_the_one_connected_to(
    guarded: PlatformHttp, monkeypatch: pytest.MonkeyPatch, connected_to: list[str]
) -> None:
    resolves_to(monkeypatch, "127.0.0.1", "198.41.0.4")

    with pytest.raises(PlatformError, match="could not be reached"):
        guarded.request("GET", "https://lms.example/keys")

    assert connected_to == ["198.41.0.4"]


def test_the_next_address_is_tried_when_one_does_not_answer(
    guarded: PlatformHttp, monkeypatch: pytest.MonkeyPatch, connected_to: list[str]
) -> None:
    resolves_to(monkeypatch, "2001:4860:4860::8888", "198.41.0.4")

    with pytest.raises(PlatformError, match="could not be reached"):
        guarded.request("GET", "https://lms.example/keys")

    assert connected_to == ["2001:4860:4860::8888", "198.41.0.4"]


def test_the_machine_itself_is_out_of_reach_unless_allowed(lms: Lms, guarded: PlatformHttp) -> None:
    port = lms.url.rpartition(":")[2]

    with pytest.raises(PlatformError, match="private address"):
        guarded.request("GET", f"https://127.0.0.1:{port}/keys")
    assert lms.asked == []


def test_plain_http_is_refused_unless_private_hosts_are_allowed(
    lms: Lms, guarded: PlatformHttp
) -> None:
    with pytest.raises(PlatformError, match="https"):
        guarded.request("GET", lms.url)


@pytest.mark.parametrize(
    "url",
    ["", "lms.example", "file:///etc/passwd", "https://", "https://[::1", "gopher://x", "//x/y"],
)
def test_what_is_not_an_address_is_refused(url: str, http: PlatformHttp) -> None:
    with pytest.raises(PlatformError, match="not an address of the web"):
        http.request("GET", url)


@pytest.mark.parametrize("url", ["https://x:99999/", "https://x:abc/", "https://.example/"])
def test_odd_addresses_end_in_a_platform_error(url: str, http: PlatformHttp) -> None:
    with pytest.raises(PlatformError):
        http.request("GET", url)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"error" : ""kid" invalid"}', b"\xff", b"[" * 9]
)
def test_a_body_that_is_not_json_is_told_as_such(body: bytes) -> None:
    with pytest.raises(PlatformError, match="not JSON"):
        Answer(400, "Bad Request", {}, body).json()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"  <!DOCTYPE html><html>..."])
def test_the_reason_alone_is_told_when_the_body_says_nothing_to_people(body: bytes) -> None:
    assert Answer(409, "Refusing score", {}, body).words == "409 Refusing score"
