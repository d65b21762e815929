"""Everything that customers read, as files, made anew."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from incidents.public.files import NotWritten, build

_WIDTH = 40


class Command(BaseCommand):
    help = "Write every public page anew, and show all of them at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, help="a folder of your own, instead of the one that is served")

    def handle(self, *_args: Any, out: Path | None, **_options: Any) -> None:
        started = time.monotonic()
        shows_bar = self.stderr.isatty()
        try:
            events = build(timezone.now(), out=out, progress=self._bar if shows_bar else None)
        except NotWritten as error:
            raise CommandError(str(error)) from error
        if shows_bar:
            self.stderr.write("")
        took = time.monotonic() - started
        self.stdout.write(f"The pages of {events} incident{'' if events == 1 else 's'} are written, in {took:.1f} s.")

    def _bar(self, done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            filled = _WIDTH * done // total
            self.stderr.write(f"\r{'█' * filled}{'·' * (_WIDTH - filled)} {done} of {total}", ending="")
