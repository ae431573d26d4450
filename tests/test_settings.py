"""What an installation can choose: from the file, from the environment, and what cannot work."""

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import make_url

from ltitool.settings import Settings, SettingsError, shipped

ALL = {
    "public_url": "https://kaleidoscope.example.edu",
    "database_url": "postgresql+psycopg://me@db.example.edu/tool",
    "data_dir": "kept",
    "secret_key": "chosen by hand",
    "allow_private_hosts": True,
}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    """Return a settings file with this text."""
    path = Path("own.toml").absolute()
    path.write_text(text, "utf-8")
    return path


def with_everything_in(values: dict[str, object]) -> str:
    lines = [f'{k} = "{v}"' for k, v in values.items() if not isinstance(v, bool)]
    return "\n".join(lines + [f"{k} = {str(v).lower()}" for k, v in values.items() if v is True])


def loaded(file: Path | None = None, **environ: str) -> Settings:
    return Settings.load(file, {f"LTITOOL_{name.upper()}": v for name, v in environ.items()})


def test_without_any_choice_the_tool_is_on_this_machine_with_sqlite_in_its_folder() -> None:
    settings = loaded()

    assert settings.public_url == "http://localhost:8001"
    assert settings.data_dir == Path("data").absolute()
    assert settings.database_url == f"sqlite:///{settings.data_dir}/ltitool.sqlite"
    assert settings.allow_private_hosts is False


def test_every_setting_can_stand_in_the_file() -> None:
    expected = Settings(**{**ALL, "data_dir": Path("kept").absolute()})  # type: ignore[arg-type]

    assert ALL.keys() == {field.name for field in fields(Settings)}
    assert loaded(written(with_everything_in(ALL))) == expected


def test_every_setting_can_stand_in_the_environment() -> None:
    from_environment = loaded(None, **{name: str(value) for name, value in ALL.items()})

    assert from_environment == loaded(written(with_everything_in(ALL)))


def test_the_environment_wins_over_the_file_setting_by_setting() -> None:
    file = written('public_url = "https://file.example"\nsecret_key = "of the file"')
    settings = loaded(file, public_url="https://environment.example")

    assert settings.public_url == "https://environment.example"
    assert settings.secret_key == "of the file"


def test_the_environment_may_name_the_file() -> None:
    file = written('public_url = "https://file.example"')

    assert loaded(settings=str(file)).public_url == "https://file.example"


def test_the_shipped_file_names_every_setting_and_no_other() -> None:
    text = (shipped("config") / "settings.toml").read_text("utf-8")
    named = {line.partition(" = ")[0] for line in text.splitlines() if line[:1].isalpha()}

    assert named == ALL.keys()


def test_settings_nobody_knows_are_refused_in_the_file() -> None:
    file = written('publik_url = "x"\nsecret_kee = "y"')

    with pytest.raises(SettingsError, match=r"own\.toml has .* publik_url, secret_kee\."):
        loaded(file)


def test_settings_nobody_knows_are_refused_in_the_environment() -> None:
    with pytest.raises(SettingsError, match=r"LTITOOL_PUBLIK_URL, LTITOOL_SECRET_KEE\."):
        loaded(publik_url="x", secret_kee="y")


def test_the_environment_of_others_is_left_alone() -> None:
    assert Settings.load(environ={"PATH": "/bin", "TOOL_PUBLIC_URL": "x"}) == loaded()


@pytest.mark.parametrize(
    "content", [None, b"public_url = ", b"\xff\xfe", b'secret_key = "a"\nsecret_key = "b"']
)
def test_a_file_that_cannot_be_read_is_named(content: bytes | None) -> None:
    path = Path("own.toml")
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SettingsError, match=r"The settings file own\.toml cannot be read"):
        loaded(path)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://tool.example/", "https://tool.example"),
        ("https://tool.example:8443", "https://tool.example:8443"),
        ("http://localhost:8001", "http://localhost:8001"),
        ("http://tool.localhost:8001", "http://tool.localhost:8001"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:8001", "http://[::1]:8001"),
    ],
)
def test_the_public_url_is_an_origin(given: str, kept: str) -> None:
    settings = loaded(public_url=given)

    assert settings.public_url == kept
    assert settings.launch_url == f"{kept}/lti/launch"
    assert settings.login_url == f"{kept}/lti/login"
    assert settings.key_set_url == f"{kept}/lti/keys"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tool.example",
        "ftp://tool.example",
        "https://",
        "https://tool.example/lti",
        "https://tool.example/?a=b",
        "https://[::1",
        "https://tool.example:port",
        "https://tool.example:99999",
    ],
)
def test_what_is_no_origin_is_refused_as_the_public_url(url: str) -> None:
    with pytest.raises(SettingsError, match="it must be like https://tool"):
        loaded(public_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "http://tool.example",
        "http://10.0.0.5:8001",
        "http://localhost.example",
        "http://notlocalhost",
    ],
)
def test_without_https_only_this_machine_is_served(url: str) -> None:
    with pytest.raises(SettingsError, match="Put the tool behind https"):
        loaded(public_url=url)


@pytest.mark.parametrize("word", ["1", "true", "True", "YES", "on", " on "])
def test_words_for_yes(word: str) -> None:
    assert loaded(allow_private_hosts=word).allow_private_hosts is True


@pytest.mark.parametrize("word", ["0", "false", "No", "off", ""])
def test_words_for_no(word: str) -> None:
    file = written("allow_private_hosts = true")

    assert loaded(file, allow_private_hosts=word).allow_private_hosts is False


@pytest.mark.parametrize("word", ["2", "maybe", "truely", "None"])
def test_other_words_are_neither_yes_nor_no(word: str) -> None:
    with pytest.raises(SettingsError, match="it must be true or false"):
        loaded(allow_private_hosts=word)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+asyncpg"])
def test_postgresql_is_reached_by_the_driver_that_is_installed(scheme: str) -> None:
    settings = loaded(database_url=f"{scheme}://me:p%40ss@db.example/tool")

    assert settings.database_url == "postgresql+psycopg://me:p%40ss@db.example/tool"


def test_sqlite_may_be_another_file() -> None:
    url = make_url(loaded(database_url="sqlite:////srv/tool.sqlite").database_url)

    assert (url.drivername, url.database) == ("sqlite", "/srv/tool.sqlite")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:hunter2@db.example/tool",
        "postgres://me:hunter2@db.example/tool",
        "me:hunter2@db.example/tool",
        "postgresql://me:hunter2@db.example:port/tool",
        "hunter2",
    ],
)
def test_a_database_that_cannot_be_used_is_refused_without_repeating_its_password(
    url: str,
) -> None:
    with pytest.raises(SettingsError, match="database_url must be like") as refusal:
        loaded(database_url=url)

    assert "hunter2" not in str(refusal.value)


def test_a_data_folder_that_cannot_be_made_is_refused() -> None:
    Path("taken").touch()

    with pytest.raises(SettingsError, match="data_dir"):
        loaded(data_dir="taken/data")


def test_the_secret_key_is_made_on_the_first_start_for_its_owner_only_and_kept() -> None:
    first = loaded()
    path = first.data_dir / "secret_key"

    assert len(first.secret_key) >= 48
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in first.data_dir.iterdir()] == ["secret_key"]
    assert loaded().secret_key == first.secret_key
    assert loaded(data_dir="elsewhere").secret_key != first.secret_key


def test_a_secret_key_of_ones_own_is_not_written_anywhere() -> None:
    settings = loaded(secret_key="chosen by hand")

    assert settings.secret_key == "chosen by hand"
    assert list(settings.data_dir.iterdir()) == []


START = "import sys, ltitool.settings as s; input(); sys.stdout.write(s.Settings.load().secret_key)"


def test_starts_at_once_agree_on_the_secret_key() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LTITOOL_")}
    with ExitStack() as stack:
        starts = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", START],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=environment,
                    text=True,
                )
            )
            for _one in range(4)
        ]
        for start in starts:
            assert start.stdin is not None
            start.stdin.write("\n")
            start.stdin.flush()
        keys = {start.communicate(timeout=60)[0] for start in starts}

    assert keys == {loaded().secret_key}
    assert [file.name for file in Path("data").iterdir()] == ["secret_key"]
