"""Deep Linking 2.0: what a platform asks to be chosen, and the signed answer it gets.

The library's deep link class is subclassed for its place in the flow; what it says is ours: it
would send `data: null`, empty addresses, and times that Moodle refuses.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

import jwt
from pylti1p3.deep_link import DeepLink
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.registration import Registration

from ltitool.core.errors import LaunchRefused
from ltitool.lti import claims
from ltitool.lti.line_items import TAG
from ltitool.lti.platform import Platform, host_of
from ltitool.lti.tool_keys import SigningKey

LINK = "ltiResourceLink"
LONGEST_RETURN_URL = 8_000
"""Canvas puts a signed token into it."""

LARGEST_DATA = 20_000
ANSWER_SECONDS = 600
BACKDATED_SECONDS = 60
"""Moodle allows no skew at all: an answer from its future is refused."""

FRAME_HEIGHT = 800
COPIED_ALONG = {
    "context_history": "$Context.id.history",
    "link_history": "$ResourceLink.id.history",
}
"""Sent with every link, so that a copy of the course tells where it comes from."""


@dataclass(frozen=True)
class Asked:
    """What a platform asks to be chosen, and where the answer goes."""

    return_url: str
    takes_many: bool = False
    takes_columns: bool = True
    targets: tuple[str, ...] = ()
    """Where it can show a link: `iframe`, `window`, `frame`."""
    data: Any = None
    """Given back as it came; None where nothing came."""

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Self:
        """Return it from the plain values that `dataclasses.asdict` made of it."""
        return cls(**{**kept, "targets": tuple(kept["targets"])})


@dataclass(frozen=True)
class Link:
    """A link to one activity, for the platform to add to its course."""

    key: str
    """Opaque; a launch of the link brings it back as `custom.activity`."""
    title: str
    text: str
    resource_id: str
    maximum: int | None
    """What its gradebook column counts to; None where it is placed without a grade."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """How it is run, as more custom parameters: for a copy where the key says nothing."""
    opens_at: datetime | None = None
    due_at: datetime | None = None
    in_window: bool = False


def asked_for(claim: Mapping[str, Any], platform: Platform) -> Asked:
    """Return what a deep linking request asks; raises LaunchRefused when it cannot be answered."""
    told = claim.get(claims.DEEP_LINKING_SETTINGS)
    if not isinstance(told, dict):
        raise LaunchRefused("DL-SETTINGS", "The LMS did not say what it wants to have chosen.")
    types = told.get("accept_types")
    if not isinstance(types, list) or LINK not in types:
        raise LaunchRefused(
            "DL-TYPES",
            "The LMS asks for something else than an activity here, such as a file or an image. "
            "Add Kaleidoscope where your course takes activities or external tools.",
        )
    return_url = _address(told.get("deep_link_return_url"))
    if not return_url:
        raise LaunchRefused("DL-RETURN", "The LMS did not say where the choice is to be sent.")
    if not platform.takes_answers_at(return_url):
        raise LaunchRefused(
            "DL-RETURN-HOST",
            f"The LMS wants the choice sent to {host_of(return_url)}, which is not one of its "
            "known addresses. Those who run the tool can add it: "
            f"ltitool platforms edit “{platform.name}” --frame-origin",
        )
    data = told.get("data")
    if len(json.dumps(data)) > LARGEST_DATA:
        raise LaunchRefused("DL-DATA", "The LMS sent more along than can be given back to it.")
    targets = told.get("accept_presentation_document_targets")
    return Asked(
        return_url=return_url,
        takes_many=_is_true(told.get("accept_multiple")),
        takes_columns=not _is_false(told.get("accept_lineitem")),
        targets=tuple(one for one in ("iframe", "window", "frame") if one in targets)
        if isinstance(targets, list)
        else (),
        data=data,
    )


class Answer(DeepLink):
    """The answer to one request: links for the course, or none."""

    def __init__(
        self, platform: Platform, deployment_id: str, asked: Asked, key: SigningKey
    ) -> None:
        """Sign with our key for this platform and deployment."""
        super().__init__(Registration(), deployment_id, {})
        self._platform = platform
        self._asked = asked
        self._key = key

    def encode_jwt(self, message: Mapping[str, Any]) -> str:
        """Return the message signed, with the id of our key."""
        return jwt.encode(dict(message), self._key.private, "RS256", {"kid": self._key.kid})

    def message(
        self, items: Sequence["Item"], *, now: int, nonce: str, words: str = ""
    ) -> dict[str, Any]:
        """Return the claims; `words` are for the person to read in the LMS."""
        told: dict[str, Any] = {
            "iss": self._platform.client_id,
            "aud": self._platform.issuer,
            "iat": now - BACKDATED_SECONDS,
            "nbf": now - BACKDATED_SECONDS,
            "exp": now + ANSWER_SECONDS,
            "nonce": nonce,
            claims.MESSAGE_TYPE: claims.DEEP_LINKING_RESPONSE,
            claims.VERSION: "1.3.0",
            claims.DEPLOYMENT_ID: self._deployment_id,
            claims.CONTENT_ITEMS: [item.to_dict() for item in items],
        }
        if words:
            told |= {claims.DEEP_LINKING_MESSAGE: words}
        told[claims.DEEP_LINKING_LOG] = f"links chosen: {len(items)}"
        if self._asked.data is not None:
            told[claims.DEEP_LINKING_DATA] = self._asked.data
        return told


class Item(DeepLinkResource):
    """One link as a content item, with what this platform understands and nothing empty."""

    def __init__(
        self, link: Link, asked: Asked, *, launch_url: str, icon_url: str, is_moodle: bool
    ) -> None:
        """Take the link and what was asked.

        Moodle finds a tool by the host of an item's address, which two registrations of one tool
        share; without an address it takes the tool that answers.
        """
        super().__init__()
        self._link = link
        self._asked = asked
        self._launch_url = "" if is_moodle else launch_url
        self._icon = icon_url

    def to_dict(self) -> dict[str, object]:
        """Return the item as the answer holds it."""
        link = self._link
        item: dict[str, object] = {
            "type": LINK,
            "title": link.title,
            "text": link.text,
            "custom": {"activity": link.key, **link.settings, **COPIED_ALONG},
            "icon": {"url": self._icon, "width": 64, "height": 64},
        }
        if self._launch_url:
            item["url"] = self._launch_url
        if link.maximum is not None and self._asked.takes_columns:
            item["lineItem"] = {
                "scoreMaximum": link.maximum,
                "label": link.title,
                "resourceId": link.resource_id,
                "tag": TAG,
            }
        if link.opens_at is not None:
            item["available"] = {"startDateTime": _moment(link.opens_at)}
        if link.due_at is not None:
            item["submission"] = {"endDateTime": _moment(link.due_at)}
        if link.in_window and "window" in self._asked.targets:
            item["window"] = {"targetName": "_blank"}
        elif "iframe" in self._asked.targets:
            item["iframe"] = {"height": FRAME_HEIGHT}
        return item


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _address(value: object) -> str:
    """Return an address of the web; nothing for anything else."""
    if not isinstance(value, str) or len(value) > LONGEST_RETURN_URL:
        return ""
    is_plain = value.isprintable() and value.isascii() and not set(value) & set(" \\\"'<>")
    return value if is_plain and value.startswith(("https://", "http://")) else ""


def _is_true(value: object) -> bool:
    return value is True or value == "true"


def _is_false(value: object) -> bool:
    return value is False or value == "false"
