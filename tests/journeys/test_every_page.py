"""Every page in a real browser: by ear, at 320 px, in the dark, without script."""

from pathlib import Path

from playwright.sync_api import Frame, Playwright

from tests.browser import accessibility_faults, window
from tests.journeys.conftest import Town
from tests.journeys.student import REFLECTION, Student
from tests.postgres import wait_until

ZOE, ROSA = "Zoë Bright", "Dr Rosa Okoye"
POST = "I would wait until Thursday and say it on a walk, because a button cannot say why."
REPLY = "Four days of silence already say something, and Lucy can read that as well as we can."
NARROW = 354  # of the course page, so that the frame in it is 320 wide
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((part) => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((part) => part.outerHTML.slice(0, 120))"""
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

FAINT = """() => {
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map((one) => (one / 255) ** 2.2);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const paper = light(getComputedStyle(document.documentElement).backgroundColor);
  const contrast = (ink) => Math.max(ink, paper) / Math.min(ink, paper);
  return [...document.querySelectorAll("svg text, h1, main p")]
    .filter((part) => part.checkVisibility())
    .filter((part) => {
      const { fill, color } = getComputedStyle(part);
      return contrast(light(part.closest("svg") ? fill : color)) < 4.5;
    })
    .map((part) => part.outerHTML.slice(0, 120));
}"""
"""What can hardly be read where no axe looks: words in drawings, and words on paper."""


class Inspector:
    """Looks at each page that somebody comes to, and remembers what is wrong with it."""

    def __init__(self, student: Student) -> None:
        self.student = student
        self.faults: dict[str, list[str]] = {}
        self.seen = 0

    def look(self) -> None:
        page = self.student.page
        name = self.student.heading().inner_text()
        found = [f"light: {fault}" for fault in accessibility_faults(page)]
        frame = self._frame()
        page.emulate_media(color_scheme="dark", forced_colors="active")
        found += [f"faint in forced colours: {part}" for part in frame.evaluate(FAINT)]
        page.emulate_media(forced_colors="none")
        frame.evaluate("document.documentElement.removeAttribute('data-theme')")
        found += [f"dark: {fault}" for fault in accessibility_faults(page)]
        page.emulate_media(media="print")
        found += [f"faint on paper: {part}" for part in frame.evaluate(FAINT)]
        page.emulate_media(media="screen", color_scheme="light")
        width = frame.evaluate("document.documentElement.clientWidth")
        if width != 320:
            found.append(f"looked at with {width} px")
        if frame.evaluate(SCROLLS):
            found += [f"wider than 320 px: {part}" for part in frame.evaluate(TOO_WIDE)]
        self.seen += 1
        if found:
            self.faults[name] = found

    def _frame(self) -> Frame:
        frame = self.student.page.locator("iframe[name=tool]").element_handle().content_frame()
        assert frame is not None
        return frame


def test_no_page_of_a_student_has_a_fault(
    playwright: Playwright, town: Town, tmp_path: Path
) -> None:
    with window(playwright, tmp_path / "zoe") as context:
        zoe = Student(context, town.lms.base_url, ZOE)
        zoe.page.set_viewport_size({"width": NARROW, "height": 800})
        inspector = Inspector(zoe)
        story(zoe, inspector)
        talk(zoe, inspector)
        closing(zoe, inspector)

    assert inspector.faults == {}
    assert inspector.seen == 19


def story(zoe: Student, inspector: Inspector) -> None:
    zoe.log_in()
    zoe.open_activity()
    inspector.look()
    zoe.press("another way through", exact=True)
    zoe.see("Another way through")
    inspector.look()
    zoe.press("Leave it as it is")
    zoe.see("Pending")
    zoe.press("Start")
    inspector.look()
    zoe.press("Go on")
    zoe.press("Ask Priya what the policy says")
    inspector.look()
    zoe.press("Give your answer")
    zoe.press("Keep my answer")
    zoe.tool.get_by_role("alert").wait_for()
    inspector.look()
    zoe.open_activity()
    zoe.decide_from("The request")
    inspector.look()  # others’ reasons


def talk(zoe: Student, inspector: Inspector) -> None:
    zoe.read_reasons()
    inspector.look()
    zoe.post(POST)
    zoe.press("Edit")
    zoe.see("Change your post")
    inspector.look()
    zoe.press("Leave it as it is")
    zoe.press("Withdraw")
    zoe.see("Withdraw your post?")
    inspector.look()
    zoe.press("Leave it", exact=True)
    zoe.reply(zoe.tool.locator(".first-case b").first.inner_text(), REPLY)
    inspector.look()


def closing(zoe: Student, inspector: Inspector) -> None:
    zoe.press("Go on: Decide again")
    zoe.see("Decide again")
    inspector.look()
    zoe.press("Lock it in and see the ending")
    zoe.tool.get_by_role("alert").wait_for()
    inspector.look()
    zoe.finish_again(1)
    inspector.look()
    zoe.press("See how the class answered")
    zoe.see("How the class answered")
    inspector.look()
    zoe.press("Go on and reflect")
    zoe.see("Reflect")
    inspector.look()
    zoe.tool.locator("#text-luck").fill(REFLECTION)
    zoe.tool.locator("#question-luck").get_by_role("button", name="Keep it").press("Enter")
    zoe.press("Your path through the story, as a map")
    zoe.see("Your path through the story")
    inspector.look()
    zoe.press("My progress and grade")
    zoe.see("My progress and grade")
    inspector.look()
    zoe.press("Save and leave")
    inspector.look()
    zoe.open_activity()
    zoe.press("Start the story over")
    inspector.look()


def test_no_page_of_a_teacher_has_a_fault(
    playwright: Playwright, town: Town, tmp_path: Path
) -> None:
    with window(playwright, tmp_path / "zoe") as context:
        zoe = Student(context, town.lms.base_url, ZOE)
        zoe.log_in()
        zoe.open_activity()
        zoe.decide()
        zoe.read_reasons()
        zoe.post(POST)
    with window(playwright, tmp_path / "rosa") as context:
        rosa = Student(context, town.lms.base_url, ROSA)
        rosa.page.set_viewport_size({"width": NARROW, "height": 800})
        inspector = Inspector(rosa)
        rosa.log_in()
        rosa.open_activity("A new activity")
        inspector.look()
        rosa.open_activity()
        inspector.look()
        rosa.press(ZOE)
        rosa.see(ZOE)
        inspector.look()
        rosa.press("Reset the attempt …")
        inspector.look()
        rosa.press("Groups")
        rosa.see("Groups")
        inspector.look()
        rosa.use(rosa.tool.locator("table a").first)
        rosa.tool.get_by_text(POST).wait_for()
        inspector.look()
        rosa.press("Hide")
        inspector.look()
        rosa.press("Answers")
        rosa.see("Answers and reflections")
        inspector.look()
        rosa.use(rosa.tool.get_by_role("link", name="What would you advise Sam to do").first)
        rosa.tool.get_by_text("a clear answer soon").first.wait_for()
        inspector.look()
        rosa.press("Settings")
        rosa.see("Settings")
        inspector.look()

    assert inspector.faults == {}
    assert inspector.seen == 10


def test_a_student_alone_reaches_a_hundred_without_script(
    playwright: Playwright, town: Town, tmp_path: Path
) -> None:
    with window(playwright, tmp_path / "zoe", has_script=False) as context:
        zoe = Student(context, town.lms.base_url, ZOE)
        zoe.log_in()
        zoe.page.get_by_role("link", name="Pending", exact=True).click()
        zoe.press("Continue")  # the page of the LMS that else sends itself
        zoe.decide()
        zoe.read_reasons()
        zoe.post(POST)
        zoe.reply(zoe.tool.locator(".first-case b").first.inner_text(), REPLY)
        zoe.decide_again(1)
        zoe.reflect()
        zoe.tool.get_by_text("of 100 so far. Everything is done.").wait_for()

    wait_until(lambda: len(town.lms.grades) == 1, seconds=20, what="the grade arrives")
