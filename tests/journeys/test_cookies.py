"""What cookies do in a frame of another site: the control of every other journey."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright
from werkzeug.serving import make_server

from ltitool.app import create_app, prepare
from ltitool.cli.demo import connect, tool_environment
from ltitool.demo.lms import Lms
from ltitool.demo.server import LmsServer
from ltitool.settings import Settings
from tests.browser import ALLOWED, BLOCKED, window
from tests.journeys.student import Student
from tests.postgres import free_port

ZOE = "Zoë Bright"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def without_partitioned(application: Application) -> Application:
    """Make the tool's cookies ordinary ones."""

    def changed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            ordinary = [(name, value.replace("; Partitioned", "")) for name, value in headers]
            return start_response(status, ordinary, *rest)

        return application(environ, start)

    return changed


@contextmanager
def town_with(change: Callable[[Application], Application], folder: Path) -> Iterator[Lms]:
    """Run the pretend LMS beside a tool that is changed at its door."""
    port, tool_port = free_port(), free_port()
    lms = Lms(
        f"http://lms.localhost:{port}",
        f"http://tool.localhost:{tool_port}",
        api_url=f"http://127.0.0.1:{port}",
        tool_api_url=f"http://127.0.0.1:{tool_port}",
    )
    settings = Settings.load(environ=tool_environment(lms, folder))
    connect(lms, settings)
    prepare(settings)
    app = create_app(settings)
    server = make_server("127.0.0.1", tool_port, change(app.wsgi_app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        with LmsServer(lms, port):
            yield lms
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        app.extensions["http"].close()
        app.extensions["jobs"].huey.storage.close()
        app.extensions["database"].dispose()


@pytest.mark.parametrize(
    ("change", "third_party_cookies", "heading"),
    [
        (lambda application: application, BLOCKED, "Pending"),
        (without_partitioned, BLOCKED, "Open in a new window"),
        (without_partitioned, ALLOWED, "Pending"),
    ],
    ids=["partitioned, blocked", "ordinary, blocked", "ordinary, allowed"],
)
def test_in_a_frame_only_partitioned_cookies_survive_blocking(
    playwright: Playwright,
    tmp_path: Path,
    change: Callable[[Application], Application],
    third_party_cookies: int,
    heading: str,
) -> None:
    with (
        town_with(change, tmp_path / "data") as lms,
        window(
            playwright, tmp_path / "browser", third_party_cookies=third_party_cookies
        ) as context,
    ):
        zoe = Student(context, lms.base_url, ZOE)
        zoe.log_in()
        zoe.open_activity()

        zoe.see(heading)


def test_where_the_frame_keeps_no_cookie_a_new_window_lets_the_person_in(
    playwright: Playwright, tmp_path: Path
) -> None:
    with (
        town_with(without_partitioned, tmp_path / "data") as lms,
        window(playwright, tmp_path / "browser", third_party_cookies=BLOCKED) as context,
    ):
        zoe = Student(context, lms.base_url, ZOE)
        zoe.log_in()
        zoe.open_activity()
        page = zoe.open_a_window()
        page.get_by_text(f"Continue as {ZOE} in Social Work Skills 2?").wait_for()
        page.get_by_role("button", name="Yes, continue").click()

        page.get_by_role("heading", level=1, name="Pending").wait_for()
        page.get_by_role("link", name="Start").click()
        page.get_by_role("heading", level=1, name="The second half of the meeting").wait_for()
