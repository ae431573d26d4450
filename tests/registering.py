"""A platform that takes registrations as Moodle and Canvas do, and answers as a test tells it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.lms import Asked, Lms, Reply, replied

CONFIGURATION = "/openid-configuration"
REGISTRATION = "/openid-registration"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOKEN = "one-time-token"


@dataclass
class RegisteringPlatform:
    """What a platform is to a registration; each part can be changed."""

    lms: Lms
    family: str = "moodle"
    client_id: str = "client-77"
    deployment_id: str | None = "1"
    status: int = 200
    changes: dict[str, Any] = field(default_factory=dict)
    scopes: str | None = None
    configuration_answer: Callable[[Asked], Reply] | None = None
    registration_answer: Callable[[Asked], Reply] | None = None

    def __post_init__(self) -> None:
        self.lms.answer = self._answer

    @property
    def configuration_url(self) -> str:
        return f"{self.lms.url}{CONFIGURATION}"

    @property
    def taken(self) -> list[Asked]:
        """Registrations that were sent here."""
        return [one for one in self.lms.asked if one.method == "POST"]

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.lms.url,
            "authorization_endpoint": f"{self.lms.url}/auth",
            "token_endpoint": f"{self.lms.url}/token",
            "jwks_uri": f"{self.lms.url}/keys",
            "registration_endpoint": f"{self.lms.url}{REGISTRATION}",
            PLATFORM_CONFIGURATION: {"product_family_code": self.family},
            **self.changes,
        }

    def _answer(self, asked: Asked) -> Reply:
        if asked.path == CONFIGURATION:
            own = self.configuration_answer
            return own(asked) if own else replied(self.configuration())
        if asked.path != REGISTRATION:
            return Reply(404)
        if self.registration_answer:
            return self.registration_answer(asked)
        scope = asked.json["scope"] if self.scopes is None else self.scopes
        body: dict[str, Any] = {"client_id": self.client_id, "scope": scope}
        if self.deployment_id:
            body[TOOL_CONFIGURATION] = {"deployment_id": self.deployment_id}
        return replied(body, self.status)
