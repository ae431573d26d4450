from pathlib import Path

from flask.testing import FlaskClient

import ltitool
from ltitool.app import create_app
from ltitool.settings import Settings
from tests.launching import TOOL


def test_a_healthy_tool_says_its_version(client: FlaskClient) -> None:
    answer = client.get("/health", base_url=TOOL)

    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ok", "version": ltitool.__version__},
    )


def test_without_its_database_the_tool_is_not_healthy(tmp_path: Path) -> None:
    app = create_app(
        Settings(
            public_url=TOOL,
            database_url=f"sqlite:///{tmp_path}/a-disk-that-is-gone/ltitool.sqlite",
            data_dir=tmp_path,
            secret_key="for tests only",
        )
    )

    answer = app.test_client().get("/health", base_url=TOOL)

    assert answer.status_code == 503
    assert answer.json is not None
    assert "cannot be reached" in answer.json["status"]
    app.extensions["http"].close()
    app.extensions["jobs"].huey.storage.close()
