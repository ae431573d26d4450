"""Whose argument somebody took most seriously: what is offered to be cited, and what was chosen."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from ltitool.actions.closing import Cited
from ltitool.core.errors import InputRefused
from ltitool.core.words import own_words
from ltitool.storage.queries import citing as queries
from ltitool.storage.queries import story as story_queries
from ltitool.storage.queries import talk as talk_queries
from ltitool.storage.queries.talk import ReadPost
from ltitool.storage.tables import Thread
from ltitool.web.place import place
from ltitool.web.transaction import db
from ltitool.web.visit import here

NOBODY = "nobody"
LAST_PAGE = 1_000


@dataclass(frozen=True)
class Argument:
    """A post, a reason or a voice that this person could read, to be cited."""

    value: str
    author: str
    excerpt: str
    is_voice: bool = False
    """Whether the story's author wrote it."""
    is_hardest: bool = False
    """Whether this person found it the hardest to answer."""


@dataclass(frozen=True)
class Arguments:
    """What a page offers, and where more of the talk is."""

    offered: list[Argument]
    newer: int | None
    older: int | None


def arguments(cited: str, page: int) -> Arguments:
    """Return what may be cited: reasons met before, voices, and a page of the talk's posts."""
    page = min(max(page, 1), LAST_PAGE)
    thread = _thread()
    talk = queries.citable_posts(db(), thread.id, here().person_id, page=page) if thread else None
    posts = [_of_post(post) for post in talk.posts] if talk else []
    chosen = _post_cited(cited, thread)
    if chosen is not None and chosen not in posts:
        posts.insert(0, chosen)
    return Arguments(
        [*posts, *_reasons(), *_voices(thread)],
        page - 1 if page > 1 else None,
        page + 1 if talk and talk.has_older else None,
    )


def citation(value: str) -> Cited:
    """Return what a chosen value stands for; raises InputRefused for what could not be read."""
    if value == NOBODY:
        return Cited()
    thread = _thread()
    offered = [_post_cited(value, thread), *_reasons(), *_voices(thread)]
    if value not in {one.value for one in offered if one is not None}:
        raise InputRefused("That argument cannot be cited.")
    kind, _colon, name = value.partition(":")
    match kind:
        case "post":
            return Cited(post_id=int(name))
        case "reason":
            return Cited(position=int(name))
    return Cited(voice=name)


def _thread() -> Thread | None:
    return talk_queries.own_thread(db(), here().activity_id, here().person_id)


def _post_cited(value: str, thread: Thread | None) -> Argument | None:
    kind, _colon, name = value.partition(":")
    if thread is None or kind != "post" or not (name.isascii() and name.isdecimal()):
        return None
    found = queries.citable_post(db(), thread.id, here().person_id, min(int(name[:10]), 2**31 - 1))
    return _of_post(found) if found else None


def _of_post(read: ReadPost) -> Argument:
    return Argument(f"post:{read.post.id}", read.author, own_words(read.post.text))


def _reasons() -> Iterator[Argument]:
    """Yield the reasons of people that this person has met; who wrote them is not told."""
    for shown in _shown():
        if shown.rationale is not None:
            value = f"reason:{shown.position}"
            author = _("Somebody in your course")
            yield Argument(value, author, shown.rationale, is_hardest=shown.is_hardest)


def _voices(thread: Thread | None) -> Iterator[Argument]:
    """Yield the scripted voices that this person has met, each once."""
    scenario = place().scenario
    met = {voice.choice_id: voice.is_hardest for voice in _shown() if voice.rationale is None}
    heard = met.keys() | (queries.voices_in(db(), thread.id) if thread else set())
    for choice in scenario.talk_decision.choices:
        if choice.seed is not None and choice.id in heard:
            yield Argument(
                f"voice:{choice.id}",
                scenario.character(choice.seed.who).name,
                choice.seed.text,
                is_voice=True,
                is_hardest=met.get(choice.id, False),
            )


def _shown() -> list[story_queries.ShownVoice]:
    return story_queries.voices_shown(db(), here().activity_id, here().person_id)
