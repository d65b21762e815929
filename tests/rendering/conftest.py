from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a text costs is what it costs the first time."""
    monkeypatch.setattr("incidents.rendering._MAX_KEPT_LENGTH", -1)


@pytest.fixture(autouse=True)
def renderer_never_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Showing text as typed hides a failing library: here it counts as one."""
    yield
    assert not [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
