"""A student at the screen: opens the activity from the course page and works through it."""

import os

from playwright.sync_api import BrowserContext, Frame, FrameLocator, Locator, Page, expect

from tests.browser import photograph

REASONS = (
    "Sam’s account is full of other people: her niece, her mum, a support group nobody knows "
    "about. None of them agreed to be part of this work, and a clear answer soon is kinder than "
    "silence. What it costs is the order in which things arrive."
)
SENTENCE = "It may be a joke, and it may be the one time that it is not a joke at all."
REFLECTION = (
    "I would like to say no, but I think I would judge my own advice by how it ended, "
    "even though I knew no more when I gave it than I do now."
)


class Student:
    """One person in one browser."""

    def __init__(self, context: BrowserContext, lms_url: str, name: str) -> None:
        self.page: Page = context.pages[0] if context.pages else context.new_page()
        self.lms_url = lms_url
        self.name = name
        self.tool: FrameLocator | Page = self.page.frame_locator("iframe[name=tool]")

    def log_in(self) -> None:
        self.page.goto(self.lms_url)
        self.page.get_by_role("button", name=self.name).click()

    def open_activity(self, title: str = "Pending") -> None:
        self.page.goto(self.lms_url)
        self.page.get_by_role("link", name=title, exact=True).click()
        self.heading().wait_for()

    def open_a_window(self) -> Page:
        """Press the button of a held launch, and go on in the window that it opens."""
        with self.page.context.expect_page() as opened:
            # Only what a person does themselves may open a window.
            self.control("Open the activity").press("Enter")
        self.tool = opened.value
        return opened.value

    def heading(self) -> Locator:
        return self.tool.get_by_role("heading", level=1)

    def control(self, name: str, *, exact: bool = False) -> Locator:
        """Return the button or link of this name."""
        button = self.tool.get_by_role("button", name=name, exact=exact)
        return button.or_(self.tool.get_by_role("link", name=name, exact=exact)).first

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press a button or follow a link."""
        self.use(self.control(name, exact=exact))

    def use(self, control: Locator) -> None:
        """Use a control that leads to another page, and wait for that page."""
        control.wait_for()  # until then an earlier page may still be on its way
        with self._inside().expect_navigation():
            _click(control)

    def tick(self, box: Locator) -> None:
        """Choose a radio button or tick a box."""
        if not box.is_checked():
            _click(box)
        expect(box).to_be_checked()

    def _inside(self) -> Frame | Page:
        """Return where the activity is shown now."""
        if isinstance(self.tool, Page):
            return self.tool
        frame = self.page.locator("iframe[name=tool]").element_handle().content_frame()
        assert frame is not None
        return frame

    def see(self, heading: str) -> None:
        self.tool.get_by_role("heading", level=1, name=heading).wait_for()

    def photograph(self, name: str) -> None:
        """Keep a picture of the whole activity, where pictures are asked for."""
        if "SCREENSHOTS" not in os.environ:
            return
        before = self.page.viewport_size
        assert before is not None
        frame = self.page.locator("iframe[name=tool]")
        if frame.count():
            inside = self._inside()
            height = inside.evaluate("document.documentElement.scrollHeight")
            frame.evaluate("(frame, height) => { frame.style.height = height + 'px'; }", height)
            # What lies outside the window is not painted in a frame of another site.
            self.page.set_viewport_size({"width": before["width"], "height": height + 300})
        self.page.wait_for_timeout(400)
        photograph(self.page, name)
        self.page.set_viewport_size(before)

    def answer(self, choice: int, rationale: str, *, lenses: tuple[str, ...] = ()) -> None:
        self.tick(self.tool.locator("input[name=choice]").nth(choice))
        self.tool.get_by_label("Your reasons").fill(rationale)
        if lenses:
            self.tick(self.tool.get_by_label("Fairly sure"))
        for lens in lenses:
            self.tick(self.tool.locator(f"#lens-{lens}"))

    def decide(self, choices: tuple[int, int, int] = (0, 1, 2)) -> None:
        """Walk through the story up to the curtain."""
        self.press("Start")
        self.see("The second half of the meeting")
        self.press("Go on")
        self.see("The request")
        self.press("Ask Priya what the policy says")
        self.tool.get_by_text("Both sentences are on page four").wait_for()
        self._answer_all(choices)

    def decide_from(self, scene: str, choices: tuple[int, int, int] = (0, 1, 2)) -> None:
        """Come back to the story and walk on from this scene."""
        self.press("Go on: Decide")
        self.see("The second half of the meeting")
        self.press("Go on")
        self.see(scene)
        self._answer_all(choices)

    def _answer_all(self, choices: tuple[int, int, int]) -> None:
        self.press("Give your answer")
        self.see("Your answer")
        self.answer(choices[0], REASONS, lenses=("privacy", "conflict"))
        self._keep_and_lock()
        for choice in choices[1:]:
            self.press("Go on")
            self.press("Give your answer")
            self.see("Your answer")
            self.answer(choice, SENTENCE)
            self._keep_and_lock()

    def _keep_and_lock(self) -> None:
        self.press("Keep my answer")
        self.see("Your answer is kept")
        self.press("Lock it in and go on")
        # Its own name has “go on” in it, too: the next press must not find it.
        kept = self.tool.get_by_role("heading", level=1, name="Your answer is kept")
        kept.wait_for(state="detached")

    def read_reasons(self) -> None:
        self.see("Others’ reasons")
        self.press("Go on: Group talk")
        self.tool.get_by_role("heading", level=1, name="Group talk").wait_for()

    def post(self, text: str) -> None:
        self.tool.get_by_label("Your post").fill(text)
        self.press("Post", exact=True)
        self.tool.get_by_text(text).first.wait_for()

    def reply(self, to: str, text: str) -> None:
        # With script the form opens in its place, without it on a page of its own.
        _click(self.tool.get_by_role("link", name=f"Reply to {to}").first)
        self.tool.get_by_label("Your reply").fill(text)
        self.press("Post reply")
        self.tool.get_by_text(text).first.wait_for()

    def decide_again(self, choice: int, *, cites: str = "Nobody’s in particular") -> None:
        self.press("Go on: Decide again")
        self.see("Decide again")
        self.finish_again(choice, cites=cites)

    def finish_again(self, choice: int, *, cites: str = "Nobody’s in particular") -> None:
        """Fill in the second answer and lock it."""
        self.answer(choice, REASONS, lenses=("privacy", "consent"))
        self.tick(self.tool.get_by_label(cites).first)
        self.press("Lock it in and see the ending")
        self.see("The ending")

    def reflect(self) -> None:
        self.press("See how the class answered")
        self.see("How the class answered")
        self.press("Go on and reflect")
        self.see("Reflect")
        self.tool.locator("#text-luck").fill(REFLECTION)
        self.use(self.tool.locator("#question-luck").get_by_role("button", name="Keep it"))
        self.press("See my progress and grade")
        self.see("My progress and grade")


def _click(control: Locator) -> None:
    """Do what a click on a control does, as assistive technology does it.

    On a busy machine Chromium now and then loses what mouse and keyboard send into a frame of
    another site, while that changes its size or has only just been given the focus.
    """
    expect(control).to_be_visible()
    expect(control).to_be_enabled()
    control.dispatch_event("click")
