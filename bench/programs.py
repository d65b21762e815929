"""Programs that are measured with or against: found on this machine, or installed where that can be done."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from tests import debian
from tests.browser.chromium import find_chromium


class Missing(Exception):
    """A program is not here and can't be installed; the message says what to do."""


def find(name: str) -> str:
    """The path of a program that Debian has under the same name. Raises Missing."""
    found = debian.find(name)
    if not found:
        raise Missing(f"{name} is missing, and only root on Debian can have it installed from here: install it.")
    return found


def chromium() -> str:
    """Raises Missing."""
    try:
        return find_chromium()
    except RuntimeError as error:
        raise Missing(str(error)) from error


def version(*command: str) -> str:
    """The first line that a program says about itself, on whichever stream."""
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return next((line.strip() for line in (said.stdout + said.stderr).splitlines() if line.strip()), "?")


PROGRAMS: dict[str, Callable[[], str]] = {
    "nginx": lambda: find("nginx"),
    "wrk": lambda: find("wrk"),
    "chromium": chromium,
}
