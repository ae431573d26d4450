"""A launch as everything behind this package sees it, whatever message brought it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from ltitool.core.roles import Role
from ltitool.lti.claims import MessageType
from ltitool.lti.deep_linking import Asked


@dataclass(frozen=True)
class Launch:
    """A verified launch, as everything behind this package sees it."""

    registration_id: int
    deployment_id: str
    sub: str
    role: Role
    resource_link_id: str
    """Empty where the launch is about no link: there is none yet, or none is meant."""
    name: str = ""
    context_id: str = ""
    context_title: str = ""
    resource_link_title: str = ""
    is_test_user: bool = False
    custom: Mapping[str, str] = field(default_factory=dict)
    context_history: tuple[str, ...] = ()
    """The platform's ids of the courses this one was copied from, nearest first."""
    link_history: tuple[str, ...] = ()
    locale: str = ""
    return_url: str = ""
    line_item_url: str | None = None
    """The gradebook column; None unless the platform lets us send scores to it."""
    line_items_url: str | None = None
    """Where the course's gradebook columns are; None unless the platform lets us read them."""
    can_make_line_items: bool = False
    members_url: str | None = None
    groups_url: str | None = None
    """Where the groups of the course can be read; None unless the platform lets us."""
    group_sets_url: str | None = None
    notices_url: str | None = None
    """Where the platform takes our address for its notices of copied courses."""
    product_family: str = ""
    groups: tuple[str, ...] | None = None
    """The platform's ids of the groups this person is in; None where it did not say."""
    message_type: MessageType = MessageType.RESOURCE_LINK
    for_user: str = ""
    """Whose work is to be reviewed, where the platform says so."""
    asked: Asked | None = None
    """What the platform asks to be chosen for its course; None for every other kind of launch."""

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Self:
        """Return a launch from the plain values that `dataclasses.asdict` made of it."""
        asked = kept.get("asked")
        parts: dict[str, Any] = {
            "role": Role(kept["role"]),
            "message_type": MessageType(kept["message_type"]),
            "context_history": tuple(kept["context_history"]),
            "link_history": tuple(kept["link_history"]),
            "asked": Asked.restored(asked) if asked else None,
        }
        return cls(**{**kept, **parts})
