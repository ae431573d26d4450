from concurrent.futures import ThreadPoolExecutor

import pytest

from ltitool.actions.tokens import StoredTokens
from ltitool.lti.tokens import Token
from ltitool.storage.database import Database
from tests.conftest import Clock
from tests.gradebook import Gradebook

SCOPES = "a b"


@pytest.fixture(autouse=True)
def registrations(database: Database) -> None:
    Gradebook(database)
    Gradebook(database, "https://other.example")


def lasting(value: str, seconds: float = 3600) -> Token:
    return Token(value, round(Clock().now.timestamp() + seconds))


def test_a_token_outlives_the_process(database: Database) -> None:
    token = lasting("one")
    StoredTokens(database, Clock()).put(1, SCOPES, token)

    assert StoredTokens(database, Clock()).get(1, SCOPES) == token


def test_a_token_is_for_one_registration_and_one_set_of_scopes(database: Database) -> None:
    tokens = StoredTokens(database, Clock())
    tokens.put(1, SCOPES, lasting("one"))

    assert tokens.get(2, SCOPES) is None
    assert tokens.get(1, "a") is None
    assert StoredTokens(database, Clock()).get(2, SCOPES) is None


def test_a_token_takes_the_place_of_the_one_before(database: Database) -> None:
    StoredTokens(database, Clock()).put(1, SCOPES, lasting("one"))
    newer = lasting("two")
    StoredTokens(database, Clock()).put(1, SCOPES, newer)

    assert StoredTokens(database, Clock()).get(1, SCOPES) == newer


def test_what_another_process_has_renewed_is_found_when_ones_own_ends(database: Database) -> None:
    ours, theirs = StoredTokens(database, Clock()), StoredTokens(database, Clock())
    ours.put(1, SCOPES, lasting("old", 30))
    renewed = lasting("new")
    theirs.put(1, SCOPES, renewed)

    assert ours.get(1, SCOPES) == renewed


def test_processes_that_keep_their_first_token_at_once_agree(database: Database) -> None:
    stores = [StoredTokens(database, Clock()) for _process in range(8)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: one.put(1, SCOPES, lasting("x")), stores))

    kept = StoredTokens(database, Clock()).get(1, SCOPES)
    assert kept is not None
    assert kept.value == "x"
