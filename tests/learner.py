"""A learner who plays by plain HTTP: reads pages, fills in their forms, presses their buttons."""

import re
from copy import copy
from html import unescape
from typing import Any, Protocol, Self

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.launching import TOOL

REASONS = (
    "Sam’s account is full of other people, her niece and her mum among them, and none of them "
    "agreed to be part of this. A clear answer soon is kinder than silence, and what it costs is "
    "the order in which Lucy reads things."
)
SENTENCE = "It may be a joke, and it may be the one time that it is not a joke at all."
POST = "I would wait until Thursday and say it on a walk, because a button cannot say why."
REPLY = "Four days of silence already say something, and Lucy can read that as well as we can."
REFLECTION = (
    "I would like to say no, but I think I would judge my own advice by how it ended, even though "
    "I knew no more when I gave it than I do now."
)
TALK_FIELDS: dict[str, Any] = {
    "rationale": REASONS,
    "confidence": "3",
    "lens": ["privacy", "conflict"],
}
FIRST, SECOND, THIRD = (
    ("request", "d1-request"),
    ("late-post", "d2-night"),
    ("thursday", "d3-agreement"),
)


class Launches(Protocol):
    """A platform that can launch the tool."""

    def launch(self, client: FlaskClient, claims: dict[str, Any], /) -> TestResponse: ...


class Learner:
    """One person in one browser, in one activity."""

    def __init__(self, client: FlaskClient, platform: Launches, sub: str, **changes: Any) -> None:
        self.client = client
        self.sub = sub
        self._mark: str | None = None
        claims = {"sub": sub, "name": f"Person {sub}", **changes}
        answer = platform.launch(client, claims)
        assert answer.status_code == 303, answer.text
        self.url = "/".join(answer.location.split("/")[:3])  # /v/<visit>

    def moved_to(self, client: FlaskClient) -> Self:
        """Return the same person in another browser that holds the same cookies."""
        client._cookies = dict(self.client._cookies or {})
        who = copy(self)
        who.client = client
        return who

    def get(self, path: str, status: int = 200) -> str:
        """Return a page of the activity."""
        answer = self.client.get(f"{self.url}{path}", base_url=TOOL, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return answer.text

    def token(self, path: str = "/") -> str:
        """Return the token of a form on a page."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert found is not None, f"{path} has no form"
        return unescape(found.group(1))

    def send(
        self, path: str, fields: dict[str, Any] | None = None, *, form: str | None = None
    ) -> TestResponse:
        """Fill in the form on a page and send it; `form` is the page, if it has another address.

        The page is looked at for the first form only: all forms of a visit carry the same mark.
        """
        self._mark = self._mark or self.token(form or path)
        data = {"csrf_token": self._mark, **(fields or {})}
        return self.client.post(f"{self.url}{path}", data=data, base_url=TOOL)

    def decide(self, decision: tuple[str, str], choice: str, **fields: Any) -> None:
        """Keep an answer and lock it."""
        scene, _decision_id = decision
        answer = self.send(f"/story/{scene}/decide", {"choice": choice, **fields})
        assert answer.status_code == 303, answer.text
        locked = self.send(f"/story/{scene}/lock", form=f"/story/{scene}/decide")
        assert locked.status_code == 303, locked.text

    def play(self, first: str = "hold", night: str = "call", then: str = "together") -> None:
        """Play the story to the curtain."""
        self.decide(FIRST, first, **TALK_FIELDS)
        self.decide(SECOND, night, rationale=SENTENCE)
        self.decide(THIRD, then, rationale=SENTENCE)

    def read_reasons(self) -> None:
        assert self.send("/reasons/").status_code == 303

    def say(
        self,
        text: str,
        parent: int | None = None,
        submission: str = "",
        *,
        anyway: bool = True,
        **fields: str,
    ) -> TestResponse:
        """Post, or reply; `anyway` also where it would not count."""
        fields |= {"text": text, "parent": str(parent or ""), "submission_id": submission or text}
        return self.send("/talk/", fields | ({"anyway": "1"} if anyway else {}))

    def voice(self) -> int:
        """Return the post of the scripted voice that opens the thread."""
        found = re.search(r'first-case.*?id="post-(\d+)"', self.get("/talk/"), re.DOTALL)
        assert found is not None
        return int(found.group(1))

    def talk(self) -> None:
        """Post, and answer the voice of the story, in words of one's own."""
        own = " ".join(f"{self.sub}{letter}" for letter in "abcdefgh")
        assert self.say(f"{POST} {own}").status_code == 303
        assert self.say(f"{REPLY} {own}", self.voice()).status_code == 303

    def answer_both_voices(self) -> None:
        """Reply to both voices of the story that somebody on their own meets."""
        for text in (POST, REPLY):
            choice = re.findall(r'action="[^"]*/alone/([\w-]+)"', self.get("/alone/"))[0]
            sent = self.send(
                f"/alone/{choice}", {"text": text, "submission_id": text}, form="/alone/"
            )
            assert sent.status_code == 303, sent.text

    def decide_again(self, choice: str = "channel", cited: str = "nobody") -> TestResponse:
        return self.send("/again/", {"choice": choice, "cited": cited, **TALK_FIELDS})

    def reflect(self) -> TestResponse:
        return self.send("/reflect/luck", {"text": REFLECTION}, form="/reflect/")

    def finish(self, first: str = "hold", again: str = "channel") -> None:
        """Do everything the activity asks."""
        self.play(first)
        self.read_reasons()
        self.talk()
        assert self.decide_again(again).status_code == 303
        assert self.reflect().status_code == 303
