"""The ticket behind a link, by how the usual trackers write their addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Ticket:
    """`key` is what people call it: `OPS-12`, `#345`, or the host where the tracker is not known."""

    tracker: str
    key: str


# What stands in the path, or in path and question; the first that fits names the tracker. Sources: the addresses that
# each of them copies for a ticket.
_TRACKERS: Final = (
    ("Jira", r"/browse/(?P<key>[A-Z][A-Z0-9_]*-\d+)\b"),
    ("Jira", r"[?&]selectedIssue=(?P<key>[A-Z][A-Z0-9_]*-\d+)\b"),
    ("GitHub", r"^//(?:[\w.-]*\.)?github\.[^/]+/[^/]+/(?P<place>[^/]+)/(?:issues|pull)/(?P<number>\d+)"),
    ("GitLab", r"/(?P<place>[^/]+)/-/(?:issues|work_items)/(?P<number>\d+)"),
    ("GitLab", r"/(?P<place>[^/]+)/-/merge_requests/(?P<merge>\d+)"),
    ("Linear", r"^//linear\.app/[^/]+/issue/(?P<key>[A-Z0-9]+-\d+)\b"),
    ("Azure Boards", r"/_workitems/edit/(?P<number>\d+)"),
    ("YouTrack", r"/issue/(?P<key>[A-Z][A-Z0-9_]*-\d+)\b"),
    ("Bugzilla", r"/show_bug\.cgi\?(?:.*&)?id=(?P<number>\d+)"),
    (
        "Gitea",
        r"^//(?:codeberg\.org|gitea\.[^/]+|[\w.-]*forgejo[^/]*)/[^/]+/(?P<place>[^/]+)/(?:issues|pulls)/(?P<number>\d+)",
    ),
    ("Bitbucket", r"^//bitbucket\.org/[^/]+/(?P<place>[^/]+)/(?:issues|pull-requests)/(?P<number>\d+)"),
    ("Shortcut", r"^//app\.shortcut\.com/[^/]+/story/(?P<number>\d+)"),
    ("Asana", r"^//app\.asana\.com/(?:0/\d+|1/\d+/(?:project/\d+/)?task)/(?P<number>\d+)"),
    ("Trello", r"^//trello\.com/c/(?P<key>\w+)"),
    ("ClickUp", r"^//app\.clickup\.com/t/(?:\d+/)?(?P<key>[\w-]+)"),
    ("ServiceNow", r"^//[^/]*\.service-now\.com/.*[?&=/](?P<key>[A-Z]{2,6}\d{6,})\b"),
    ("Phabricator", r"^//[^/]+/(?P<key>T\d+)$"),
    ("Redmine", r"/issues/(?P<number>\d+)$"),
)
_COMPILED: Final = tuple((name, re.compile(pattern)) for name, pattern in _TRACKERS)


def ticket(url: str) -> Ticket | None:
    """What a link leads to; None for what is no link of the web."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    where = f"//{host}{unquote(parts.path).rstrip('/')}{f'?{parts.query}' if parts.query else ''}"
    for name, pattern in _COMPILED:
        if found := pattern.search(where):
            return Ticket(name, _key(found.groupdict()))
    return Ticket("", host)


def _key(found: dict[str, str | None]) -> str:
    if key := found.get("key"):
        return key
    place = found.get("place") or ""
    return f"{place}!{found['merge']}" if found.get("merge") else f"{place}#{found['number']}"
