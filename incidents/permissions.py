"""What a person may load: 404 for what isn't theirs to see. What they may do with it, views ask first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.roles import Capability
from incidents.models import ActionItem, Incident, PublicEvent, Report
from incidents.models.public_ids import PUBLIC_ID_LENGTH

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def incident_for(user: User, number: int) -> Incident:
    """The incident of that number, for an account that may see it."""
    visible = Incident.objects.visible_to(user).select_related("severity", "lead", "team", "report")
    return get_object_or_404(visible, number=number)


def report_for(user: User, number: int) -> Report:
    """The draft report of that incident, likewise."""
    reports = Report.objects.visible_to(user).select_related("incident__severity", "owner")
    return get_object_or_404(reports, incident__number=number)


def require_action_items(user: User | AnonymousUser) -> User:
    """Those who write reports change action items, and so do those who answer for them."""
    if isinstance(user, User) and user.may_follow_up:
        return user
    raise PermissionDenied


def may_change_item(user: User, item: ActionItem) -> bool:
    """Managers change every item, engineers their own."""
    return user.may(Capability.MANAGE_ACTIONS) or (user.may(Capability.WRITE) and item.owner_id == user.pk)


def may_write_item(user: User, item: ActionItem, report: Report) -> bool:
    """Who writes a report writes its items too; when it is out, those are a matter of who answers for them."""
    return may_change_item(user, item) or (user.may(Capability.WRITE) and report.is_editable)


def told_for(user: User, name: str) -> tuple[Incident | None, PublicEvent | None]:
    """What customers are told, by its public id or the incident's number; either may be missing, but not both.

    What was told of a private incident is public; to tell more takes an account that may see the incident.
    """
    incidents = Incident.objects.visible_to(user).select_related("severity", "report")
    if name.isdecimal() and len(name) < PUBLIC_ID_LENGTH:
        incident = get_object_or_404(incidents, number=int(name))
        return incident, PublicEvent.objects.filter(incident=incident).first()
    event = get_object_or_404(PublicEvent, public_id=name)
    return (get_object_or_404(incidents, pk=event.incident_id) if event.incident_id else None), event
