"""What was promised after what customers were told of, and what became of it: history for the board of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.roles import Role
from incidents.action_items import add_action_item, revise_action_item
from incidents.models import Incident

LEFT = "left"  # a colleague who is not there any more


@dataclass(frozen=True)
class DemoPromise:
    """Days are counted from the day after the incident; `closed` is None while it is not."""

    text: str
    kind: str
    team: str
    owner: str
    due: int | None
    closed: int | None = None
    state: str = "done"
    priority: str = "medium"
    reason: str = ""
    ticket: str = ""


# By the place of the incident in the list of those that were told, the oldest first; used again from the front.
PROMISES: tuple[tuple[DemoPromise, ...], ...] = (
    (
        DemoPromise("Alert when the queue grows for five minutes", "detect", "Messaging", Role.ENGINEER, 14, 9),
        DemoPromise("Cap retries of the payment client at three", "mitigate", "Platform", Role.ENGINEER, 21, 20),
    ),
    (DemoPromise("Rehearse the failover of the control panel", "mitigate", "Platform", LEFT, 30),),
    (
        DemoPromise("Pin the version of the base image", "prevent", "Platform", Role.ENGINEER, 14, 12, priority="high"),
        DemoPromise("Roll out to one host first", "prevent", "Platform", Role.PUBLISHER, 28, 33),
        DemoPromise("Rewrite the scheduler", "repair", "Platform", "", None, state="candidate"),
    ),
    (DemoPromise("Renew certificates thirty days ahead", "prevent", "Infrastructure", Role.ENGINEER, 10, 8),),
    (
        DemoPromise(
            *("Add a second resolver to every host", "mitigate", "Infrastructure", Role.ENGINEER, 20),
            ticket="https://northwind.atlassian.net/browse/INFRA-212",
        ),
        DemoPromise("Test the restore of the mail database", "repair", "Messaging", "", 12, priority="high"),
    ),
    (
        DemoPromise(
            *("Buy a second uplink", "prevent", "Infrastructure", Role.PUBLISHER, 30, 15, "wont_do"),
            reason="It costs more than the outages it would spare.",
        ),
        DemoPromise("Show the age of the cache on the dashboard", "detect", "Platform", Role.ENGINEER, 21, 18),
    ),
    (
        DemoPromise("Write the runbook for a full disk", "repair", "Infrastructure", Role.ENGINEER, 14, 13),
        DemoPromise(
            "Separate logs from data on the API hosts", "prevent", "Platform", Role.PUBLISHER, 45, priority="low"
        ),
    ),
)


def promise(
    incident: Incident,
    number: int,
    people: dict[str, User],
    *,
    happened: datetime,
    now: datetime,
    only_closed: bool = False,
) -> None:
    """Promise what comes at this place of the list, and keep what was kept by now; of long ago only what is over."""
    opened = happened + timedelta(days=1)
    for demo in PROMISES[number % len(PROMISES)]:
        if opened > now:
            return
        if only_closed and demo.closed is None:
            continue
        values: dict[str, Any] = {
            "text": demo.text,
            "kind": demo.kind,
            "team": demo.team,
            "owner": people.get(demo.owner),
            "priority": demo.priority,
            "state": "candidate" if demo.state == "candidate" else "open",
            "tracker_url": demo.ticket,
        }
        if demo.due is not None:
            values["due_on"] = (opened + timedelta(days=demo.due)).date()
        by = people[Role.ENGINEER]
        item = add_action_item(incident, values=values, by=by, at=opened)
        if demo.closed is not None and (closed := opened + timedelta(days=demo.closed)) <= now:
            changes = {"state": demo.state, "reason": demo.reason}
            revise_action_item(item, changes=changes, by=people.get(demo.owner, by), at=closed)
