"""Write the list of teams."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from incidents.edits import Gone
from incidents.models import ActionChange, ActionItem, Activity, Incident, Team

if TYPE_CHECKING:
    from accounts.models import User


class NameTaken(Exception):
    """Another team has this name, however it is spelled."""

    def __init__(self) -> None:
        super().__init__("There is a team of this name already.")


class NeedsHeir(Exception):
    """Promises or incidents are the team's; somebody has to answer for them."""

    def __init__(self) -> None:
        super().__init__("Promises or incidents are this team’s. Choose which team takes them over.")


@transaction.atomic
def add_team(*, name: str, lead: User | None, by: User, at: datetime) -> Team:
    """A new team. Raises NameTaken."""
    team = Team(name=name, lead=lead)
    _save(team)
    Activity.objects.record(None, "added a team", by=by, at=at, team=name, lead=_email(lead))
    return team


@transaction.atomic
def revise_team(team: Team, *, name: str, lead: User | None, by: User, at: datetime) -> Team:
    """Call it something else, or give it another lead. Raises Gone, NameTaken."""
    current = _locked(team)
    old = (current.name, current.lead)
    if old == (name, lead):
        return current
    current.name, current.lead = name, lead
    _save(current)
    said = {"old": [old[0], _email(old[1])], "new": [name, _email(lead)]}
    Activity.objects.record(None, "changed a team", by=by, at=at, **said)
    return current


@transaction.atomic
def dissolve_team(team: Team, *, heir: Team | None, by: User, at: datetime) -> None:
    """Take it out of the list. What is its becomes its heir's, each promise with a line of its history.

    Raises Gone, or NeedsHeir where anything is its and no heir is named.
    """
    current = _locked(team)
    # Each promise is locked like any that is changed: nobody writes over what moves.
    items = list(ActionItem.objects.filter(team=current).select_for_update(of=("self",)).order_by("pk"))
    incidents = Incident.objects.filter(team=current)
    if heir is None and (items or incidents.exists()):
        raise NeedsHeir
    if heir is not None:
        heir = _locked(heir)
        for item in items:
            ActionChange.objects.record(item, {"team": (current.name, heir.name)}, by=by, at=at)
        ActionItem.objects.filter(pk__in=[item.pk for item in items]).update(team=heir)
        incidents.update(team=heir)
    current.delete()
    said = {"team": team.name, "heir": heir.name if heir else "", "promises": len(items)}
    Activity.objects.record(None, "dissolved a team", by=by, at=at, **said)


def _locked(team: Team) -> Team:
    current = Team.objects.select_for_update(of=("self",)).select_related("lead").filter(pk=team.pk).first()
    if current is None:
        raise Gone
    return current


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise NameTaken from error


def _email(user: User | None) -> str:
    return user.email if user else ""
