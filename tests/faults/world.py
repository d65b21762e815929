"""One incident, its public files, and the processes that write them and may be killed."""

from __future__ import annotations

import os
import random
import time
import traceback
from collections import Counter
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from incidents.models import EventUpdate, Incident, Publication, PublicChange, Retraction
from incidents.public.editions import forget_editions
from incidents.public.files import NotWritten, build, keep_public_files
from incidents.public.files.middleware import PublicFilesMiddleware
from tests.faults.operations import OPERATIONS, publisher
from tests.faults.oracle import Violated, check_content, check_folder, check_moment
from tests.faults.steps import Fault, Steps
from tests.public.files.asking import contents

_PATIENCE = 30  # seconds within which what was committed must be public
_FINISHED, _ANSWERED = 0, 3
_MORE_THAN_ENOUGH = 800  # steps, before it is known how many there are


class World:
    def __init__(self, postgres: Path, at: datetime) -> None:
        self._postgres, self._folder = postgres, Path(settings.PUBLIC_DIR)
        self._incident: Incident | None = None
        self._last = self._again = ""
        self._known = (0, 0, 0)
        self._at = at
        self._lengths: Counter[str] = Counter()
        self._checked: set[int] = set()
        timezone.now = lambda: self._at
        build(at)

    def files(self) -> dict[str, bytes]:
        return contents(self._folder)

    def prepare(self, chance: random.Random, *, at: datetime) -> str:
        """Choose what is to be done next, and make it ready. What a fault prevented is tried again."""
        self._at = at
        if self._again:
            return self._again
        possible = [name for name, operation in OPERATIONS.items() if self._last in operation.follows]
        name = chance.choice(possible)
        self._incident = OPERATIONS[name].prepare(self._incident, publisher(), at)
        self._known = self._stored()
        self._again = name
        return name

    def strike(self, name: str, fault: Fault, *, at: datetime) -> str:
        """Do it in a child that meets its fault; returns how far that came."""
        kind = f"{name} {fault.who}"
        fatal = 1 + int(fault.depth * (self._lengths[kind] or _MORE_THAN_ENOUGH))
        if fault.who == "worker":
            self._operate(name, at)
        connection.close()
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            self._live(name, fault, fatal, writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            steps = told.read()
        status = os.waitpid(child, 0)[1]
        if steps and os.WEXITSTATUS(status) == _FINISHED:
            self._lengths[kind] = int(steps) * 21 // 20  # so that it may also come to its end
        if os.WIFSIGNALED(status):
            return "died"
        if os.WEXITSTATUS(status) not in {_FINISHED, _ANSWERED}:
            raise Violated("An error reached the person; it stands above")
        return "survived" if os.WEXITSTATUS(status) == _FINISHED else "said so"

    def recover(self, *, at: datetime) -> bool:
        """Start what died, and let the worker do its round. Returns whether the operation was committed."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                keep_public_files(at)
                break
            except (NotWritten, DatabaseError, InterfaceError) as error:
                connection.close()
                if time.monotonic() > deadline:
                    raise Violated(f"Not public after {_PATIENCE} s: {error}") from error
                time.sleep(0.1)
        if PublicChange.objects.exists():
            raise Violated("Something waits although the worker made its round")
        if self._stored() == self._known:
            return False
        if OPERATIONS[self._again].is_step:
            self._last = self._again
        self._again = ""
        return True

    def check(self, before: dict[str, bytes], left: dict[str, bytes], *, thorough: bool) -> None:
        after = self.files()
        check_moment(left, before, after)
        check_folder(self._folder)
        if hash(frozenset(after.items())) not in self._checked:
            self._checked.add(hash(frozenset(after.items())))
            check_content(after)
        if thorough:
            forget_editions()
            anew = self._folder.with_name("anew")
            build(self._at, out=anew)
            if contents(anew) != after:
                raise Violated("What was written bit by bit is not what a build gives")

    # ── Operations ──────────────────────────────────────────────────────────
    def _live(self, name: str, fault: Fault, fatal: int, report: int) -> None:
        """The child: a request that does it, or a round of the worker after it was done."""
        ended = _FINISHED
        try:
            steps = Steps(self._folder, fatal=fatal, what=fault.what, postmaster=self._postmaster)
            steps.watch()
            if fault.who == "worker":
                keep_public_files(self._at)
            else:
                request = HttpRequest()
                request.method = "POST"
                request._messages = said = _Said()
                PublicFilesMiddleware(lambda _: HttpResponse(str(self._operate(name, self._at))))(request)
                ended = _ANSWERED if said else _FINISHED
            os.write(report, str(steps.count).encode())
        except (NotWritten, DatabaseError, InterfaceError):
            ended = _ANSWERED
        except BaseException:  # noqa: BLE001 -- a child must never go on as if it were the parent
            traceback.print_exc()
            ended = 1
        finally:
            os._exit(ended)

    def _operate(self, name: str, at: datetime) -> None:
        assert self._incident
        OPERATIONS[name].run(Incident.objects.get(pk=self._incident.pk), publisher(), at)

    def _stored(self) -> tuple[int, int, int]:
        return (
            Publication.objects.filter(incident=self._incident).count(),
            Retraction.objects.filter(publication__incident=self._incident).count(),
            EventUpdate.objects.filter(event__incident=self._incident).count(),
        )

    def _postmaster(self) -> int:
        return int((self._postgres / "data" / "postmaster.pid").read_text().split("\n", 1)[0])


class _Said(list):  # type: ignore[type-arg]
    """Where a view leaves its messages."""

    def add(self, _level: int, message: str, _tags: str = "") -> None:
        self.append(message)
