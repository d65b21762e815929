from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.authoring.operations.drafts import begin_edit, check_version
from incidents.models import Activity, Incident, ReportSection

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def revise_section(
    incident: Incident,
    key: str,
    *,
    text: str,
    public_text: str,
    expected_version: int | None,
    by: User,
    at: datetime,
) -> ReportSection:
    """Write a chapter in both wordings; version 0 is a chapter nobody has written yet.

    Raises ReportLocked, or EditConflict when it was changed meanwhile.
    """
    report = begin_edit(incident, by=by, at=at)
    section = ReportSection.objects.filter(report=report, key=key).first()
    section = section or ReportSection(report=report, key=key, version=0)
    check_version(section, expected_version)
    old = {"text": section.text, "public_text": section.public_text}
    section.text, section.public_text = text, public_text
    section.version += 1
    section.save()
    Activity.objects.record(
        incident,
        "wrote a section",
        by=by,
        at=at,
        key=key,
        old=old,
        new={"text": text, "public_text": public_text},
    )
    return section
