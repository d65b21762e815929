"""Markdown reports in: one incident with a draft for each file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.roles import Capability
from incidents.import_export.operations import import_report
from incidents.import_export.understanding import TooMuch, content_of
from incidents.models import Severity
from incidents.parsing import NotAReport, ParsedReport, Unreadable, read_report


class Command(BaseCommand):
    help = "Read Markdown reports and keep each as an incident with a draft. Everything stays internal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="read and tell, keep nothing")
        parser.add_argument("--json", action="store_true", help="print a list with one object for each file")
        parser.add_argument("--as", dest="email", help="whose work it is (default: the first admin)")
        parser.add_argument("--severity", help="for reports that name none (default: the lowest that needs a report)")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json, dry_run = options["json"], options["dry_run"]
        keeps = not dry_run and not as_json
        user = self._user(options["email"]) if keeps else None
        printed, refused = [], 0
        for path in options["files"]:
            try:
                report = read_report(path.read_bytes(), file_name=path.name)
            except (NotAReport, Unreadable, OSError) as refusal:
                refused += 1
                printed.append({"file": path.name, "error": str(refusal)})
                self._tell(as_json, f"{path.name}: {refusal}")
                continue
            printed.append(report.to_json())
            if user is None:
                self._tell(as_json, f"{path.name}: {_in_short(report)}")
                continue
            try:
                self._keep(report, path.name, user, options["severity"])
            except TooMuch as refusal:
                refused += 1
                self.stdout.write(f"{path.name}: {refusal}")
        if as_json:
            self.stdout.write(json.dumps(printed, ensure_ascii=False, indent=2))
        if refused:
            raise CommandError(f"{refused} of {len(options['files'])} files are no reports that can be kept.")

    def _keep(self, report: ParsedReport, name: str, user: User, severity_name: str | None) -> None:
        severity, chosen = _severity(report.severity, severity_name)
        content, warnings = content_of(report, severity=severity)
        if chosen:
            warnings.append(f"The report names no severity that we know; it was given “{severity.name}”.")
        incident = import_report(content, source_name=name, milestones_confirmed=False, by=user, at=timezone.now())
        self.stdout.write(f"{name}: {incident.code}, {_in_short(report)}")
        for warning in warnings:
            self.stdout.write(f"  {warning}")

    def _tell(self, as_json: bool, line: str) -> None:
        if not as_json:
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
