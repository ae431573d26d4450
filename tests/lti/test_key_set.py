"""The platforms' keys: kept, renewed, and given up when the platform no longer publishes them."""

import json

import pytest
from jwt.algorithms import RSAAlgorithm

from ltitool.core.errors import PlatformError
from ltitool.lti.http import PlatformHttp
from ltitool.lti.key_set import COOL_DOWN, FRESH_FOR, KeySets
from tests.lms import KEY, Lms, Reply, replied


class Publisher:
    """A platform that publishes keys by these names, and a clock beside it."""

    def __init__(self, lms: Lms, http: PlatformHttp) -> None:
        self.lms = lms
        self.names = ["first"]
        self.seconds = 0.0
        self.sets = KeySets(http, lambda: self.seconds)
        lms.answer = lambda _asked: replied({"keys": [self._key(name) for name in self.names]})

    def knows(self, name: str) -> bool:
        return self.sets.find(self.lms.platform(), name) is not None

    @staticmethod
    def _key(name: str) -> dict[str, str]:
        public = RSAAlgorithm.to_jwk(KEY.private.public_key())
        return {**json.loads(public), "kid": name}


@pytest.fixture
def publisher(lms: Lms, http: PlatformHttp) -> Publisher:
    return Publisher(lms, http)


def test_keys_are_fetched_once_in_an_hour(publisher: Publisher) -> None:
    for _launch in range(5):
        publisher.seconds += FRESH_FOR / 5
        assert publisher.knows("first")

    assert len(publisher.lms.asked) == 1


def test_a_key_that_the_platform_has_withdrawn_is_refused_after_an_hour(
    publisher: Publisher,
) -> None:
    assert publisher.knows("first")
    publisher.names = ["second"]

    publisher.seconds += FRESH_FOR + 1

    assert not publisher.knows("first")
    assert publisher.knows("second")


def test_a_platform_that_cannot_be_reached_does_not_shut_its_people_out(
    publisher: Publisher,
) -> None:
    assert publisher.knows("first")
    publisher.lms.answer = lambda _asked: Reply(503)

    publisher.seconds += FRESH_FOR + 1

    assert publisher.knows("first")
    publisher.seconds += COOL_DOWN - 1
    assert publisher.knows("first")
    assert len(publisher.lms.asked) == 2


def test_an_unknown_key_is_asked_for_once_in_a_while(publisher: Publisher) -> None:
    assert publisher.knows("first")

    for _launch in range(5):
        assert not publisher.knows("made up")
    publisher.seconds += COOL_DOWN
    assert not publisher.knows("made up")

    assert len(publisher.lms.asked) == 2


def test_an_unknown_key_is_not_found_in_a_set_that_cannot_be_fetched(publisher: Publisher) -> None:
    publisher.lms.answer = lambda _asked: Reply(500)

    with pytest.raises(PlatformError, match="could not be fetched"):
        publisher.knows("first")
