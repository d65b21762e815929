"""What the tests of import and export share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    """Images in a folder of the test’s own."""
    settings.MEDIA_ROOT = tmp_path / "media"
