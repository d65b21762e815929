"""Write the list of severities: what they are called, and what the report of each is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError

from incidents.edits import Gone, Seen, check_unchanged, stored_values
from incidents.models import Activity, DueRule, Priority, Severity, SeveritySection, rules_for, sections_for
from incidents.snapshot import SECTION_HEADINGS

if TYPE_CHECKING:
    from accounts.models import User

RULE_FIELDS = ("days", "assign_days", "lead_after_days")
_FIELDS = ("name", "tone", "needs_report", "report_due_days")


class NameTaken(Exception):
    """Another severity has this name; somebody may just have added it."""

    def __init__(self) -> None:
        super().__init__("There is a severity of this name already.")


class SeverityInUse(Exception):
    """Incidents have this severity."""

    def __init__(self, severity: Severity, incidents: int) -> None:
        have, them = ("1 incident has", "it") if incidents == 1 else (f"{incidents} incidents have", "them")
        super().__init__(f"{have} the severity “{severity}”, so it can’t be deleted. Give {them} another one first.")


class LastSeverity(Exception):
    """Without a severity nobody could open an incident."""

    def __init__(self) -> None:
        super().__init__("This is the only severity. Add another one before you delete it.")


@transaction.atomic
def add_severity(*, values: Mapping[str, Any], by: User, at: datetime) -> Severity:
    """A new severity, below all others. `values` names what differs from `severity_values` of a blank one.

    Raises NameTaken.
    """
    ranked = _locked_list()
    severity = Severity(rank=max((other.rank for other in ranked), default=0) + 1)
    _write(severity, {**severity_values(severity), **values})
    _number([*ranked, severity])
    Activity.objects.record(None, "added a severity", by=by, at=at, new=severity_values(severity))
    return severity


@transaction.atomic
def revise_severity(
    severity: Severity, *, changes: Mapping[str, Any], by: User, at: datetime, seen: Seen | None = None
) -> Severity:
    """Change what `changes` names, see `severity_values`. Reports that exist keep the day on which they are due.

    Raises Gone, NameTaken, or EditConflict when the same was changed by somebody else meanwhile.
    """
    current = Severity.objects.select_for_update().filter(pk=severity.pk).first()
    if current is None:
        raise Gone
    old = severity_values(current)
    check_unchanged(old, changes, seen)
    _write(current, {**old, **changes})
    new = severity_values(current)
    changed = [name for name in new if new[name] != old[name]]
    if changed:
        Activity.objects.record(
            None,
            "changed a severity",
            by=by,
            at=at,
            severity=old["name"],
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        )
    return current


@transaction.atomic
def move_severity(severity: Severity, *, up: bool, by: User, at: datetime) -> Severity:
    """Change places with the one above or below; at the end of the list nothing happens. Raises Gone."""
    ranked = _locked_list()
    place = _place(severity, ranked)
    moved = ranked.pop(place)
    ranked.insert(max(0, place - 1) if up else place + 1, moved)
    _number(ranked)
    new = ranked.index(moved)
    if new != place:
        Activity.objects.record(None, "moved a severity", by=by, at=at, severity=moved.name, old=place + 1, new=new + 1)
    return moved


@transaction.atomic
def delete_severity(severity: Severity, *, by: User, at: datetime) -> None:
    """Take a severity out that no incident has. Raises Gone, LastSeverity, SeverityInUse."""
    ranked = _locked_list()
    deleted = ranked.pop(_place(severity, ranked))
    if not ranked:
        raise LastSeverity
    said = severity_values(deleted)
    try:
        Severity.objects.filter(pk=deleted.pk).delete()
    except ProtectedError as error:
        raise SeverityInUse(deleted, deleted.incidents.count()) from error
    _number(ranked)
    Activity.objects.record(None, "deleted a severity", by=by, at=at, old=said)


def severity_values(severity: Severity) -> dict[str, Any]:
    """A severity as its form shows it: its fields, and of each heading `<key>_asked` and `<key>_prompt`.

    Of the rules for promises `due_clock` and `due_skips_weekends`, which they share, and RULE_FIELDS of each priority.
    """
    values = stored_values(severity, _FIELDS)
    for key, section in sections_for(severity).items():
        values |= {f"{key}_asked": section.is_asked, f"{key}_prompt": section.prompt}
    rules = rules_for(severity)
    known = next((rule for rule in rules.values() if rule), DueRule())
    values |= {"due_clock": str(known.clock), "due_skips_weekends": known.skips_weekends}
    for priority, rule in rules.items():
        values |= {f"{priority}_{name}": getattr(rule, name, None) for name in RULE_FIELDS}
    return values


def _write(severity: Severity, values: Mapping[str, Any]) -> None:
    """Store all that `severity_values` names, so that every severity has a row for every heading."""
    for name in _FIELDS:
        setattr(severity, name, values[name])
    try:
        with transaction.atomic():
            severity.save()
    except IntegrityError as error:
        if "severity_name_unique" not in str(error):
            raise
        raise NameTaken from error
    SeveritySection.objects.bulk_create(
        [
            SeveritySection(severity=severity, key=key, is_asked=values[f"{key}_asked"], prompt=values[f"{key}_prompt"])
            for key in SECTION_HEADINGS
        ],
        update_conflicts=True,
        unique_fields=["severity", "key"],
        update_fields=["is_asked", "prompt"],
    )
    for priority in Priority:
        rule = {name: values[f"{priority}_{name}"] for name in RULE_FIELDS}
        if rule["days"] is None:
            DueRule.objects.filter(severity=severity, priority=priority).delete()
            continue
        shared = {"clock": values["due_clock"], "skips_weekends": values["due_skips_weekends"]}
        DueRule.objects.update_or_create(severity=severity, priority=priority, defaults={**rule, **shared})


def _locked_list() -> list[Severity]:
    """Every severity, the worst first. Whoever changes the order waits here for those who do."""
    list(Severity.objects.select_for_update().order_by("pk"))
    return list(Severity.objects.worst_first())  # asked again: what was added meanwhile wasn't there to be locked


def _place(severity: Severity, ranked: Sequence[Severity]) -> int:
    if severity not in ranked:
        raise Gone
    return ranked.index(severity)


def _number(ranked: Sequence[Severity]) -> None:
    """Rank them 1, 2, 3 … as they stand. Postgres compares row by row, so those that move step aside first."""
    moved = {rank: severity for rank, severity in enumerate(ranked, 1) if severity.rank != rank}
    aside = max(severity.rank for severity in ranked) + 1
    Severity.objects.filter(pk__in=[severity.pk for severity in moved.values()]).update(rank=F("rank") + aside)
    for rank, severity in moved.items():
        severity.rank = rank
        severity.save(update_fields=["rank"])
