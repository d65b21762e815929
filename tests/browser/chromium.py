"""Finds a Chromium for the browser tests, or installs one: they never skip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.debian import install, one_at_a_time, run

# What a test machine needs (root without user namespaces, no GPU), and no talk with the outside.
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The shell draws the same pages without a window around them, in three quarters of the time.
_SHELL = "chromium-headless-shell"
_NAMES = (_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLAYWRIGHTS_OWN = (
    "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
)


def find_chromium() -> str:
    """The one that CHROMIUM names, one on the PATH, Playwright's own, or one that is installed now."""
    if named := os.environ.get("CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise RuntimeError(f"CHROMIUM is {named!r}, but must name a program that can be run.")
        return named
    with one_at_a_time():
        if found := _on_path() or _playwrights_own():
            return found
        run(sys.executable, "-m", "playwright", "install", "chromium")
        if found := _playwrights_own():
            return found
        for package in (_SHELL, "chromium"):
            install(package)
            if found := _on_path():
                return found
    raise RuntimeError(
        "The browser tests need a Chromium and none could be installed: install one, or name it with CHROMIUM=."
    )


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _playwrights_own() -> str | None:
    asked = subprocess.run([sys.executable, "-c", _PLAYWRIGHTS_OWN], capture_output=True, text=True, check=False)
    path = asked.stdout.strip()
    return path if path and Path(path).is_file() else None
