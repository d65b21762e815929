"""How far a draft is, part by part: what the check still finds there, and whether anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef

from incidents.models import ActionItem, Attachment, Incident, JudgedFinding, Milestone, Report, TimelineEntry
from incidents.models.report import SECTION_CHOICES

_OF_THE_INCIDENT = {"incident": OuterRef("pk")}
_ROWS = {
    "milestones": Exists(Milestone.objects.filter(**_OF_THE_INCIDENT)),
    "timeline": Exists(TimelineEntry.objects.filter(**_OF_THE_INCIDENT)),
    "actions": Exists(ActionItem.objects.filter(**_OF_THE_INCIDENT)),
    "images": Exists(Attachment.objects.filter(**_OF_THE_INCIDENT)),
}
_HOLDERS = {"entry": "timeline", "action": "actions", "image": "images", "impact": "facts", "no": "actions"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Mark(StrEnum):
    """What stands before a part: a dot, a tick or a ring."""

    LEFT = "left"
    DONE = "done"
    EMPTY = "empty"


@dataclass(frozen=True)
class Progress:
    """One part of the form, by its anchor; `left` counts the findings that stand."""

    place: str
    left: int
    is_written: bool

    @property
    def mark(self) -> Mark:
        if self.left:
            return Mark.LEFT
        return Mark.DONE if self.is_written else Mark.EMPTY

    @property
    def words(self) -> str:
        if self.left:
            return things_left(self.left)
        return "nothing left for the check" if self.is_written else "nothing written yet"


def progress(report: Report, findings: Iterable[JudgedFinding]) -> dict[str, Progress]:
    """Every part of a draft, by its anchor."""
    left = Counter(_part(finding.place) for finding in findings if finding.stands)
    written = _written(report)
    places = ["facts", *_ROWS, *(f"section-{key}" for key, _ in SECTION_CHOICES)]
    return {place: Progress(place, left[place], place in written) for place in places}


def things_left(count: int) -> str:
    """`two things left`."""
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number} thing{'' if count == 1 else 's'} left"


def _part(place: str) -> str:
    return _HOLDERS.get(place.split("-", maxsplit=1)[0], place)


def _written(report: Report) -> set[str]:
    asked = {f"has_{name}": exists for name, exists in _ROWS.items()}
    incident = Incident.objects.annotate(**asked).get(pk=report.incident_id)
    sections = [each for each in report.sections.all() if each.text.strip() or each.public_text.strip()]
    return {
        "facts",
        *(name for name in _ROWS if getattr(incident, f"has_{name}")),
        *(f"section-{each.key}" for each in sections),
    }
