"""The browser that the browser tests find."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import debian
from tests.browser import chromium
from tests.browser.chromium import find_chromium


@pytest.mark.browser
def test_a_page_is_shown(page: Page) -> None:
    page.set_content("<h1>Incident reports</h1>")
    assert page.get_by_role("heading").inner_text() == "Incident reports"


def test_the_named_one_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/bin/sh")
    assert find_chromium() == "/bin/sh"


def test_a_named_one_that_cannot_run_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "chromium").write_text("")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    with pytest.raises(RuntimeError, match=r"CHROMIUM is '.*/chromium', but must name a program that can be run"):
        find_chromium()


def test_installs_one_and_says_so_when_it_cannot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On a machine without any: first Playwright's download is tried, then Debian's packages, then it gives up."""
    tried: list[str] = []
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "apt-get").write_text("#!/bin/sh\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: None)
    _runs(monkeypatch, lambda *command: tried.append(" ".join(command[-3:])))
    monkeypatch.setattr("os.geteuid", lambda: 0)

    with pytest.raises(RuntimeError, match="none could be installed: install one, or name it with CHROMIUM="):
        find_chromium()
    assert tried == [
        "playwright install chromium",
        "apt-get update",
        "--yes --no-install-recommends chromium-headless-shell",
        "apt-get update",
        "--yes --no-install-recommends chromium",
    ]

    def install(*command: str) -> None:
        if "apt-get" in command:
            (tmp_path / command[-1]).write_text("#!/bin/sh\n")
            (tmp_path / command[-1]).chmod(0o755)

    _runs(monkeypatch, install)
    assert find_chromium() == str(tmp_path / "chromium-headless-shell")


def _runs(monkeypatch: pytest.MonkeyPatch, command: Callable[..., None]) -> None:
    for module in (chromium, debian):
        monkeypatch.setattr(module, "run", command)
