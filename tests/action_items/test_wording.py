"""The coach of wordings, and the tickets behind links."""

from __future__ import annotations

import pytest

from incidents.action_items import Ticket, advice, ticket

FINE = [
    "Alert when the queue grows for five minutes",
    "Add a second power supply to rack 4",
    "Test the restore of the mail database every month",
    "Pin the version of the base image",
    "Document how to roll back, and link it from the alert",
    "Cap retries of the payment client at three",
    "Rehearse the failover in May",
]
LESS_FINE = [
    ("We should add an alert", "Start with the verb: “Add an alert”"),
    ("The team needs to test the fuse", "Start with the verb: “Test the fuse”"),
    ("Better monitoring", "Start with a verb"),
    ("Alerts should be added for the queue", "Start with a verb"),
    ("Documentation of the roll back", "Start with a verb"),
    ("Add an alert and test the fuse", "two things"),
    ("Add an alert; document the fuse", "two things"),
    ("Improve monitoring", "Nobody can tell"),
    ("Investigate the memory leak", "Nobody can tell"),
    ("Be more careful with deploys", "Nobody can tell"),
    ("Migrate all databases", "may be large"),
    ("Rewrite the scheduler", "may be large"),
    (f"Add {'x' * 140}", "long for one thing"),
]


@pytest.mark.parametrize("text", FINE)
def test_a_good_wording_gets_no_advice(text: str) -> None:
    assert advice(text) == []


@pytest.mark.parametrize(("text", "said"), LESS_FINE)
def test_advice_is_to_the_point(text: str, said: str) -> None:
    assert any(said in sentence for sentence in advice(text)), advice(text)


def test_a_finish_test_ends_what_is_endless() -> None:
    assert advice("Improve monitoring", done_when="An alert fires within a minute") == []


@pytest.mark.parametrize("text", ["", " ", "…", "日本語のアラートを追加", "x" * 500, "\x00", "and and and"])
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(advice(text), list)


TICKETS = [
    ("https://example.atlassian.net/browse/OPS-12", Ticket("Jira", "OPS-12")),
    ("https://example.atlassian.net/jira/software/projects/OPS/boards/1?selectedIssue=OPS-7", Ticket("Jira", "OPS-7")),
    ("https://github.com/acme/infra/issues/45", Ticket("GitHub", "infra#45")),
    ("https://github.com/acme/infra/pull/46#discussion", Ticket("GitHub", "infra#46")),
    ("https://gitlab.example.com/group/sub/infra/-/issues/8", Ticket("GitLab", "infra#8")),
    ("https://gitlab.example.com/group/infra/-/merge_requests/9", Ticket("GitLab", "infra!9")),
    ("https://linear.app/acme/issue/OPS-123/alert-on-queue", Ticket("Linear", "OPS-123")),
    ("https://dev.azure.com/acme/Ops/_workitems/edit/77", Ticket("Azure Boards", "#77")),
    ("https://acme.youtrack.cloud/issue/OPS-3/title", Ticket("YouTrack", "OPS-3")),
    ("https://bugs.example.org/show_bug.cgi?id=1234", Ticket("Bugzilla", "#1234")),
    ("https://codeberg.org/acme/infra/issues/5", Ticket("Gitea", "infra#5")),
    ("https://app.shortcut.com/acme/story/991/title", Ticket("Shortcut", "#991")),
    ("https://trello.com/c/Ab12Cd34/5-title", Ticket("Trello", "Ab12Cd34")),
    ("https://redmine.example.org/issues/31", Ticket("Redmine", "#31")),
    ("https://phab.example.org/T99", Ticket("Phabricator", "T99")),
    ("https://wiki.example.org/some/page", Ticket("", "wiki.example.org")),
]


@pytest.mark.parametrize(("url", "found"), TICKETS)
def test_the_usual_trackers_are_recognised(url: str, found: Ticket) -> None:
    assert ticket(url) == found


@pytest.mark.parametrize(
    "url", ["", "OPS-12", "javascript:alert(1)", "ftp://example.org/x", "https://", "http://[", "https://%zz"]
)
def test_what_is_no_link_of_the_web_is_none(url: str) -> None:
    assert ticket(url) in (None, Ticket("", "%zz"))
