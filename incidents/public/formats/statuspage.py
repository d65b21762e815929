"""The page and its components in the Statuspage format, key for key and in order: existing clients work unchanged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Max

from incidents.models import Component, PublicEvent, Site, worst
from incidents.public.addresses import absolute
from incidents.public.branding import current_site
from incidents.public.components import current_components
from incidents.public.formats.ids import derived_id
from incidents.public.formats.rollup import rollup
from incidents.public.reading import read_once
from incidents.rendering import clean_text

Json = dict[str, Any]

_ZERO_ZONES = {"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Zulu", "UCT"}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def group_id(name: str) -> str | None:
    return derived_id("group", name) if name else None


@dataclass(frozen=True)
class Page:
    """What all objects of the page share. `components` are loaded with their status, in page order."""

    site: Site
    updated_at: datetime
    components: tuple[Component, ...]

    @classmethod
    @read_once
    def read(cls) -> Page:
        site, components = current_site(), current_components()
        newest = PublicEvent.objects.aggregate(newest=Max("updated_at"))["newest"] or _NEVER
        stored = [] if site._state.adding else [site.updated_at]  # noqa: SLF001  # Django's documented API
        return cls(site, max(newest, *(each.updated_at for each in components), *stored, _NEVER), components)

    @property
    def id(self) -> str:
        return derived_id("page") if self.site._state.adding else self.site.page_id  # noqa: SLF001  # likewise

    @property
    def name(self) -> str:
        return clean_text(self.site.name or settings.ORGANISATION_NAME)

    @property
    def zone(self) -> tzinfo:
        if self.site.time_zone in _ZERO_ZONES:
            return UTC
        try:
            return ZoneInfo(self.site.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return UTC

    def to_json(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "url": absolute(""),
            "time_zone": "Etc/UTC" if self.zone is UTC else self.site.time_zone,
            "updated_at": self.time(self.updated_at),
        }

    def status(self, going_on: Iterable[PublicEvent]) -> Json:
        levels = [component.status.value for component in self.components]
        indicator, description = rollup(levels, impacts=[event.impact for event in going_on])
        return {"indicator": indicator, "description": description}

    def time(self, at: datetime | None) -> str | None:
        """Three decimals, with `Z` or the offset that the page's zone has then."""
        if at is None:
            return None
        written = at.astimezone(self.zone).isoformat(timespec="milliseconds")
        return written.replace("+00:00", "Z") if self.zone is UTC else written

    def listed(self) -> list[Json]:
        """Each group before its members; positions count from 1 on the page, and inside a group."""
        groups: dict[str, list[Component]] = {}
        for component in self.components:
            groups.setdefault(component.group or f"\0{component.pk}", []).append(component)
        listed = []
        for position, members in enumerate(groups.values(), start=1):
            if not members[0].group:
                listed.append(self._now(members[0], position=position))
                continue
            listed.append(self._group(members, position=position))
            listed.extend(self._now(each, position=inside) for inside, each in enumerate(members, start=1))
        return listed

    def group_of(self, public_id: str) -> str:
        """The group that a component is in now; empty for one without, or that is gone."""
        return next((clean_text(each.group) for each in self.components if each.public_id == public_id), "")

    def component(self, component: Component, *, position: int, status: str, updated_at: datetime) -> Json:
        return {
            "id": component.public_id,
            "name": clean_text(component.name),
            "status": status,
            "created_at": self.time(component.created_at),
            "updated_at": self.time(updated_at),
            "position": position,
            "description": clean_text(component.description) or None,
            "showcase": component.shows_uptime,
            "start_date": component.counted_from.isoformat(),
            "group_id": group_id(component.group),
            "page_id": self.id,
            "group": False,
            "only_show_if_degraded": False,
        }

    def _now(self, component: Component, *, position: int) -> Json:
        status, updated_at = component.status.value, component.updated_at
        return self.component(component, position=position, status=status, updated_at=updated_at)

    def _group(self, members: list[Component], *, position: int) -> Json:
        return {
            "id": group_id(members[0].group),
            "name": clean_text(members[0].group),
            "status": worst(member.status for member in members).value,
            "created_at": self.time(min(member.created_at for member in members)),
            "updated_at": self.time(max(member.updated_at for member in members)),
            "position": position,
            "description": None,
            "showcase": False,
            "start_date": None,
            "group_id": None,
            "page_id": self.id,
            "group": True,
            "only_show_if_degraded": False,
            "components": [member.public_id for member in members],
        }
