"""Styles, scripts and fonts lie beside the pages, so that these look right without the web server."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage


def keep_assets(home: Path) -> int:
    """Copy what was collected and is not there yet; returns how many files. Old ones stay for old pages.

    Their names hold a digest of their content, so that a file that is there is the right one.
    """
    copied = 0
    for name in set(getattr(staticfiles_storage, "hashed_files", {}).values()):
        for each in (name, f"{name}.br", f"{name}.gz"):
            source, target = Path(settings.STATIC_ROOT, each), home / "static" / each
            if source.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                unfinished = target.with_name(f".{target.name}")
                shutil.copyfile(source, unfinished)
                unfinished.replace(target)
                copied += 1
    return copied
