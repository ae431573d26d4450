"""Connecting by hand: the values to copy."""

import pytest
from flask.testing import FlaskClient

from tests.launching import TOOL

ADDRESSES = [f"{TOOL}/lti/{name}" for name in ("launch", "login", "keys")]


@pytest.mark.parametrize("kind", ["moodle", "canvas", "openedx", "other"])
def test_each_lms_has_a_page_with_the_values_to_copy(client: FlaskClient, kind: str) -> None:
    assert f"/lti/setup/{kind}" in client.get("/lti/setup", base_url=TOOL).text

    page = client.get(f"/lti/setup/{kind}", base_url=TOOL).text

    assert all(f'value="{address}"' in page for address in ADDRESSES)
    assert "$Context.id.history" in page


def test_another_lms_has_no_page(client: FlaskClient) -> None:
    assert client.get("/lti/setup/nonsense", base_url=TOOL).status_code == 404


def test_canvas_gets_its_configuration_by_address(client: FlaskClient) -> None:
    answer = client.get("/lti/canvas.json", base_url=TOOL)

    assert answer.mimetype == "application/json"
    assert answer.json is not None
    assert answer.json["target_link_uri"] == f"{TOOL}/lti/launch"
    assert answer.json["custom_fields"]["link_history"] == "$ResourceLink.id.history"
