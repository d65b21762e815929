"""Words of a company’s incidents, put together by a random generator: some are everywhere, some are rare."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

TEAMS = ("Network", "Storage", "Platform", "Mail", "Web", "Data centre", "Billing")
COMPONENTS = (
    # group, name
    ("Hosting", "Websites"),
    ("Hosting", "Databases"),
    ("Hosting", "Object storage"),
    ("Access", "API"),
    ("Access", "Control panel"),
    ("Access", "Log-in"),
    ("", "E-mail"),
    ("", "DNS"),
)
CAUSES = ("change", "software", "capacity", "hardware", "network", "dependency")
TAGS = ("power", "deploy", "certificate", "storage", "routing", "memory", "configuration", "supplier")

_EFFECTS = ("answered slowly", "answered with errors", "were out of reach", "lost connections", "timed out")
_REASONS = (
    "a change of the configuration",
    "a full disk",
    "an expired certificate",
    "a failed power supply",
    "a lost route",
    "a new release",
    "a query that held a lock",
    "a burst of requests",
    "a defect in a driver",
    "a supplier’s maintenance",
)
_DEEDS = (
    "the release was taken back",
    "traffic moved to the other hall",
    "the disk was replaced",
    "the certificate was renewed",
    "the route was announced again",
    "the query was stopped",
    "more servers were added",
    "the power supply was replaced",
    "the configuration was restored",
    "the supplier ended the work",
)
_SIGNS = (
    "Alerts fire for the rate of errors",
    "A customer calls support",
    "The graphs of latency rise",
    "The on-call engineer opens the dashboard",
    "The first servers answer again",
    "A second team is asked for help",
    "The queue of jobs grows",
    "Memory of the load balancers runs low",
)
_LONG = (
    "Requests that were already accepted were kept and handled later, so that no data was lost.",
    "Most customers saw an error page, and a repeated request often went through.",
    "What we measure would have shown it some minutes earlier, had the limit been lower.",
    "The procedure that the team followed had been practised in the spring, and it held.",
    "Two of the servers had been taken out for maintenance, which left less room than usual.",
    "The change had been tested on a copy with less traffic, where the problem does not appear.",
)


class Story(NamedTuple):
    """The words of one incident."""

    title: str
    internal_title: str
    rack: str  # rare: hardly two incidents share it
    reason: str
    deed: str
    effect: str


def story_of(random: Random, component: str) -> Story:
    rack, reason = f"rack {random.randrange(10_000, 99_999)}", random.choice(_REASONS)
    effect = random.choice(_EFFECTS)
    return Story(
        title=f"{component} {effect} after {reason}"[:200],
        internal_title=f"{component}: {reason}, {rack}"[:200],
        rack=rack,
        reason=reason,
        deed=random.choice(_DEEDS),
        effect=effect,
    )


def chapters_of(random: Random, story: Story, component: str) -> dict[str, str]:
    """Markdown by the keys of a report’s sections."""
    return {
        "summary": f"{component} {story.effect} because of **{story.reason}** in {story.rack}. {random.choice(_LONG)}",
        "impact": "\n".join(f"- {said}" for said in random.sample(_LONG, 3)),
        "root_cause": f"It began with {story.reason}. {' '.join(random.sample(_LONG, 3))}",
        "resolution": f"Service came back when {story.deed}. {random.choice(_LONG)}",
    }


def plain(markdown: str) -> str:
    """The words of these chapters. The program’s own way goes through HTML, which takes a hundred times as long."""
    return markdown.replace("**", "").replace("- ", "")


def row_of(random: Random, story: Story) -> str:
    """A line of a timeline."""
    return f"{random.choice(_SIGNS)}; {random.choice((story.rack, story.reason, story.deed))}."
