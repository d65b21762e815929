"""Pasted text on standard input → timeline rows, as a table or as JSON."""

import datetime as dt
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from incidents.parsing import MAX_BYTES, ParsedTimeline, ReadingError, parse_timeline
from incidents.parsing.source import to_text


class Command(BaseCommand):
    """`parse_timeline [--date D] [--zone Z] [--answer KEY=VALUE] [--json] < text`: prints, and keeps nothing."""

    help = "Read a pasted chat log, notes or a table from standard input and print its timeline rows."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=_date, metavar="D", help="day of rows without a date, as 2024-05-31")
        parser.add_argument("--zone", metavar="Z", help="zone of rows without one: UTC, CET, +02:00, Europe/Berlin")
        parser.add_argument(
            "--answer", action="append", type=_answer, default=[], metavar="KEY=VALUE", help="settle a question"
        )
        parser.add_argument("--json", action="store_true", help="print a JSON list, one object a row")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = to_text(sys.stdin.buffer.read(MAX_BYTES + 1))
            answers = dict(options["answer"])
            found = parse_timeline(text, date=options["date"], zone=options["zone"], answers=answers)
        except ReadingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            rows = [entry.to_json() for entry in found.entries]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        self.stdout.write(_table(found))


def _date(value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise CommandError(f"--date {value}: not a date like 2024-05-31.") from error


def _answer(value: str) -> tuple[str, str]:
    key, separator, chosen = value.partition("=")
    if not separator:
        raise CommandError(f"--answer {value}: not KEY=VALUE, such as date-order=day.")
    return key.strip(), chosen.strip()


def _table(found: ParsedTimeline) -> str:
    lines = []
    for entry in found.entries:
        moment = entry.occurred_at or entry.local
        shown = moment.isoformat(" ", "minutes") if moment else "-"
        first, *rest = entry.plain_text.split("\n") or [""]
        lines.append(f"{entry.time_as_written:<22} {shown:<23} {entry.precision:<8} {first}")
        lines.extend(f"{'':<56}{line}" for line in rest if line.strip())
        lines.extend(f"{'':<56}? {doubt}" for doubt in entry.doubts)
    lines.extend(f"! {warning}" for warning in found.warnings)
    for question in found.questions:
        lines.append(f"? {question.text}")
        for choice in question.choices:
            mark = "*" if choice.value == question.answer else " "
            lines.append(f" {mark} --answer {question.key}={choice.value:<8} {choice.label}")
    if found.left_over:
        lines.append(f"! Not read as rows: {len(found.left_over)} paragraph(s).")
    return "\n".join(lines)
