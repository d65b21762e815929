"""Third-party browser files, served below `vendor/` from what `make setup` installs with npm.

Only the files listed here are collected: packages carry sources, tests and formats that nobody asks for.
Source maps are listed where a file names one, because the manifest storage follows that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, Storage

VENDOR_FILES = {
    "vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "vendor/bootstrap.bundle.min.js.map": "bootstrap/dist/js/bootstrap.bundle.min.js.map",
    "vendor/markdown-toolbar-element.js": "@github/markdown-toolbar-element/dist/index.js",
    **{
        f"vendor/fonts/{family}-{subset}-{style}.woff2": (
            f"@fontsource-variable/{family}/files/{family}-{subset}-wght-{style}.woff2"
        )
        for family, style in (("inter", "normal"), ("source-serif-4", "normal"), ("source-serif-4", "italic"))
        for subset in ("latin", "latin-ext")
    },
}


class _InstalledFiles(FileSystemStorage):
    """The files in node_modules under the names that they are served by."""

    def path(self, name: str) -> str:
        path = super().path(VENDOR_FILES[name])
        if not Path(path).is_file():
            raise ImproperlyConfigured(f"{path} is missing: run `make setup`, which installs it with npm.")
        return path


class NodeModulesFinder(BaseFinder):
    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.storage = _InstalledFiles(location=settings.BASE_DIR / "node_modules")

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        return []  # a container has the collected files and no node_modules

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in VENDOR_FILES:
            if not matches_patterns(name, ignore_patterns or []):
                yield name, self.storage

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        if path not in VENDOR_FILES:
            return []
        found = self.storage.path(path)
        return [found] if find_all else found
