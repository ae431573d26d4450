"""The tool as it is installed: from its wheel, outside the checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

import ltitool
from ltitool.settings import shipped
from tests.postgres import free_port, wait_until

ROOT = Path(ltitool.__file__).parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*command, str(folder)], cwd=ROOT, check=True, capture_output=True)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel has been installed."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    command += ["--no-deps", "--no-index", "--no-compile", "--target", str(folder), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(folder: Path) -> dict[str, str]:
    """The environment of a program that finds the installed tool, and libraries, by path alone."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("LTITOOL_")}
    return own | {
        "PYTHONPATH": f"{folder}{os.pathsep}{sysconfig.get_path('purelib')}",
        "LTITOOL_DATA_DIR": str(folder / "data"),
        "LTITOOL_PUBLIC_URL": "https://tool.example",
    }


@pytest.fixture(scope="module")
def run(installed: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a program with the wheel, far from the checkout and without its editable install."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-S", *words],
            env=installed,
            cwd=elsewhere,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_the_program_is_the_wheels_and_not_the_checkouts(run: Run, folder: Path) -> None:
    done = run("-c", "import ltitool; print(ltitool.__file__)")

    assert done.stdout.strip() == str(folder / "ltitool" / "__init__.py"), done.stderr


def test_the_command_tells_its_version(run: Run, folder: Path) -> None:
    done = run(str(folder / "bin" / "ltitool"), "--version")

    assert done.stdout.strip() == f"ltitool, version {ltitool.__version__}", done.stderr


def test_stories_settings_and_pages_are_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        inside = set(packed.namelist())

    for folder, name in (("scenarios", "shipped/scenarios"), ("config", "shipped/config")):
        files = [path for path in shipped(folder).rglob("*") if path.is_file()]
        assert files
        for path in files:
            assert f"ltitool/{name}/{path.relative_to(shipped(folder))}" in inside
    for path in (ROOT / "ltitool").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert str(path.relative_to(ROOT)) in inside
    assert not any(name.startswith(("tests/", "docs/", ".")) for name in inside)


@pytest.fixture(scope="module")
def server(
    run: Run, folder: Path, installed: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a tool served from the wheel, on a database that the wheel has made."""
    program = str(folder / "bin" / "ltitool")
    upgraded = run(program, "db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    port = free_port()
    log = (tmp_path_factory.mktemp("log") / "log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-S", program, "serve", "--port", str(port)],
        env=installed,
        cwd=tmp_path_factory.mktemp("served"),
        stdout=log,
        stderr=log,
    )
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, log.seek(0) or log.read()
        try:
            return requests.get(f"{url}/health", timeout=2).ok
        except requests.ConnectionError:
            return False

    try:
        wait_until(answers, seconds=40, what="the tool answers")
        yield url
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def test_it_serves_keys_and_pages(server: str) -> None:
    assert requests.get(f"{server}/lti/keys", timeout=5).json()["keys"]
    refused = requests.get(f"{server}/lti/login", timeout=5)
    assert refused.status_code == 403
    assert "not connected to the tool" in refused.text
    style = refused.text.split('rel="stylesheet" href="')[1].split('"')[0]
    assert (
        requests.get(f"{server}{style}", timeout=5).headers["Content-Type"].startswith("text/css")
    )


def test_the_shipped_stories_pass_their_check(run: Run, folder: Path) -> None:
    files = sorted((folder / "ltitool" / "shipped" / "scenarios").glob("*.yaml"))
    assert files

    checked = run(str(folder / "bin" / "ltitool"), "scenarios", "check", *map(str, files))

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "“Pending”" in checked.stdout
