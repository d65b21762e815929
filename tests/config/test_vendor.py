"""Third-party browser files: listed, pinned, installed, collected."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from config.vendor import VENDOR_FILES, NodeModulesFinder
from tests.config.processes import BASE_DIR


def test_every_listed_file_is_installed_and_found() -> None:
    for name, source in VENDOR_FILES.items():
        assert finders.find(name) == str(BASE_DIR / "node_modules" / source)
        assert name.startswith("vendor/")
    assert finders.find("vendor/bootstrap.css") is None  # it is installed, and not listed


def test_collects_the_listed_files_only_and_under_hashed_names(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert {name for name in manifest if name.startswith("vendor/")} == set(VENDOR_FILES)
    style = (tmp_path / manifest["vendor/bootstrap.min.css"]).read_text()
    assert style.startswith("@charset")
    named = re.search(r"sourceMappingURL=(\S+)", style).group(1)
    assert (tmp_path / "vendor" / named).is_file()


def test_a_missing_package_is_answered_with_a_sentence(tmp_path: Path, settings: Any) -> None:
    settings.BASE_DIR = tmp_path
    finder = NodeModulesFinder()
    with pytest.raises(ImproperlyConfigured, match=r"bootstrap\.min\.css is missing: run `make setup`"):
        finder.find("vendor/bootstrap.min.css")
    settings.STATIC_ROOT = tmp_path / "static"
    finders.get_finder.cache_clear()
    try:
        with pytest.raises(ImproperlyConfigured, match="is missing: run `make setup`"):
            call_command("collectstatic", interactive=False, verbosity=0)
    finally:
        finders.get_finder.cache_clear()


def test_versions_are_exact_and_the_lock_agrees() -> None:
    package = json.loads((BASE_DIR / "package.json").read_text())
    lock = json.loads((BASE_DIR / "package-lock.json").read_text())
    assert package["private"] is True
    assert "scripts" not in package
    assert {source.split("/dist/")[0].split("/files/")[0] for source in VENDOR_FILES.values()} == set(
        package["dependencies"]
    )
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        locked = lock["packages"][f"node_modules/{name}"]
        assert locked["version"] == version
        assert locked["integrity"].startswith("sha512-")


@pytest.mark.parametrize(
    "name",
    [
        "package-lock.json",
        "requirements.txt",
        "requirements-s3.txt",
        "requirements-dev.txt",
        "requirements-node.txt",
    ],
)
def test_locks_name_no_host_but_the_public_ones(name: str) -> None:
    content = (BASE_DIR / name).read_text()
    hosts = set(re.findall(r"https?://([^/\s\"']+)", content))
    assert hosts <= {"registry.npmjs.org", "github.com", "opencollective.com"}
    assert "file:" not in content
    if name.endswith(".txt"):
        assert not re.search(r"^\s*--(?!hash=)", content, re.MULTILINE)
        pins = re.findall(r"^[a-z0-9][\w.\[\],-]*==", content, re.MULTILINE | re.IGNORECASE)
        assert len(pins) == len(re.findall(r"^\S.*\\$", content, re.MULTILINE)) > 0
