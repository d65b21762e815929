"""What happened at Northwind Hosting, an imaginary company."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from incidents.milestones import MilestoneKind, Precision

# Since how many days each is counted.
COMPONENTS = {"Websites": 700, "API": 700, "Control panel": 400, "E-mail": 84}


@dataclass(frozen=True)
class DemoIncident:
    """Clock times are UTC on the day of the incident. `versions` are the notes of what was published."""

    title: str
    headline: str
    severity: str
    days_ago: int
    components: tuple[str, ...]
    level: str
    timeline: tuple[tuple[str, str, str, str | None], ...]
    sections: tuple[tuple[str, str, str], ...]
    actions: tuple[dict[str, Any], ...]
    milestones: tuple[tuple[MilestoneKind, str, Precision], ...] = ()
    byline: str = "Infrastructure team"
    cause: str = ""
    tags: tuple[str, ...] = ()
    status: str = "resolved"
    asks_for_review: bool = True
    versions: tuple[str, ...] = field(default=())


_POWER = DemoIncident(
    title="Server outage across all data halls",
    headline="A power overload took every server offline for 3 hours 20 minutes",
    severity="critical",
    days_ago=40,
    components=("Websites", "API", "Control panel", "E-mail"),
    level="major_outage",
    cause="hardware",
    tags=("failover", "power"),
    timeline=(
        (
            "4:34",
            "Power overload on the feed of hall B, breaker B2 trips",
            "A power overload begins in the server room.",
            None,
        ),
        ("5:00", "All hosts down", "All servers go down; customers see HTTP 500.", "impact_started"),
        ("5:02", "Pager goes off", "Pagers alert the on-call team.", "detected"),
        ("5:10", "Primary on-call acknowledges from home", "The on-call team acknowledges.", "acknowledged"),
        ("5:41", "Second on-call finds web-03 left out of the failover group since the spring clean-up", "", None),
        ("6:15", "Start configuring the backup systems by hand", "Configuration of the backup systems begins.", None),
        ("7:50", "Rollback to the previous image works", "The rollback succeeds.", "mitigated"),
        ("8:20", "Load balancers show 100 % of traffic", "All traffic is back.", "resolved"),
    ),
    sections=(
        (
            "summary",
            "Overload on feed B2, everything down from 05:00 to 08:20 UTC. No data loss confirmed by storage.",
            "From 05:00 to 08:20 UTC every request to our platform failed with an HTTP 500 error. No customer data "
            "was lost. We are sorry: you rely on us to be there, and for a whole morning we were not.",
        ),
        (
            "impact",
            "100 % of requests, all plans. About 4,100 support contacts.",
            "Websites, the API, the control panel and e-mail were unreachable. Mail sent to your mailboxes during the "
            "outage was queued by the senders and arrived later; none was lost.",
        ),
        (
            "root_cause",
            "B2 carried 112 % after the June moves; nobody re-added the load. Failover group was missing web-03.",
            "Two racks that moved into the hall in summer drew more power than their circuit was planned for. When a "
            "cooling unit started, **the breaker tripped**, and the second circuit could not carry both.\n\n"
            "Our servers should have moved to the second hall by themselves. They did not, because the list of "
            "machines that take over had not been updated after the move.",
        ),
        (
            "resolution",
            "Manual configuration of the standby hosts, then rollback.",
            "We configured the standby servers by hand, went back to the last image that was known to be good, and "
            "let traffic return in steps.",
        ),
        ("detection", "The pager, two minutes after the first failed health check.", ""),
        ("went_well", "Pager within two minutes. Customers heard from us at 05:20.", ""),
        ("went_badly", "The runbook for hall failover was for the old layout.", ""),
        ("got_lucky", "The storage runs on a circuit of its own.", ""),
    ),
    actions=(
        {
            "text": "Review the power budget of both halls, circuit by circuit",
            "public_text": "Review the power supply of the server room",
            "kind": "prevent",
            "state": "in_progress",
            "owner": "publisher",
            "team": "Infrastructure",
            "due_days": 18,
            "done_when": "Every circuit has a number beside its rated load, and none is above 80 %.",
        },
        {
            "text": "Make hall failover automatic and rehearse it every quarter",
            "public_text": "Build a backup system that fails over on its own",
            "kind": "mitigate",
            "state": "in_progress",
            "owner": "publisher",
            "team": "Infrastructure",
            "due_days": 116,
            "done_when": "A rehearsal moves a hall in under five minutes with nobody touching it.",
        },
        {
            "text": "Alert at 80 % of a circuit's rated load",
            "public_text": "Alert on power draw before servers fail",
            "kind": "detect",
            "state": "open",
            "owner": "engineer",
            "team": "Infrastructure",
            "due_days": 31,
            "done_when": "A test load on one circuit reaches the pager.",
        },
        {"text": "Add web-03 back to the failover group", "kind": "repair", "state": "done", "owner": "engineer"},
    ),
    versions=("", "The power review is done; we added what happened to mail during the outage."),
)

_MAIL = DemoIncident(
    title="Delayed e-mail delivery",
    headline="Outgoing e-mail was delayed by up to 42 minutes",
    severity="medium",
    days_ago=12,
    components=("E-mail",),
    level="degraded_performance",
    byline="Messaging team",
    cause="dependency",
    tags=("mail", "timeouts"),
    timeline=(
        ("13:08", "Queue on mx-2 starts to grow", "Outgoing mail begins to queue.", "impact_started"),
        ("13:21", "Customer reports a late password mail", "A customer tells us about a late message.", "detected"),
        ("13:24", "On-call looks at the queue", "The on-call team takes it on.", "acknowledged"),
        ("13:40", "Restart of the delivery workers", "Delivery is restarted.", "mitigated"),
        ("13:50", "Queue empty", "All delayed mail is delivered.", "resolved"),
    ),
    sections=(
        (
            "summary",
            "Delivery workers hung on one recipient domain that accepted connections and never answered.",
            "Between 13:08 and 13:50 UTC mail from our servers left late, by 42 minutes at most. No mail was lost.",
        ),
        (
            "root_cause",
            "No timeout on the SMTP DATA answer.",
            "One receiving provider accepted our connections and then never answered. Our delivery waited for it "
            "without a limit, and everything behind it waited too.",
        ),
        (
            "impact",
            "1,900 mails late, 42 minutes at most.",
            "About 1,900 mails left late. Incoming mail, webmail and calendars were not affected.",
        ),
        (
            "resolution",
            "Restarted the workers; the queue drained in ten minutes.",
            "We restarted the delivery, and everything that waited was delivered within ten minutes.",
        ),
        ("detection", "A customer, thirteen minutes in. No alarm on queue depth.", ""),
        ("went_well", "The restart was safe: no mail was sent twice.", ""),
        ("went_badly", "We heard it from a customer.", ""),
        ("got_lucky", "It was early afternoon, and two people knew the queue.", ""),
    ),
    actions=(
        {
            "text": "Put a timeout on every step of SMTP delivery",
            "public_text": "Stop waiting for providers that do not answer",
            "kind": "prevent",
            "state": "open",
            "team": "Messaging",
            "owner": "engineer",
            "due_days": 40,
            "done_when": "A receiver that never answers no longer holds up the queue in the test.",
        },
        {
            "text": "Queue depth alarm on outgoing mail",
            "public_text": "Raise an alarm when the mail queue grows",
            "kind": "detect",
            "state": "open",
            "team": "Messaging",
            "due_days": 33,
            "done_when": "500 waiting mails reach the pager.",
        },
    ),
    versions=("",),
)

_LOGIN = DemoIncident(
    title="Control panel log-ins fail for some customers",
    headline="Some customers could not log in to the control panel for an hour",
    severity="high",
    days_ago=3,
    components=("Control panel",),
    level="partial_outage",
    byline="Platform team",
    cause="change",
    tags=("deploy", "log-in"),
    timeline=(
        ("16:02", "Deploy of panel 4.18", "A new version of the control panel goes out.", None),
        (
            "16:05",
            "First failed log-ins for accounts with more than one company",
            "Log-ins begin to fail for customers with several companies.",
            "impact_started",
        ),
        ("16:31", "Support raises it in #incidents", "Support notices a pattern in the requests.", "detected"),
        ("16:38", "On-call takes it", "The on-call team takes it on.", "acknowledged"),
        ("17:04", "Rollback to 4.17", "The previous version is back.", "resolved"),
    ),
    sections=(
        (
            "summary",
            "4.18 read the company from the session before it was set.",
            "From 16:05 to 17:04 UTC customers with more than one company could not log in to the control panel. "
            "Websites, mail and the API worked throughout.",
        ),
        (
            "root_cause",
            "4.18 read the company from the session before it was set; the test account has one company only.",
            "The new version asked for the company before it was chosen. The account with which we test on "
            "panel-test-01 has a single company, so every test passed.",
        ),
    ),
    actions=(
        {
            "text": "Log-in test with an account of several companies in the release checks",
            "public_text": "Test log-in with several companies before every release",
            "kind": "prevent",
            "state": "open",
            "owner": "engineer",
            "team": "Platform",
            "due_days": 21,
        },
    ),
)

_DISK = DemoIncident(
    title="Backup host ran full overnight",
    headline="",
    severity="low",
    days_ago=1,
    components=(),
    level="degraded_performance",
    asks_for_review=False,
    timeline=(
        ("2:12", "backup-1 at 100 %, nightly backups stop", "", "impact_started"),
        ("6:50", "Morning check finds it", "", "detected"),
        ("7:20", "Old snapshots removed, backups run again", "", "resolved"),
    ),
    sections=(("summary", "Retention job had been off since the host was replaced.", ""),),
    actions=(),
)

# Oldest first: numbers follow.
INCIDENTS = (_POWER, _MAIL, _LOGIN, _DISK)
