"""The settings, read once from `config/settings.toml` and the environment.

No other module reads the environment or looks for the files that ship with the tool.
"""

import os
import secrets
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "LTITOOL_"
MEANS_YES = {"1", "true", "yes", "on"}
MEANS_NO = {"0", "false", "no", "off", ""}
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
"""The databases that can be used, each with the one driver that is installed."""


class SettingsError(Exception):
    """The settings do not make sense; the text says what to change."""


@dataclass(frozen=True)
class Settings:
    """Everything an installation can choose."""

    public_url: str
    """Where browsers reach the tool: scheme, host and port, no slash at the end."""
    database_url: str
    """An SQLAlchemy URL."""
    data_dir: Path
    """Where the database, the secret key and the queue are kept."""
    secret_key: str
    """Signs cookies and encrypts the tool's keys."""
    allow_private_hosts: bool = False
    """Whether platforms may be on loopback or private addresses."""

    @classmethod
    def load(cls, file: Path | None = None, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings; the environment wins over the file.

        Raises SettingsError for unknown keys and values that cannot work.
        """
        source = os.environ if environ is None else environ
        named = source.get(f"{PREFIX}SETTINGS")
        path = file or (Path(named) if named else None)
        values = _from_file(path) | _from_environment(source)
        data_dir = _made_folder(Path(str(values["data_dir"])).absolute())
        return cls(
            public_url=_checked_url(str(values["public_url"])),
            database_url=_checked_database(str(values["database_url"]), data_dir),
            data_dir=data_dir,
            secret_key=str(values["secret_key"]) or _kept_secret(data_dir),
            allow_private_hosts=_yes_or_no("allow_private_hosts", values["allow_private_hosts"]),
        )

    @property
    def launch_url(self) -> str:
        """The one redirect URI, and the target of every link."""
        return f"{self.public_url}/lti/launch"

    @property
    def login_url(self) -> str:
        """Where platforms start a login."""
        return f"{self.public_url}/lti/login"

    @property
    def key_set_url(self) -> str:
        """Where platforms find our public keys."""
        return f"{self.public_url}/lti/keys"

    @property
    def notices_url(self) -> str:
        """Where platforms tell what happened without anybody's launch."""
        return f"{self.public_url}/lti/notices"


def shipped(name: str) -> Path:
    """Return the folder that came with the tool, from a checkout or from a wheel."""
    package = Path(__file__).parent
    installed = package / "shipped" / name
    return installed if installed.is_dir() else package.parent / name


def _known() -> set[str]:
    return {field.name for field in fields(Settings)}


def _from_file(path: Path | None) -> dict[str, Any]:
    defaults = tomllib.loads((shipped("config") / "settings.toml").read_text("utf-8"))
    if path is None:
        return defaults
    try:
        own = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise SettingsError(f"The settings file {path} cannot be read: {problem}") from problem
    if unknown := sorted(own.keys() - _known()):
        raise SettingsError(f"{path} has settings nobody knows: {', '.join(unknown)}.")
    return defaults | own


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    own = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name != f"{PREFIX}SETTINGS"
    }
    if unknown := sorted(own.keys() - _known()):
        names = ", ".join(PREFIX + name.upper() for name in unknown)
        raise SettingsError(f"The environment has settings nobody knows: {names}.")
    return own


def _made_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsError(
            f"data_dir is {path}; it cannot be made: {problem.strerror}."
        ) from problem
    return path


def _checked_url(url: str) -> str:
    parts = _split(url)
    host = parts.hostname if parts else None
    if parts is None or not host or parts.path.strip("/") or parts.query:
        raise SettingsError(
            f"public_url is “{url}”; it must be like https://tool.example.edu, with no path."
        )
    is_local = host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")
    if parts.scheme == "http" and not is_local:
        raise SettingsError(
            f"public_url is “{url}”; inside an LMS browsers keep cookies of https pages only. "
            "Put the tool behind https."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _split(url: str) -> SplitResult | None:
    """Return the parts of a web address; None when a browser could not go there."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here because a port that is no number shows only now
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} else None


def _checked_database(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'ltitool.sqlite'}"
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):  # the second for a port that is no number
        parts = None
    backend = parts.get_backend_name() if parts else ""
    if parts is None or backend not in DRIVERS:
        # The text itself may hold a password, so it is not repeated.
        raise SettingsError(
            "database_url must be like sqlite:////srv/ltitool/ltitool.sqlite "
            "or postgresql://user:password@host/name."
        )
    return parts.set(drivername=DRIVERS[backend]).render_as_string(hide_password=False)


def _yes_or_no(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in MEANS_YES | MEANS_NO:
        raise SettingsError(f"{name} is “{value}”; it must be true or false.")
    return word in MEANS_YES


def _kept_secret(data_dir: Path) -> str:
    """Return the secret in the data folder, made on the first start; two starts at once agree."""
    path = data_dir / "secret_key"
    if not path.exists():
        own = data_dir / f"secret_key.{os.getpid()}"
        own.touch(0o600)
        own.write_text(secrets.token_urlsafe(48), "utf-8")
        # A link either takes the name or fails, so nobody ever reads half a secret.
        with suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text("utf-8").strip()
