"""What the person who publishes is told when the disk is full, and that the page follows by itself."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from incidents.models import Component, PublicChange
from incidents.public.files import build
from tests.factories import make_user
from tests.public.files.asking import contents

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PUBLIC_DIR = tmp_path / "public"
    Component.objects.create(name="API")
    build(timezone.now())
    return tmp_path / "public"


@pytest.fixture
def engineer(client: Client) -> Client:
    client.force_login(make_user(Role.ENGINEER))
    return client


def say_degraded(client: Client) -> str:
    address = reverse("status:set_status", args=[Component.objects.get().pk])
    return client.post(address, {"status": "degraded_performance"}, follow=True).content.decode()


def test_what_was_changed_is_public_when_the_answer_comes(folder: Path, engineer: Client) -> None:
    assert "not yet public" not in say_degraded(engineer)
    assert b"Degraded" in contents(folder)["index.html"]
    assert not PublicChange.objects.exists()


def test_reading_and_what_readers_do_not_see_write_nothing(folder: Path, engineer: Client) -> None:
    PublicChange.note(PublicChange.Kind.COMPONENTS, at=timezone.now())
    engineer.get("/workspace/")
    engineer.post(reverse("status:set_status", args=[Component.objects.get().pk]), {"status": "nonsense"})
    assert PublicChange.objects.exists()


def test_a_full_disk_is_said_and_heals(
    folder: Path, engineer: Client, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)

    def full(*_args: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", full)
        page = say_degraded(engineer)
    assert "Saved, but not yet public" in page
    assert contents(folder) == before
    assert Component.objects.with_status(timezone.now()).get().status == "degraded_performance"

    call_command("run_worker", once=True)
    assert b"Degraded" in contents(folder)["index.html"]


def test_what_waits_for_long_is_reported(folder: Path, client: Client) -> None:
    call_command("run_worker", once=True)
    assert client.get("/healthz/ready").status_code == 200
    PublicChange.note(PublicChange.Kind.COMPONENTS, at=timezone.now() - timedelta(seconds=50))
    assert client.get("/healthz/ready").status_code == 200
    PublicChange.note(PublicChange.Kind.COMPONENTS, at=timezone.now() - timedelta(seconds=70))
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["public"]) == (503, "a change waits for 70 seconds")
