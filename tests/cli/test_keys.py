"""`ltitool keys`, and a secret key that was replaced."""

import pytest

from ltitool.actions import keys
from ltitool.app import prepare
from ltitool.core.errors import PlatformError
from ltitool.settings import Settings
from ltitool.storage.database import Database
from tests.cli.conftest import Run
from tests.conftest import Clock

SECRET = "for tests only, and long enough"


def kids(database: Database, clock: Clock) -> dict[str, str]:
    """Return what every published key does, by its id."""
    with database.session(is_read_only=True) as session:
        return {row.kid: str(state) for row, state in keys.listed(session, now=clock.now)}


def active(database: Database, clock: Clock) -> str:
    with database.transaction() as session:
        return keys.signing_key(session, SECRET, now=clock.now).kid


def published(database: Database, clock: Clock) -> set[str]:
    with database.session(is_read_only=True) as session:
        return {key.kid for key in keys.published_keys(session, SECRET, now=clock.now)}


def rotate(database: Database, clock: Clock, *, at_once: bool = False) -> str:
    with database.transaction() as session:
        return keys.rotate(session, SECRET, at_once=at_once, now=clock.now).kid


def test_a_new_key_is_published_a_day_before_it_signs_and_the_old_one_for_a_week_after(
    database: Database, clock: Clock
) -> None:
    old = active(database, clock)
    new = rotate(database, clock)

    assert kids(database, clock) == {new: "next", old: "active"}
    assert published(database, clock) == {new, old}
    clock.advance(hours=24)
    assert kids(database, clock) == {new: "active", old: "retired"}
    clock.advance(days=6, hours=23)
    assert published(database, clock) == {new, old}
    clock.advance(hours=2)
    assert published(database, clock) == {new}
    with database.transaction() as session:
        keys.forget_old(session, now=clock.now)
    assert active(database, clock) == new


def test_after_a_leak_a_new_key_signs_at_once(database: Database, clock: Clock) -> None:
    old = active(database, clock)

    for _time in range(5):  # names are drawn, so the order of names must not matter
        new = rotate(database, clock, at_once=True)

        found = kids(database, clock)
        assert [kid for kid, does in found.items() if does == "active"] == [new]
        assert found[old] == "retired"


def test_rotating_twice_lets_the_newer_key_follow(database: Database, clock: Clock) -> None:
    old = active(database, clock)
    rotate(database, clock)
    new = rotate(database, clock)

    assert kids(database, clock) == {new: "next", old: "active"}


def test_the_commands_say_what_each_key_does(run: Run) -> None:
    assert "There is no key yet" in run("keys", "list")[1]
    assert "signs from now on" in run("keys", "rotate")[1]

    code, said = run("keys", "rotate")

    assert code == 0
    assert "It signs from" in said
    listed = run("keys", "list")[1].splitlines()
    assert [line.split()[1] for line in listed] == ["next", "active"]


def test_a_replaced_secret_is_told_in_a_sentence_and_mended_by_a_new_key(
    run: Run, environment: dict[str, str]
) -> None:
    run("keys", "rotate")
    environment["LTITOOL_SECRET_KEY"] = "another secret, just as long as the first"

    code, said = run("keys", "list")
    assert code == 1
    assert "kept under another secret key" in said
    assert "ltitool keys rotate" in said
    assert "Traceback" not in said
    assert run("keys", "rotate")[0] == 0
    assert [line.split()[1] for line in run("keys", "list")[1].splitlines()] == ["active"]


def test_the_tool_does_not_start_on_a_replaced_secret(
    run: Run, environment: dict[str, str]
) -> None:
    run("keys", "rotate")
    environment["LTITOOL_SECRET_KEY"] = "another secret, just as long as the first"

    with pytest.raises(PlatformError, match="kept under another secret key"):
        prepare(Settings.load(environ=environment))
