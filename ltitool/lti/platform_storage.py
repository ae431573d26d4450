"""Platform Storage: where cookies are refused, the platform's page keeps word of a login.

By “LTI Platform Storage” and “LTI Client Side postMessages” of 1EdTech: the login page leaves a
value with the platform's page, and the launch page asks for it. Who can show it is in the browser
that began the login.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ltitool.lti.platform import Platform

PARENT = "_parent"
TARGET = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True)
class PlatformStorage:
    """The place on a platform's page where one login leaves its word."""

    frame: str
    """The frame that takes our messages, beside ours; `_parent` for the page around them."""
    origin: str
    """Whose messages alone are believed: where the platform logs people in."""
    key: str


def target_of(params: Mapping[str, str]) -> str:
    """Return the frame a login request offers for storage; empty when it offers none."""
    target = params.get("lti_storage_target", "")
    return target if TARGET.fullmatch(target) else ""


def storage_for(login_id: str, target: str, platform: Platform) -> PlatformStorage | None:
    """Return where a login leaves its word; None when its platform offered nothing."""
    parts = urlsplit(platform.auth_url)
    if not target:
        return None
    return PlatformStorage(target, f"{parts.scheme}://{parts.netloc}", f"login-{login_id}")
