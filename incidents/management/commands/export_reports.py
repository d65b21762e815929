"""Every draft out, as files that import_reports and people can read."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents.import_export.archive import FORMATS, folder_name, write_folder, write_readme
from incidents.import_export.exporting import export_documents
from incidents.models import Incident


def incident_number(written: str) -> int:
    match = re.fullmatch(r"(?:INC-)?([0-9]{1,9})", written, re.IGNORECASE)
    if match is None:
        raise ArgumentTypeError(f"{written!r} is no incident; write it as INC-12")
    return int(match[1])


class Command(BaseCommand):
    help = "Write reports with their images into a folder, one folder each. Running it again updates what changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path)
        parser.add_argument("--format", choices=sorted(FORMATS), default="both", help="default: both")
        parser.add_argument(
            "--incident", nargs="+", metavar="INC-12", type=incident_number, help="only these (default: all)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        incidents = Incident.objects.all()
        if wanted := options["incident"]:
            incidents = incidents.filter(number__in=wanted)
            missing = set(wanted) - set(incidents.values_list("number", flat=True))
            if missing:
                raise CommandError(f"There is no INC-{min(missing)}.")
        try:
            directory.mkdir(parents=True, exist_ok=True)
            write_readme(directory)
            fates = self._write(directory, incidents, FORMATS[options["format"]])
        except OSError as error:
            raise CommandError(f"Writing to {directory} failed: {error}") from error
        said = ", ".join(f"{count} {fate}" for fate, count in fates.items())
        self.stdout.write(f"{fates.total()} reports in {directory}" + (f": {said}" if said else ""))

    def _write(self, directory: Path, incidents: Any, names: tuple[str, ...]) -> Counter[str]:
        total = incidents.count()
        fates: Counter[str] = Counter()
        for done, exported in enumerate(export_documents(incidents), start=1):
            fates[write_folder(directory, exported, names)] += 1
            lost = [image for image in exported.document.images if image.file and not image.size]
            if lost:
                self._show_progress("")
                self.stdout.write(f"{folder_name(exported.document)}: the files of {len(lost)} images are gone.")
            self._show_progress(f"{done} of {total}")
        self._show_progress("")
        return fates

    def _show_progress(self, words: str) -> None:
        """One line that stays in its place, for people only."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{words:<30}", ending="\r")
