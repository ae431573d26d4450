"""Chromium for tests: Debian's browser, with third-party cookies blocked or allowed."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize, expect

QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BLOCKED, ALLOWED = 1, 0
"""Values of Chromium's own preference; its command-line flags for this do nothing."""

PATIENCE = 20_000
"""Milliseconds that a busy machine may take to show what is waited for."""

expect.set_options(timeout=PATIENCE)

DESKTOP = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=360, height=740)


@contextmanager
def window(
    playwright: Playwright,
    folder: Path,
    *,
    third_party_cookies: int = BLOCKED,
    refused: tuple[str, str] | None = None,
    viewport: ViewportSize = DESKTOP,
    has_script: bool = True,
) -> Iterator[BrowserContext]:
    """Open a browser of its own, with a profile in this folder.

    `refused` names a site, and the site around it, in whose frames it may keep no cookie at all.
    """
    (folder / "Default").mkdir(parents=True)
    preferences: dict[str, Any] = {"profile": {"cookie_controls_mode": third_party_cookies}}
    if refused is not None:
        never = {",".join(refused): {"setting": 2}}
        preferences["profile"]["content_settings"] = {"exceptions": {"cookies": never}}
    (folder / "Default" / "Preferences").write_text(json.dumps(preferences))
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=chromium(),
        args=[*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        viewport=viewport,
        java_script_enabled=has_script,
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()


def chromium() -> str:
    """Return where Debian's Chromium is."""
    found = shutil.which("chromium")
    assert found is not None, "Chromium is missing: apt-get install chromium"
    return found


def accessibility_faults(page: Page) -> list[str]:
    """Return what axe finds on a page and in its frames, as sentences."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {violation['help']} ({node['html'][:120]})"
        for violation in violations
        for node in violation["nodes"]
    ]


def photograph(page: Page, name: str) -> None:
    """Keep a picture of the page where the environment names a folder for them."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
