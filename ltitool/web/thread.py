"""A thread as its reader meets it: posts in strands, what is new among them, page by page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from flask_babel import gettext as _

from ltitool.core.scenario import Scenario, Seed
from ltitool.core.talk import PostState, can_edit
from ltitool.storage.queries import talk as queries
from ltitool.storage.queries import thread as thread_queries
from ltitool.storage.tables import Post, Thread
from ltitool.web.transaction import db, now


@dataclass(frozen=True)
class Said:
    """A post as this reader meets it."""

    post: Post
    text: str
    """Its words; those of a voice in the language in which the story is told to this reader."""
    language: str
    """Of a voice; empty for what people wrote."""
    author: str
    to: str
    """Whom a reply answers, where that is not the post it stands under."""
    is_mine: bool
    is_voice: bool
    is_new: bool
    is_staff: bool
    can_edit: bool

    @property
    def is_readable(self) -> bool:
        """Whether its words are shown; a hidden post is shown to its author alone."""
        return self.post.state is PostState.STANDING or (
            self.is_mine and self.post.state is PostState.HIDDEN
        )


@dataclass
class Strand:
    """A post and the replies under it, as far as they stand on one page."""

    top_id: int
    head: Said | None = None
    """None where the head stands on an earlier page."""
    replies: list[Said] = field(default_factory=list)

    @property
    def voice(self) -> str:
        """The choice whose voice from the story is at its head; empty where a person is."""
        return self.head.post.voice if self.head else ""

    @property
    def posts(self) -> list[Said]:
        """All of them, in the order in which they are read."""
        return [self.head, *self.replies] if self.head else self.replies


@dataclass(frozen=True)
class ThreadPage:
    """One page of a thread, and what its reader does not know yet."""

    strands: list[Strand]
    extent: thread_queries.Extent
    number: int
    new_ids: list[int]
    """What others posted since this person was here last, on whichever page."""
    seen_id: int
    """Up to which post everything new is on this page, or was read before."""

    @property
    def posts(self) -> Iterable[Said]:
        """Every post on this page."""
        return (said for strand in self.strands for said in strand.posts)

    @property
    def opening(self) -> Strand | None:
        """The voice of the story that opens the talk, where this page shows it."""
        first = self.strands[0] if self.strands else None
        return first if first and first.head and first.head.is_voice else None

    @property
    def first_new_id(self) -> int:
        """The post under the line that says what is new; 0 where this page has none."""
        return next((said.post.id for said in self.posts if said.is_new), 0)

    def find(self, post_id: int | None) -> Said | None:
        """Return a post of this page that may be read."""
        return next((one for one in self.posts if one.post.id == post_id and one.is_readable), None)


NOTHING_SAID = ThreadPage([], thread_queries.Extent(0, 0, 0), 1, [], 0)


def read_page(thread: Thread, scenario: Scenario, person_id: int, number: int) -> ThreadPage:
    """Return one page of a thread; the last where so many are not there."""
    extent = thread_queries.extent_of(db(), thread.id)
    number = min(max(number, 1), extent.pages)
    seen_id = thread_queries.seen_up_to(db(), thread.id, person_id)
    new_ids = (
        thread_queries.news_in(db(), thread.id, person_id, seen_id) if seen_id is not None else []
    )
    posts = queries.posts_in(db(), thread.id, page=number)
    shown = {read.post.id for read in posts}
    elsewhere = next((post_id for post_id in new_ids if post_id not in shown), None)
    return ThreadPage(
        strands(posts, scenario, person_id, new_ids),
        extent,
        number,
        new_ids,
        elsewhere - 1 if elsewhere else extent.newest_id,
    )


def strands(
    posts: list[queries.ReadPost],
    scenario: Scenario,
    person_id: int | None,
    new_ids: Collection[int] = (),
) -> list[Strand]:
    """Return the posts of a thread with their replies under them, as `person_id` reads them."""
    found: dict[int, Strand] = {}
    known = set(new_ids)
    for read in posts:
        post = read.post
        strand = found.setdefault(post.top_id or post.id, Strand(post.top_id or post.id))
        is_mine = person_id is not None and post.person_id == person_id
        stands_under = strand.head is not None and post.parent_id == strand.top_id
        said = Said(
            post,
            _words(post, scenario),
            language=scenario.language if post.voice else "",
            author=author_of(read, scenario),
            to="" if stands_under else _voice(scenario, read.to_voice) or read.to_author,
            is_mine=is_mine,
            is_voice=bool(post.voice),
            is_new=post.id in known,
            is_staff=post.by_staff,
            can_edit=is_mine
            and post.state is PostState.STANDING
            and can_edit(post.posted_at, now()),
        )
        if post.top_id is None:
            strand.head = said
        else:
            strand.replies.append(said)
    return list(found.values())


def author_of(read: queries.ReadPost, scenario: Scenario) -> str:
    """Return what readers are told about who said something."""
    nameless = _("Teaching staff") if read.post.by_staff else ""
    return _voice(scenario, read.post.voice) or read.author or nameless


def _voice(scenario: Scenario, choice_id: str) -> str:
    seed = _seed(scenario, choice_id)
    return scenario.character(seed.who).name if seed else ""


def _words(post: Post, scenario: Scenario) -> str:
    """Return what a post says; a voice speaks the language of its reader, not of its thread."""
    seed = _seed(scenario, post.voice)
    return seed.text if seed else post.text


def _seed(scenario: Scenario, choice_id: str) -> Seed | None:
    return scenario.talk_decision.choice(choice_id).seed if choice_id else None


def said_in(thread: Thread, post_id: int, scenario: Scenario, person_id: int) -> Said | None:
    """Return one post of a thread as this person reads it; None where there is nothing to read."""
    read = queries.read_post(db(), thread.id, post_id)
    if read is None:
        return None
    [strand] = strands([read], scenario, person_id)
    return next((said for said in strand.posts if said.is_readable), None)
