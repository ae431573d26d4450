"""A bare LTI tool to measure beside: stock PyLTI1p3 and Flask, its state in memory.

It does what the library's own examples do: log in, check the launch, greet. Its key set is cached.
"""

import os
from typing import Any

from flask import Flask, Response
from pylti1p3.contrib.flask import FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.launch_data_storage.base import LaunchDataStorage
from pylti1p3.tool_config import ToolConfDict

KEYS_FOR = 7200


class Memory(LaunchDataStorage[Any]):
    """What the library keeps between requests, in this process."""

    kept: dict[str, Any] = {}

    def can_set_keys_expiration(self) -> bool:
        return False

    def get_value(self, key: str) -> Any:
        return self.kept.get(self._prepare_key(key))

    def set_value(self, key: str, value: Any, exp: int | None = None) -> None:
        self.kept[self._prepare_key(key)] = value

    def check_value(self, key: str) -> bool:
        return self._prepare_key(key) in self.kept


def make_app() -> Flask:
    """Build the bare tool for the platform that the environment names."""
    issuer = os.environ["BENCH_PLATFORM"]
    app = Flask(__name__)
    app.secret_key = "for measuring only"
    config = ToolConfDict(
        {
            issuer: {
                "client_id": os.environ["BENCH_CLIENT_ID"],
                "auth_login_url": f"{issuer}/auth",
                "auth_token_url": f"{issuer}/token",
                "key_set_url": f"{issuer}/keys",
                "key_set": None,
                "deployment_ids": ["1"],
            }
        }
    )

    @app.get("/health")
    def health() -> str:
        return "ok"

    @app.get("/lti/login")
    def login() -> Response:
        started = FlaskOIDCLogin(FlaskRequest(), config, launch_data_storage=Memory())
        answer: Response = started.redirect(f"{os.environ['BENCH_TOOL']}/lti/launch")
        return answer

    @app.post("/lti/launch")
    def launch() -> str:
        message = FlaskMessageLaunch(FlaskRequest(), config, launch_data_storage=Memory())
        message.set_public_key_caching(Memory(), cache_lifetime=KEYS_FOR)
        name = message.get_launch_data().get("name", "")
        return f"<!doctype html><title>Hello</title><h1>Hello {name}</h1>"

    return app
