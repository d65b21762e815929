from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from incidents.models.attachment import stored_path
from tests.public.files.moto import Bucket, Moto, running
from tests.public.samples import PUBLISHED_AT, SEED, publish, withdraw
from tests.public.test_answers import PICTURED, PIXELS, SHA256

IN_MEMORY = Path("/dev/shm")  # noqa: S108 -- mkdtemp makes the folder


@pytest.fixture
def folder(settings: Any) -> Iterator[Path]:
    """Where the public files are written in this test; in memory, where nothing has to be waited for."""
    with tempfile.TemporaryDirectory(prefix="afterword-public-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as made:
        settings.PUBLIC_DIR = Path(made, "public")
        yield settings.PUBLIC_DIR


@pytest.fixture
def publisher(transactional_db: None) -> User:
    return User.objects.create(email="publisher@northwind.example", name="Publisher", role="publisher")


@pytest.fixture
def picture(transactional_db: None) -> Iterator[str]:
    name = default_storage.save(stored_path(SHA256, "image/png"), ContentFile(PIXELS))
    yield name
    default_storage.delete(name)


@pytest.fixture
def site(folder: Path, publisher: User, picture: str) -> Path:
    """A corrected report with an image, one of a single version, and one that was withdrawn. Nothing is written yet."""
    publish(replace(PICTURED, title="An earlier title"), by=publisher)
    publish(PICTURED, by=publisher, note="The title was wrong.", at=PUBLISHED_AT + timedelta(days=3))
    publish(replace(SEED, public_id="other2report"), by=publisher)
    gone = publish(replace(PICTURED, public_id="goneforgood2"), by=publisher)
    withdraw(gone, by=publisher)
    return folder


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    with running() as server:
        yield server


@pytest.fixture
def bucket(moto: Moto) -> Bucket:
    return moto.new_bucket()
