"""Write the list of components and the state that customers read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from incidents.models import Activity, Component, ComponentStatus, ImpactWindow, PublicChange

if TYPE_CHECKING:
    from accounts.models import User

_FIELDS = ("name", "group", "description", "position", "counted_from", "shows_uptime")
_ON_EVERY_PAGE = ("name", "group")  # of whatever was once about the component


class NameTaken(Exception):
    """Another component of the group has this name; somebody may just have added it."""

    def __init__(self) -> None:
        super().__init__("There is a component of this name already.")


@transaction.atomic
def add_component(*, values: dict[str, Any], by: User, at: datetime) -> Component:
    """A new part of the product, public at once. `values` names its fields. Raises NameTaken."""
    last = Component.objects.aggregate(last=Max("position"))["last"] or 0
    component = Component(**{"position": last + 1} | {name: values[name] for name in _FIELDS if name in values})
    component.created_at = at
    _save(component, at=at)
    PublicChange.note(PublicChange.Kind.COMPONENTS, at=at)
    Activity.objects.record(None, "added a component", by=by, at=at, new=_said(component))
    return component


@transaction.atomic
def revise_component(component: Component, *, values: dict[str, Any], by: User, at: datetime) -> Component:
    """Change its name, place or words; customers see it at once, and a new name on old pages too. Raises NameTaken."""
    component = Component.objects.select_for_update().get(pk=component.pk)
    old = _said(component)
    for name in _FIELDS:
        if name in values:
            setattr(component, name, values[name])
    _save(component, at=at)
    new = _said(component)
    PublicChange.note(PublicChange.Kind.COMPONENTS, at=at)
    if any(old[name] != new[name] for name in _ON_EVERY_PAGE):
        PublicChange.note(PublicChange.Kind.SITE, at=at)
    Activity.objects.record(None, "changed a component", by=by, at=at, old=old, new=new)
    return component


@transaction.atomic
def move_component(component: Component, *, up: bool, by: User, at: datetime) -> Component:
    """Change places with the one above or below on the page; at the end of the list nothing happens."""
    list(Component.objects.select_for_update().order_by("pk"))  # whoever changes the order waits for those who do
    ordered = list(Component.objects.in_page_order())
    place = ordered.index(component)
    moved = ordered.pop(place)
    ordered.insert(max(0, place - 1) if up else place + 1, moved)
    new = ordered.index(moved)
    if new == place:
        return moved
    for position, each in enumerate(ordered, 1):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])
    PublicChange.note(PublicChange.Kind.COMPONENTS, at=at)
    Activity.objects.record(None, "moved a component", by=by, at=at, component=str(moved), old=place + 1, new=new + 1)
    return moved


@transaction.atomic
def set_level(component: Component, level: str, *, by: User, at: datetime) -> Component:
    """Say how a component is without an incident; what incidents say of it stands beside it, and the worst counts."""
    component = Component.objects.select_for_update().get(pk=component.pk)
    by_hand = component.windows.filter(event=None, ended_at=None)
    old = next(iter(by_hand), None)
    if level == (old.level if old else ComponentStatus.OPERATIONAL):
        return component
    by_hand.filter(started_at__gte=at).delete()
    by_hand.update(ended_at=at)
    if level != ComponentStatus.OPERATIONAL:
        ImpactWindow.objects.create(component=component, level=level, started_at=at)
    _save(component, at=at)
    PublicChange.note(PublicChange.Kind.COMPONENTS, at=at)
    said = {"old": {"status": old.level if old else "operational"}, "new": {"status": level, "name": str(component)}}
    Activity.objects.record(None, "changed a component", by=by, at=at, **said)
    return component


def _save(component: Component, *, at: datetime) -> None:
    component.updated_at = at
    try:
        with transaction.atomic():
            component.save()
    except IntegrityError as error:
        raise NameTaken from error


def _said(component: Component) -> dict[str, str]:
    return {name: str(getattr(component, name)) for name in _FIELDS}
