"""What a scene is told with: words, voices, things on a screen, pictures, sounds, films."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ltitool.core.scenario.conditions import Test
from ltitool.core.scenario.parts import READ, Id, Line, MediaName, Name, Part, Text, one_of


class Image(Part):
    """A picture; `alt` may be empty only when it is decorative."""

    src: MediaName
    """The file, in the folder `media/` beside the story: svg, png, jpg or webp, up to 2 MiB."""
    alt: Annotated[str, READ]
    """What it shows, for whoever does not see it; empty when it is decorative."""
    decorative: bool = False
    """Whether it says nothing that the words do not say."""
    caption: Text | None = None
    """A text below it."""
    credit: Name | None = None
    """Who made it."""


class Timed(Part):
    """A sound or a film, always with a transcript."""

    src: MediaName
    """The file, in the folder `media/` beside the story: mp3 or mp4, up to 2 MiB."""
    transcript: Annotated[str, Field(min_length=1), READ]
    """What is heard and seen, in words."""
    captions: Annotated[str, Field(pattern=r"^media/.+\.vtt$")] | None = None
    """The captions of a film, a file in WebVTT."""
    title: Line | None = None
    """What it is called."""


class Say(Part):
    """Somebody speaks; an aside is heard by nobody in the room."""

    who: Id
    """Who, by their id in the cast."""
    text: Text
    """Their words, without quotes around them."""
    aside: bool = False
    """Whether only the reader hears it."""


CardKind = Literal[
    "friend-request",
    "message",
    "post",
    "email",
    "note",
    "record",
    "search-result",
    "endorsement",
    "photo-tag",
]


class Card(Part):
    """Something on a screen inside the story, drawn as real text."""

    kind: CardKind
    """What it looks like."""
    text: Text
    """What it says."""
    from_: Id | None = Field(default=None, alias="from")
    """Who sent or wrote it, by their id in the cast."""
    to: Id | None = None
    """Whom it was sent to, by their id in the cast."""
    account: Line | None = None
    """The account it came from, such as private or work."""
    audience: Line | None = None
    """Who can see it."""
    time: Line | None = None
    """When it came, as the screen shows it."""
    meta: Text | None = None
    """What stands small below it, such as how many have seen it."""


class Beat(Part):
    """One thing in a scene, shown only where its `when` holds."""

    model_config = one_of(("narrate",), ("say",), ("card",), ("image",), ("audio",), ("video",))

    narrate: Text | None = None
    """What is told."""
    say: Say | None = None
    """What somebody says."""
    card: Card | None = None
    """What is seen on a screen."""
    image: Image | None = None
    """A picture."""
    audio: Timed | None = None
    """A sound."""
    video: Timed | None = None
    """A film."""
    when: Test | None = None
    """Only where this holds."""

    @property
    def kind(self) -> str:
        """Which of the six it is."""
        return next(iter(self.model_fields_set - {"when"}))

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if len(self.model_fields_set - {"when"}) != 1:
            raise ValueError("a beat is exactly one of narrate, say, card, image, audio, video")
        return self
