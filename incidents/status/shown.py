"""The event page put together, and the sentence that customers will read at the top of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.models import (
    WORST_FIRST,
    Component,
    ComponentStatus,
    EventUpdate,
    ImpactWindow,
    Incident,
    PublicEvent,
    worst,
)
from incidents.public.components import StatusBanner, banner


@dataclass(frozen=True)
class Told:
    """An incident of which something may have been told, or planned work."""

    incident: Incident | None
    event: PublicEvent | None

    @property
    def name(self) -> str:
        """What stands for it in an address: the incident's number as long as customers know nothing of it."""
        return self.event.public_id if self.event else str(self.incident.number) if self.incident else ""

    @property
    def heading(self) -> str:
        return self.event.title if self.event else "Tell customers"

    def updates(self) -> list[EventUpdate]:
        if self.event is None:
            return []
        return list(
            self.event.updates.select_related("posted_by").prefetch_related("earlier__replaced_by").newest_first()
        )

    def about(self) -> list[str]:
        """The components it is about, in the order of the page."""
        rows = self.event.components.select_related("component") if self.event else []
        return [
            row.component.name for row in sorted(rows, key=lambda row: (row.component.position, row.component.name))
        ]

    def suggested_levels(self) -> dict[str, str]:
        """What people inside noted as affected, where customers were told nothing yet."""
        if self.event is not None or self.incident is None:
            return {}
        impacts = self.incident.impacts.select_related("component").order_by("id")
        levels = {level: place for place, level in enumerate(WORST_FIRST)}
        noted: dict[str, str] = {}
        for row in impacts:
            key = row.component.public_id
            noted[key] = min(noted.get(key, row.level), row.level, key=lambda level: levels[ComponentStatus(level)])
        return noted


def banner_with(
    event: PublicEvent | None, components: Sequence[Component], levels: Mapping[Component, str], *, at: datetime
) -> StatusBanner | None:
    """What customers will read when the components of one event are at these levels, and all others as they are."""
    windows = ImpactWindow.objects.counted().open_at(at)
    if event is not None:
        windows = windows.exclude(event=event)
    others: dict[int, list[str]] = {}
    for component_id, level in windows.values_list("component_id", "level"):
        others.setdefault(component_id, []).append(level)
    for component in components:
        mine = levels.get(component, ComponentStatus.OPERATIONAL)
        component.current_level = worst([mine, *others.get(component.pk, [])])  # type: ignore[attr-defined]
    return banner(components)
