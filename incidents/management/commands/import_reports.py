"""Reports in: one incident with a draft for each, whether people wrote them elsewhere or Afterword exported them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.roles import Capability
from incidents.import_export.archive_reading import ArchiveRefused, Arrived, Parcel, parcels_at
from incidents.import_export.consistency import shortlist
from incidents.import_export.json_format import as_read
from incidents.import_export.operations import import_report
from incidents.import_export.restoring import NotRestorable, rehearse, restore_report
from incidents.import_export.understanding import TooMuch, content_of
from incidents.models import Severity
from incidents.parsing import NotAReport, ParsedReport, Unreadable, read_report


class Command(BaseCommand):
    help = "Read Markdown reports and our own exports, and keep each as an incident with a draft, internal as a whole."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", type=Path, help="a report, or an export: its folder, ZIP or file"
        )
        parser.add_argument("--dry-run", action="store_true", help="read and tell, keep nothing")
        parser.add_argument("--json", action="store_true", help="print a list with one object for each file")
        parser.add_argument("--as", dest="email", help="whose work it is (default: the first admin)")
        parser.add_argument("--severity", help="for reports that name none (default: the lowest that needs a report)")
        parser.add_argument(
            "--create-components", action="store_true", help="add components that an export names; they are public"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        self.printed: list[dict[str, Any]] = []
        self.refused = 0
        self.user = self._user(options["email"]) if self._keeps else None
        for path in options["files"]:
            try:
                parcels = parcels_at(path)
            except (ArchiveRefused, OSError) as refusal:
                self._refuse(path.name, refusal)
                continue
            if parcels is None:
                self._take_report(path)
            for parcel in parcels or ():
                self._take_export(parcel)
        if options["json"]:
            self.stdout.write(json.dumps(self.printed, ensure_ascii=False, indent=2))
        if self.refused:
            raise CommandError(f"{self.refused} of {len(self.printed)} files are no reports that can be kept.")

    @property
    def _keeps(self) -> bool:
        return not self.options["dry_run"] and not self.options["json"]

    def _refuse(self, name: str, refusal: Exception) -> None:
        self.refused += 1
        self.printed.append({"file": name, "error": str(refusal)})
        self._tell(f"{name}: {refusal}")

    def _take_report(self, path: Path) -> None:
        """A report that somebody wrote elsewhere."""
        try:
            report = read_report(path.read_bytes(), file_name=path.name)
        except (NotAReport, Unreadable, OSError) as refusal:
            self._refuse(path.name, refusal)
            return
        self.printed.append(report.to_json())
        if self.user is None:
            self._tell(f"{path.name}: {_in_short(report)}")
            return
        try:
            self._keep(report, path.name, self.user, self.options["severity"])
        except TooMuch as refusal:
            self.refused += 1
            self.stdout.write(f"{path.name}: {refusal}")

    def _take_export(self, parcel: Parcel) -> None:
        """A draft that Afterword exported."""
        try:
            arrived = parcel.open()
            code, said = self._restore(arrived)
        except (ArchiveRefused, NotRestorable) as refusal:
            self._refuse(parcel.name, refusal)
            return
        self.printed.append(as_read(arrived.document, parcel.name, said))
        document = arrived.document
        self._tell(
            f"{parcel.name}: {code}“{document.title}”, {len(document.timeline)} timeline rows, "
            f"{len(document.action_items)} action items, {len(document.images)} images"
        )
        for warning in shortlist(said):
            self._tell(f"  {warning}")

    def _restore(self, arrived: Arrived) -> tuple[str, list[str]]:
        """What the report is called here now, where it was kept, and what there is to say about it."""
        if self.options["json"]:
            return "", arrived.warnings
        values = {
            "read_image": arrived.read_image,
            "create_components": self.options["create_components"],
            "is_believed": True,
            "by": self.user or self._user(self.options["email"]),
            "at": timezone.now(),
        }
        if self.user is None:
            return "", [*arrived.warnings, *rehearse(arrived.document, **values).warnings]
        restored = restore_report(arrived.document, source_name=arrived.name, **values)
        code = f"{restored.incident.code}, " if restored.incident else ""
        return code, [*arrived.warnings, *restored.warnings]

    def _keep(self, report: ParsedReport, name: str, user: User, severity_name: str | None) -> None:
        severity, chosen = _severity(report.severity, severity_name)
        content, warnings = content_of(report, severity=severity)
        if chosen:
            warnings.append(f"The report names no severity that we know; it was given “{severity.name}”.")
        incident = import_report(content, source_name=name, milestones_confirmed=False, by=user, at=timezone.now())
        self.stdout.write(f"{name}: {incident.code}, {_in_short(report)}")
        for warning in warnings:
            self.stdout.write(f"  {warning}")

    def _tell(self, line: str) -> None:
        if not self.options["json"]:
            self.stdout.write(line)

    def _user(self, email: str | None) -> User:
        users = User.objects.filter(is_active=True).order_by("id")
        if email:
            user: User | None = users.filter(email__iexact=email).first()
        else:
            user = next((person for person in users if person.may(Capability.ADMINISTER)), None)
        if user is None or not user.may(Capability.WRITE):
            raise CommandError("Name somebody who may write reports with --as, or invite an admin first.")
        return user


def _severity(written: str | None, asked: str | None) -> tuple[Severity, bool]:
    """The severity named in the report, else the one asked for, else the lowest that needs a report."""
    for name in (written, asked):
        found = Severity.objects.filter(name__iexact=name).first() if name else None
        if found is not None:
            return found, False
    fallback = Severity.objects.filter(needs_report=True).order_by("-rank").first()
    if fallback is None:
        raise CommandError("There is no severity to give; add one first.")
    return fallback, True


def _in_short(report: ParsedReport) -> str:
    return (
        f"“{report.title or 'no title'}”, {len(report.timeline)} timeline rows, "
        f"{len(report.action_items)} action items, {len(report.warnings)} warnings"
    )
