"""What a report tells beside its rows, for a person to take or leave: the ends that it states, components it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from incidents.milestones import MilestoneKind
from incidents.models import Component
from incidents.parsing import ParsedReport, ProposedMilestone
from incidents.parsing.model import SectionKey

_PLAIN_PLACES: tuple[SectionKey, ...] = ("summary", "impact")


@dataclass(frozen=True)
class NamedComponent:
    """A component of here whose name the report writes; `is_plain` where its title, summary or impact does."""

    component: Component
    is_plain: bool


def named_components(report: ParsedReport) -> list[NamedComponent]:
    """Components whose whole name stands in the report as a word, whatever its case."""
    plain = " \n".join([report.title or "", *(report.text_of(key) or "" for key in _PLAIN_PLACES)])
    whole = "\n".join(
        [plain, *(part.markdown for part in report.sections), *(row.plain_text for row in report.timeline)]
    )
    found = []
    for component in Component.objects.in_page_order():
        name = re.compile(rf"(?<!\w){re.escape(component.name)}(?!\w)", re.IGNORECASE)
        if name.search(whole):
            found.append(NamedComponent(component, name.search(plain) is not None))
    return found


@dataclass(frozen=True)
class ProposedMarks:
    """Which row marks which milestone, by the row's position, and the stated ends that no row stands for."""

    rows: dict[int, MilestoneKind]
    stated: list[ProposedMilestone]


def proposed_marks(report: ParsedReport) -> ProposedMarks:
    """What a label states counts more than what the words of a row suggest, and marks the row of that moment."""
    rows = {mark.entry_index: MilestoneKind(mark.kind) for mark in report.milestones if mark.entry_index is not None}
    stated = []
    for mark in report.stated:
        kind = MilestoneKind(mark.kind)
        rows = {index: other for index, other in rows.items() if other is not kind}
        at_once = [index for index, row in enumerate(report.timeline) if row.occurred_at == mark.occurred_at]
        free = next((index for index in at_once if index not in rows), None)
        if free is not None:
            rows[free] = kind
        else:
            stated.append(replace(mark, precision="about") if mark.precision == "unknown" else mark)
    return ProposedMarks(rows, stated)
