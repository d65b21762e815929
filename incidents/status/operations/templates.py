"""Words that are ready when nobody has time to find them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from incidents.edits import Gone, stored_values
from incidents.models import MAINTENANCE_STEPS, Activity, EventKind, UpdateTemplate

if TYPE_CHECKING:
    from accounts.models import User

_FIELDS = ("name", "status", "text")


class TemplateNameTaken(Exception):
    """Another template has this name; somebody may just have added it."""

    def __init__(self) -> None:
        super().__init__("There are ready words of this name already.")


@transaction.atomic
def add_template(*, values: Mapping[str, Any], by: User, at: datetime) -> UpdateTemplate:
    """`values` names its fields; the kind follows from the step. Raises TemplateNameTaken."""
    template = UpdateTemplate()
    _write(template, values)
    Activity.objects.record(None, "added ready words", by=by, at=at, new=stored_values(template, _FIELDS))
    return template


@transaction.atomic
def revise_template(template: UpdateTemplate, *, values: Mapping[str, Any], by: User, at: datetime) -> UpdateTemplate:
    """Other words; what was posted with them stays. Raises TemplateNameTaken, Gone."""
    current = UpdateTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if current is None:
        raise Gone
    old = stored_values(current, _FIELDS)
    _write(current, values)
    new = stored_values(current, _FIELDS)
    if new != old:
        Activity.objects.record(None, "changed ready words", by=by, at=at, old=old, new=new)
    return current


@transaction.atomic
def delete_template(template: UpdateTemplate, *, by: User, at: datetime) -> None:
    """Raises Gone."""
    current = UpdateTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if current is None:
        raise Gone
    Activity.objects.record(None, "deleted ready words", by=by, at=at, old=stored_values(current, _FIELDS))
    current.delete()


def _write(template: UpdateTemplate, values: Mapping[str, Any]) -> None:
    for name in _FIELDS:
        setattr(template, name, values[name])
    is_planned = values["status"] in MAINTENANCE_STEPS
    template.kind = EventKind.MAINTENANCE if is_planned else EventKind.INCIDENT
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise TemplateNameTaken from error
