"""What the editor's templates ask of a form's field."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.forms import BoundField, CharField

from accounts.models import User
from incidents.models import JudgedFinding, Report
from incidents.models.report import SECTION_CHOICES
from incidents.progress import things_left

register = template.Library()


@register.simple_tag
def waiting_for(user: User) -> int:
    """How many reports wait for this person's word."""
    return Report.objects.visible_to(user).waiting_for(user).count()


@register.filter
def count_at(counts: dict[str, int], place: str) -> int:
    """How many there are at one place of a dictionary of counts."""
    return counts.get(place, 0)


@register.filter
def chapter(place: str) -> str:
    """The heading of a chapter by its anchor; empty for any other place."""
    return dict(SECTION_CHOICES).get(place.removeprefix("section-"), "")


@register.filter
def standing(findings: Iterable[JudgedFinding]) -> list[JudgedFinding]:
    """Those that nobody accepted."""
    return [finding for finding in findings if finding.stands]


register.filter("things_left", things_left)


@register.filter
def stored_now(field: BoundField) -> str | None:
    """What a colleague made of this field while it was being written here, in words; None where nobody did."""
    conflicts: dict[str, str] = getattr(field.form, "conflicts", {})
    return conflicts.get(field.name)


@register.filter
def is_text(field: BoundField) -> bool:
    """Whether two people’s words can stand in it one below the other."""
    return isinstance(field.field, CharField)
