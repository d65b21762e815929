"""The board: who sees what, in which order, by which filters, and what it adds up to."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from accounts.roles import Role
from incidents.board.figures import Share, figures
from incidents.models import ActionItem, Incident, SavedView, Team
from tests.factories import make_component, make_incident, make_user, publish

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MANAGER, name="Mara")
    client.force_login(user)
    return user


@pytest.fixture
def incident() -> Incident:
    return make_incident()


def item(incident: Incident, text: str, *, days: int | None = None, **fields: Any) -> ActionItem:
    """An item that is due so many days from today."""
    fields.setdefault("opened_at", NOW - timedelta(days=40))
    due = None if days is None else TODAY + timedelta(days=days)
    made: ActionItem = ActionItem.objects.create(incident=incident, text=text, due_on=due, **fields)
    return made


def done(incident: Incident, text: str, *, due: int, closed: int, **fields: Any) -> ActionItem:
    return item(incident, text, days=due, state="done", closed_on=TODAY + timedelta(days=closed), **fields)


def texts(client: Client, query: str = "") -> list[str]:
    response = client.get(f"/actions/{query}")
    assert response.status_code == 200, response.content
    context = response.context
    return [row.item.text for row in (*context["unowned"], *context["rows"])]


# ── Order and filters ───────────────────────────────────────────────────────


def test_what_nobody_answers_for_comes_first_among_the_late(client: Client, manager: User, incident: Incident) -> None:
    here, left = make_user(), make_user(is_active=False)
    item(incident, "later", days=5, owner=here)
    item(incident, "no day", owner=here)
    item(incident, "late, owned", days=-20, owner=here)
    item(incident, "late, nobody", days=-2)
    item(incident, "late, left", days=-9, owner=left)
    done(incident, "done", due=-30, closed=-31)

    assert texts(client) == ["late, left", "late, nobody", "late, owned", "later", "no day"]
    assert "Late, and nobody answers for them" in client.get("/actions/").content.decode()


def test_items_of_one_incident_stand_together(client: Client, manager: User) -> None:
    first, second = make_incident(), make_incident()
    for number in range(2):
        item(first, f"first {number}", days=3)
        item(second, f"second {number}", days=3)

    assert texts(client) == ["first 0", "first 1", "second 0", "second 1"]
    assert texts(client, f"?incident={first.number}") == ["first 0", "first 1"]


def test_filters_combine(client: Client, manager: User, incident: Incident) -> None:
    power = Team.objects.create(name="Power")
    owner = make_user(name="Olga")
    item(incident, "Alert on power draw", days=-2, team=power, owner=owner, kind="detect", public_text="Alert")
    item(incident, "Test the fuse", days=-2, team=power, owner=owner, kind="prevent")
    item(incident, "Other team", days=-2, owner=manager, priority="high")
    item(incident, "Not late", days=2, team=power, owner=owner)

    assert texts(client, f"?team={power.pk}&late=on") == ["Alert on power draw", "Test the fuse"]
    assert texts(client, f"?team={power.pk}&late=on&kind=detect") == ["Alert on power draw"]
    assert texts(client, "?public=on") == ["Alert on power draw"]
    assert texts(client, "?owner=me") == ["Other team"]
    assert texts(client, f"?owner={owner.pk}&q=fuses") == ["Test the fuse"]
    assert texts(client, "?priority=high") == ["Other team"]
    assert texts(client, f"?severity={incident.severity_id}&late=on&owner=none") == []


def test_by_component_age_and_state(client: Client, manager: User) -> None:
    mail = make_component("Mail")
    hit = make_incident(components=[mail])
    item(hit, "hit", days=1)
    item(make_incident(), "not hit", days=1, opened_at=NOW - timedelta(days=3))
    done(hit, "over", due=-3, closed=-4)
    item(hit, "maybe", state="candidate")

    assert texts(client, f"?component={mail.pk}") == ["hit", "maybe"]
    assert texts(client, "?age=14") == ["not hit"]
    assert texts(client, "?age=60") == ["hit", "maybe"]
    assert texts(client, "?state=done") == ["over"]
    assert texts(client, "?state=candidate") == ["maybe"]
    assert len(texts(client, "?state=any")) == 4


@pytest.mark.parametrize(
    "query",
    ["?state=x", "?team=1e9", "?owner=%00", "?age=7", "?kept=3", "?incident=-1", "?opened_in=x", f"?q={'x' * 300}"],
)
def test_what_no_filter_can_be_is_refused_and_said(client: Client, manager: User, query: str) -> None:
    assert client.get(f"/actions/{query}").status_code == 422
    for address in ("items.csv", "items.json", "calendar.ics"):
        assert client.get(f"/actions/{address}{query}").status_code == 422


def test_pages_go_on_behind_a_row(client: Client, manager: User, incident: Incident) -> None:
    for number in range(120):
        item(incident, f"{number}", days=number % 7, owner=manager)

    seen, query = [], "?sort=newest"
    while query:
        response = client.get(f"/actions/{query}")
        seen += [row.item.pk for row in response.context["rows"]]
        after = response.context["page"].after
        query = f"?sort=newest&after={after}" if after else ""
    assert len(seen) == len(set(seen)) == 120


# ── Figures ─────────────────────────────────────────────────────────────────


def test_figures_lead_to_the_rows_behind_them(client: Client, manager: User, incident: Incident) -> None:
    done(incident, "in time", due=-10, closed=-12)
    done(incident, "on the day", due=-10, closed=-10)
    done(incident, "too late", due=-10, closed=-9)
    item(incident, "dropped", days=-10, state="wont_do", reason="x", closed_on=TODAY)
    item(incident, "late", days=-41)
    item(incident, "due today", days=0)
    item(incident, "long ago", days=-100, state="done", closed_on=TODAY - timedelta(days=101))
    item(incident, "a candidate", days=-10, state="candidate")

    told = figures(ActionItem.objects.visible_to(manager), on=TODAY)

    assert told.kept == Share(2, 5)
    assert told.kept_before == Share(1, 1)
    assert (told.late, told.oldest_late, told.underway, told.unowned, told.candidates) == (1, 41, 2, 2, 1)
    assert sorted(texts(client, "?kept=90")) == ["dropped", "in time", "late", "on the day", "too late"]
    assert texts(client, "?kept=180") == ["long ago"]
    assert texts(client, "?late=on") == ["late"]
    assert sorted(texts(client, "?owner=none")) == ["a candidate", "due today", "late"]


def test_weeks_count_what_was_opened_and_done(client: Client, manager: User, incident: Incident) -> None:
    monday = date(2026, 3, 16)
    opened = datetime(2026, 3, 22, 23, 59, tzinfo=UTC)
    item(incident, "Sunday", opened_at=opened)
    item(incident, "Monday", opened_at=opened + timedelta(minutes=1))
    done(incident, "done", due=0, closed=-8, opened_at=NOW - timedelta(days=400))

    weeks = {week.first: week for week in figures(ActionItem.objects.all(), on=TODAY).weeks}

    assert len(weeks) == 13
    assert (weeks[monday].opened, weeks[monday].done) == (1, 1)
    assert weeks[monday + timedelta(days=7)].opened == 1
    assert texts(client, f"?opened_in={monday}") == ["Sunday"]
    assert texts(client, f"?closed_in={monday}") == ["done"]


def test_with_nothing_there_nothing_is_invented(client: Client, manager: User) -> None:
    page = client.get("/actions/").content.decode()

    assert figures(ActionItem.objects.all(), on=TODAY).kept.percent is None
    assert "Nothing is open" in page


# ── Who may see and change what ─────────────────────────────────────────────


def test_private_incidents_count_for_those_alone_who_may_see_them(client: Client) -> None:
    private = make_incident(is_private=True)
    secret = item(private, "secret-quagga", days=-3)
    reader = make_user(Role.READER)
    client.force_login(reader)

    for address in ("", "items.csv", "items.json", "calendar.ics"):
        response = client.get(f"/actions/{address}?state=any")
        assert b"secret-quagga" not in response.getvalue(), address
    assert client.get(f"/actions/{secret.key}/").status_code == 404
    assert figures(ActionItem.objects.visible_to(reader), on=TODAY).late == 0
    assert figures(ActionItem.objects.visible_to(private.opened_by), on=TODAY).late == 1


@pytest.mark.parametrize(
    ("role", "own", "allowed"),
    [
        (Role.READER, False, False),
        (Role.ENGINEER, False, False),
        (Role.ENGINEER, True, True),
        (Role.PUBLISHER, False, True),
        (Role.MANAGER, False, True),
        (Role.ADMIN, False, True),
    ],
)
def test_engineers_change_their_own_managers_all(
    client: Client, incident: Incident, role: str, own: bool, allowed: bool
) -> None:
    user = make_user(role)
    client.force_login(user)
    one = item(incident, "one", owner=user if own else None)
    address = f"/actions/{one.key}/"

    seen = client.get(address).context["form"]["seen"].value()
    alone = client.post(address, {f"action-{one.key}-seen": seen, f"action-{one.key}-state": "in_progress"})
    many = client.post("/actions/change/", {"key": [one.key], "state": "done"})

    one.refresh_from_db()
    assert (alone.status_code, many.status_code) == ((302, 302) if allowed else (403, 403))
    assert one.state == ("done" if allowed else "open")


def test_who_changes_nothing_is_offered_nothing(client: Client, incident: Incident) -> None:
    item(incident, "late, nobody", days=-2)
    client.force_login(make_user(Role.READER))

    page = client.get("/actions/").content.decode()

    assert "late, nobody" in page
    assert 'name="key"' not in page
    assert 'action="/actions/change/"' not in page


@pytest.mark.parametrize(("own", "status"), [(True, 302), (False, 403)])
def test_when_a_report_is_out_the_editor_asks_the_same(client: Client, own: bool, status: int) -> None:
    published = publish().incident
    engineer = make_user(Role.ENGINEER)
    one = published.action_items.get()
    if own:
        ActionItem.objects.filter(pk=one.pk).update(owner=engineer)
    client.force_login(engineer)
    address = f"/workspace/{published.number}/"
    page = client.get(address)
    form = next(each for each in page.context["editor"].actions if each.item == one)

    sent = {f"action-{one.key}-seen": form["seen"].value(), f"action-{one.key}-state": "done"}
    assert client.post(f"{address}actions/{one.pk}/", sent).status_code == status
    assert form.can_change is own

    client.post(f"{address}actions/", {"action-new-text": "Add an alert"})
    assert published.action_items.latest("id").owner == engineer, "who adds to it answers for it"


# ── Changes ─────────────────────────────────────────────────────────────────


def test_many_change_at_once_or_none(client: Client, manager: User, incident: Incident) -> None:
    owner = make_user(name="Olga")
    one, two = item(incident, "one", days=3), item(make_incident(), "two", days=4)

    changed = client.post(
        "/actions/change/",
        {"key": [one.key, two.key], "owner": owner.pk, "due_on": "2026-05-01", "state": "leave", "query": "late=on"},
    )
    refused = client.post("/actions/change/", {"key": [one.key, two.key], "state": "wont_do", "owner": "leave"})

    for each in (one, two):
        each.refresh_from_db()
        assert (each.owner, each.due_on, each.state) == (owner, date(2026, 5, 1), "open")
        assert each.changes.count() == 2
    assert changed["Location"] == "/actions/?late=on"
    assert refused.status_code == 422
    assert "Say why these won’t be done." in refused.content.decode()
    assert refused.context["ticked"] == {one.key, two.key}, "what was ticked stays ticked"


@pytest.mark.parametrize(
    "sent",
    [{}, {"state": "done"}, {"key": ["a"], "state": "nonsense"}, {"key": ["a"]}, {"key": ["a"] * 1, "due_on": "x"}],
)
def test_half_a_change_is_refused_with_a_sentence(client: Client, manager: User, sent: dict[str, Any]) -> None:
    assert client.post("/actions/change/", sent).status_code == 422


def test_an_item_is_changed_on_its_page(client: Client, manager: User, incident: Incident) -> None:
    one = item(incident, "one", days=3)
    prefix = f"action-{one.key}-"
    page = client.get(f"/actions/{one.key}/")
    seen = page.context["form"]["seen"].value()

    saved = client.post(
        f"/actions/{one.key}/",
        {f"{prefix}seen": seen, f"{prefix}state": "done", f"{prefix}evidence": "The graph", f"{prefix}team": "Power"},
    )
    met = client.post(f"/actions/{one.key}/", {f"{prefix}seen": seen, f"{prefix}team": "Network"})

    one.refresh_from_db()
    assert (saved.status_code, met.status_code) == (302, 409)
    assert (one.state, one.evidence, str(one.team), one.closed_on) == ("done", "The graph", "Power", TODAY)
    told = client.get(f"/actions/{one.key}/").content.decode()
    assert "Mara: state <del>Open</del> → <ins>Done</ins>" in told


def test_a_view_is_kept_and_found_again(client: Client, manager: User) -> None:
    client.post("/actions/views/", {"name": "Late power", "query": "late=on&q=power", "is_shared": "on"})
    twice = client.post("/actions/views/", {"name": "late POWER", "query": "late=on"})
    view = SavedView.objects.get()
    assert twice.status_code == 409

    other = Client()
    other.force_login(make_user(Role.READER))
    assert "Late power" in other.get("/actions/").content.decode()
    assert other.post(f"/actions/views/{view.pk}/delete/").status_code == 404
    client.post(f"/actions/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_reader_shares_no_view(client: Client) -> None:
    client.force_login(make_user(Role.READER))
    client.post("/actions/views/", {"name": "Mine", "query": "owner=me", "is_shared": "on"})

    assert not SavedView.objects.get().is_shared


# ── What is taken along ─────────────────────────────────────────────────────


def test_no_cell_is_a_formula(client: Client, manager: User, incident: Incident) -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "plain"):
        item(incident, text, days=1)

    rows = list(csv.DictReader(io.StringIO(client.get("/actions/items.csv").getvalue().decode("utf-8-sig"))))

    assert len(rows) == 8
    assert all(row["what"] == "plain" or row["what"].startswith("'") for row in rows)


def test_the_same_rows_as_json_and_as_a_calendar(client: Client, manager: User, incident: Incident) -> None:
    late = item(incident, "Test; the fuse,\nnow", days=-9, owner=manager)
    item(incident, "no day")

    data = client.get("/actions/items.json?late=on").json()
    calendar = Calendar.from_ical(client.get("/actions/calendar.ics").content)

    assert data["on"] == "2026-03-24"
    [told] = data["items"]
    assert (told["key"], told["days_late"], told["owner"], told["due_on"]) == (late.key, 9, "Mara", "2026-03-15")
    [event] = calendar.walk("VEVENT")
    assert event["dtstart"].dt == date(2026, 3, 15)
    assert str(event["summary"]) == late.text


# ── Queries ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_asks_the_same_number_of_questions(
    client: Client, manager: User, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        item(make_incident(), f"{number}", days=1, owner=make_user(), team=Team.objects.create(name=f"{number}"))
        item(make_incident(), f"late {number}", days=-1)
    one = ActionItem.objects.first()
    assert one is not None

    with django_assert_num_queries(BOARD_QUERIES):
        client.get("/actions/")
    with django_assert_num_queries(ITEM_QUERIES):
        client.get(f"/actions/{one.key}/")
    with django_assert_num_queries(CSV_QUERIES):
        client.get("/actions/items.csv").getvalue()


# Session and account come first in each.
BOARD_QUERIES = 15
ITEM_QUERIES = 7
CSV_QUERIES = 7
