from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.drafts import begin_edit
from incidents.edits import Seen, check_unchanged, stored_values
from incidents.models import Activity, Incident, ReportSection

if TYPE_CHECKING:
    from accounts.models import User

WORDINGS = ("text", "public_text")


@transaction.atomic
def revise_section(
    incident: Incident, key: str, *, changes: Mapping[str, str], by: User, at: datetime, seen: Seen | None = None
) -> ReportSection:
    """Write a chapter in one wording or both: `changes` maps `text` and `public_text`; what it leaves out stays.

    Raises ReportLocked, or EditConflict when the same wording was changed meanwhile.
    """
    report = begin_edit(incident, by=by, at=at)
    section = ReportSection.objects.filter(report=report, key=key).first() or ReportSection(report=report, key=key)
    old = stored_values(section, WORDINGS)
    check_unchanged(old, changes, seen)
    for name in WORDINGS:
        setattr(section, name, changes.get(name, old[name]))
    section.save()
    new = stored_values(section, WORDINGS)
    if new != old:
        Activity.objects.record_edit(incident, "wrote a section", of=key, by=by, at=at, key=key, old=old, new=new)
    return section


def length_as_sent(text: str) -> int:
    """How long a form finds the text when it comes back: a browser sends two characters for the end of a line."""
    return len(text) + text.count("\n")
