"""The year before what the demo tells of: enough incidents for every chart to be worth a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from incidents.authoring.operations import MilestoneValue, add_impact, open_incident, record_milestones, revise_facts
from incidents.management.demo_telling import Components, moment_of
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Incident, IncidentStatus, Severity, Team


@dataclass(frozen=True)
class Past:
    """Minutes count from the start; `share` is a percentage of customers, None where nobody knows.

    `about` says that the start was not noted to the minute.
    """

    days_ago: int
    start: str
    title: str
    severity: str
    component: str
    team: str
    detected: int
    acknowledged: int
    mitigated: int
    recovered: int | None
    resolved: int
    share: int | None
    about: bool = False


PAST = (
    Past(352, "03:12", "Disk of db-3 full", "high", "Control panel", "Infrastructure", 4, 9, 52, 60, 95, 40),
    Past(347, "10:40", "Deploy broke log-in", "critical", "Control panel", "Platform", 3, 5, 21, 24, 60, 100),
    Past(330, "22:05", "Mail queue stuck", "medium", "E-mail", "Messaging", 35, 41, 150, 170, 200, 60, about=True),
    Past(318, "14:20", "Slow API after a rollout", "medium", "API", "Platform", 12, 15, 48, 48, 70, 25),
    Past(311, "01:55", "Power unit 9 failed", "high", "Websites", "Infrastructure", 2, 11, 88, 96, 140, 8),
    Past(296, "08:30", "Certificate of the API expired", "high", "API", "Platform", 6, 8, 31, 31, 45, 100),
    Past(287, "16:45", "Cache served stale pages", "low", "Websites", "Platform", 190, 205, 260, 262, 300, 5),
    Past(274, "12:02", "Resolver of one hall down", "medium", "Websites", "Infrastructure", 9, 13, 37, 40, 55, 12),
    Past(269, "19:18", "Backups at peak hours", "low", "Control panel", "Infrastructure", 20, 44, 70, 70, 90, None),
    Past(251, "07:41", "Spam wave delayed mail", "medium", "E-mail", "Messaging", 15, 18, 120, 155, 180, 70),
    Past(238, "02:26", "Switch lost its settings", "critical", "Websites", "Infrastructure", 1, 6, 64, 71, 130, 35),
    Past(233, "11:11", "Limiter blocked a partner", "low", "API", "Platform", 75, 90, 110, 110, 125, 1, about=True),
    Past(219, "15:37", "Web server out of memory", "medium", "Websites", "Platform", 7, 10, 26, 27, 40, 15),
    Past(205, "04:50", "Storage was restarted", "high", "Websites", "Infrastructure", 3, 9, 41, 55, 80, 22),
    Past(199, "13:29", "Import of invoices failed", "low", "Control panel", "Platform", 240, 260, 300, None, 330, None),
    Past(186, "09:03", "Attachments were refused", "medium", "E-mail", "Messaging", 22, 25, 61, 64, 75, 30),
    Past(178, "20:14", "Fibre cut outside the building", "high", "Websites", "Infrastructure", 1, 4, 33, 180, 240, 18),
    Past(163, "06:33", "Job queue grew after a deploy", "medium", "API", "Platform", 11, 14, 39, 52, 66, 20),
    Past(158, "17:52", "Wrong DNS record", "medium", "Control panel", "Platform", 5, 8, 17, 45, 60, 50),
    Past(141, "23:20", "Cooling alarm in hall 2", "low", "Websites", "Infrastructure", 2, 12, 55, 55, 120, None),
    Past(133, "10:26", "Slow queries in the panel", "medium", "Control panel", "Platform", 8, 10, 29, 31, 50, 45),
    Past(120, "05:44", "Mail relay lost its route", "high", "E-mail", "Messaging", 6, 9, 34, 58, 70, 80),
    Past(112, "14:08", "Patch restarted web servers", "low", "Websites", "Platform", 4, 7, 18, 18, 30, 10),
    Past(101, "21:39", "API tokens were rejected", "high", "API", "Platform", 5, 7, 22, 23, 44, 100),
)  # fmt: skip


def play(past: Past, components: Components, *, by: User, now: datetime) -> Incident:
    """One incident of long ago, resolved, whose report nobody waits for."""
    start = moment_of(past.days_ago, past.start, now=now)

    def after(minutes: int | None) -> MilestoneValue:
        if minutes is None:
            return MilestoneValue(None, Precision.UNKNOWN)
        return MilestoneValue(start + timedelta(minutes=minutes))

    incident = open_incident(
        title=past.title,
        severity=Severity.objects.get(tone=past.severity),
        by=by,
        at=start + timedelta(minutes=past.detected),
    )
    end = start + timedelta(minutes=past.resolved)
    add_impact(incident, components[past.component], level="partial_outage", share=past.share, by=by, at=end)
    changes = {"status": IncidentStatus.RESOLVED, "team": Team.objects.named(past.team), "due_on": None}
    revise_facts(incident, changes=changes, by=by, at=end)
    started = MilestoneValue(start, Precision.ABOUT if past.about else Precision.EXACT)
    record_milestones(
        incident,
        {
            MilestoneKind.IMPACT_STARTED: started,
            MilestoneKind.DETECTED: after(past.detected),
            MilestoneKind.ACKNOWLEDGED: after(past.acknowledged),
            MilestoneKind.MITIGATED: after(past.mitigated),
            MilestoneKind.RECOVERED: after(past.recovered),
            MilestoneKind.RESOLVED: after(past.resolved),
        },
        by=by,
        at=end,
    )
    return incident
