"""What the tool's frame and the page around it say to each other, and whom they believe."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Playwright, Route

import ltitool
from tests.browser import BLOCKED, DESKTOP, window
from tests.journeys.conftest import Town
from tests.journeys.student import Student
from tests.postgres import wait_until

STATIC = Path(ltitool.__file__).parent / "web" / "static"
SCRIPT = STATIC / "storage.js"
LMS, TOOL, EVIL = "http://lms.localhost", "http://tool.localhost", "http://evil.localhost"
HELD = f"""<div data-held="120" data-frame="_parent" data-origin="{LMS}" data-key="login-1">
<p data-way="asked">It asks.</p><form data-way="proved" hidden><input name="proof"></form>
<p data-way="waiting"></p></div><script src="/storage.js"></script>
<script>addEventListener("message", ({{ data }}) => {{
    if (data === "end") {{ document.title = data; }}
}});
</script>"""
AROUND = f"""<iframe src="{EVIL}/"></iframe><iframe src="about:blank"></iframe><script>
const [evil, tool] = [frames[0], frames[1]];
const answers = __ANSWERS__;
let asked = "";
addEventListener("message", ({{ data, origin }}) => {{
    if (origin === "{EVIL}" && data === "ready") {{
        document.querySelectorAll("iframe")[1].src = "{TOOL}/";
    }}
    if (origin === "{TOOL}" && !asked) {{
        asked = data.message_id;
        evil.postMessage(asked, "*");
    }}
    if (origin === "{EVIL}" && data === "forged") {{
        for (const answer of answers) {{
            const whole = {{ subject: "lti.get_data.response", message_id: asked, key: "login-1" }};
            tool.postMessage({{ ...whole, ...answer }}, "*");
        }}
        tool.postMessage("end", "*");
    }}
}});
</script>"""
FORGER = """<script>
addEventListener("message", ({ data }) => {
    const whole = { subject: "lti.get_data.response", message_id: data, key: "login-1" };
    parent.frames[1].postMessage({ ...whole, value: "forged" }, "*");
    parent.postMessage("forged", "*");
});
parent.postMessage("ready", "*");
</script>"""
RIGHT = '{ value: "right" }'
HIGH = f'<iframe src="{TOOL}/" style="height: 2000px; width: 600px; border: 0"></iframe>'
NEWS = """<!doctype html><link rel="stylesheet" href="/kaleidoscope.css"><body><div class="page">
<div style="height: 5000px"></div><textarea style="position: fixed; top: 1300px; height: 200px">
</textarea><div class="news"><p class="new-posts">3 new posts</p></div></div>
<script src="/frame.js"></script>"""
Stage = Callable[[str], BrowserContext]


@pytest.fixture(scope="module")
def browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    folder = tmp_path_factory.mktemp("browser") / "profile"
    with window(playwright, folder, third_party_cookies=BLOCKED) as context:
        yield context


def pages(answers: str) -> Callable[[Route], None]:
    """Return three sites: an LMS that answers so, a held page of the tool, and a forger."""

    def answer(route: Route) -> None:
        url = route.request.url
        if url.endswith("/storage.js"):
            route.fulfill(body=SCRIPT.read_text("utf-8"), content_type="text/javascript")
        elif url == f"{LMS}/":
            route.fulfill(body=AROUND.replace("__ANSWERS__", answers), content_type="text/html")
        elif url in {f"{TOOL}/", f"{EVIL}/"}:
            body = HELD if url.startswith(TOOL) else FORGER
            route.fulfill(body=body, content_type="text/html")
        else:
            route.fulfill(status=404)

    return answer


@pytest.mark.parametrize(
    ("answers", "proof"),
    [
        (f"[{RIGHT}]", "right"),
        (f'[{{ subject: "lti.put_data.response", value: "x" }}, {RIGHT}]', "right"),
        (f'[{{ message_id: "of another", value: "x" }}, {RIGHT}]', "right"),
        (f'[{{ key: "login-2", value: "of another login" }}, {RIGHT}]', None),
        (f'[{{ error: {{ code: "bad_request" }}, value: "x" }}, {RIGHT}]', None),
        (f"[{{ value: 7 }}, {RIGHT}]", None),
        ("[null]", None),
    ],
)
def test_only_the_lms_own_answer_to_this_question_counts(
    browser: BrowserContext, answers: str, proof: str | None
) -> None:
    page = browser.new_page()
    page.route("**/*", pages(answers))
    with page.expect_event("framenavigated", lambda frame: frame.url == f"{TOOL}/"):
        page.goto(f"{LMS}/")
    [tool] = [frame for frame in page.frames if frame.url == f"{TOOL}/"]
    tool.wait_for_function("document.title === 'end'")

    if proof is not None:
        tool.locator("form").wait_for(state="visible")
        assert tool.locator("[name=proof]").input_value() == proof
    assert tool.get_by_text("It asks.").is_visible() is (proof is None)
    assert tool.locator("[name=proof]").input_value() != "forged"
    page.close()


def test_the_frame_grows_with_its_page(playwright: Playwright, town: Town, tmp_path: Path) -> None:
    with window(playwright, tmp_path / "zoe", third_party_cookies=BLOCKED) as context:
        zoe = Student(context, town.lms.base_url, "Zoë Bright")
        zoe.log_in()
        zoe.open_activity()
        zoe.see("Pending")
        body = zoe.tool.locator("body")
        fits = "() => document.documentElement.scrollHeight <= innerHeight"
        wait_until(lambda: body.evaluate(fits), seconds=20, what="the frame is as high as its page")


def test_the_line_of_news_stays_on_the_screen_in_a_frame_that_is_higher(
    browser: BrowserContext,
) -> None:
    page = browser.new_page()
    page.route(f"{LMS}/", lambda route: route.fulfill(body=HIGH, content_type="text/html"))
    page.route(f"{TOOL}/", lambda route: route.fulfill(body=NEWS, content_type="text/html"))
    page.route("**/*.*s", lambda route: route.fulfill(path=STATIC / Path(route.request.url).name))
    page.goto(f"{LMS}/")
    tool = page.frame_locator("iframe")

    page.evaluate("scrollTo(0, 500)")
    wait_until(lambda: is_last_on_screen(tool), seconds=10, what="the line is where it is seen")
    tool.locator("textarea").evaluate("field => field.focus({ preventScroll: true })")
    wait_until(lambda: not is_last_on_screen(tool), seconds=10, what="it leaves what is typed")
    page.close()


def is_last_on_screen(tool: FrameLocator) -> bool:
    """Say whether the line of news ends where the window does."""
    box = tool.locator(".news").bounding_box()
    return box is not None and abs(box["y"] + box["height"] - DESKTOP["height"]) < 2
