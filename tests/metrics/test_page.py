"""The page of metrics: what counts, for whom, and that kept numbers are the numbers."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from accounts.models import User
from incidents.metrics import keeping
from incidents.metrics.filters import Filters
from incidents.metrics.keeping import direct_sheet, kept_sheet
from incidents.milestones import Precision
from incidents.models import Incident, Milestone, Publication, Severity, Site, Team
from tests.factories import make_component, make_user, publish
from tests.metrics.happened import BEGAN, happened

pytestmark = pytest.mark.django_db
ON = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: ON)
    cache.clear()


@pytest.fixture
def manager(client: Client) -> User:
    manager = make_user("manager")
    client.force_login(manager)
    return manager


def numbers(client: Client, query: str = "") -> dict[str, Any]:
    response = client.get(f"/metrics/json?{query}")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/metrics/?{query}")
    assert response.status_code == 200
    return response.content.decode()


# ── Lengths ─────────────────────────────────────────────────────────────────
def test_medians_and_quartiles_of_each_step(client: Client, manager: User) -> None:
    for minutes in (10, 20, 30, 40, 50):
        happened({"detected": minutes, "resolved": 10 * minutes, "acknowledged": minutes + 2})

    found = numbers(client)["all"]

    assert found["incidents"] == 5
    assert found["to_detect"] == {"known": 5, "unknown": 0, "lower": [20, 20], "median": [30, 30], "upper": [40, 40]}
    assert found["to_acknowledge"]["median"] == [2, 2]
    assert found["to_resolve"]["median"] == [300, 300]
    assert "<strong>30 min</strong>" in page(client)


def test_unknown_is_unknown_and_what_does_not_apply_counts_nowhere(client: Client, manager: User) -> None:
    happened({"detected": 5})
    happened({"detected": None})
    happened({})
    never = happened({"detected": 9})
    Milestone.objects.filter(incident=never, kind="detected").update(at=None, precision=Precision.NOT_APPLICABLE)

    found = numbers(client)["all"]

    assert found["incidents"] == 4
    assert found["to_detect"] == {"known": 1, "unknown": 2, "each": [[5, 5]]}


def test_approximate_times_are_ranges(client: Client, manager: User) -> None:
    for precision in (Precision.ABOUT, Precision.ABOUT, Precision.ABOUT, Precision.EXACT, Precision.AFTER):
        happened({"resolved": 60}, precision=precision)

    found = numbers(client)["all"]["to_resolve"]

    assert found["median"] == [45, 75]
    assert found["upper"] == [60, 75]
    assert "45 min to 1 h 15 min" in page(client)


def test_of_a_few_each_is_told(client: Client, manager: User) -> None:
    for minutes in (7, 3, 90):
        happened({"resolved": minutes})

    assert "3 min, 7 min, 1 h 30 min" in page(client)
    assert "median" not in numbers(client)["all"]["to_resolve"]


def test_a_proposed_time_is_no_time(client: Client, manager: User) -> None:
    incident = happened({"resolved": 7})
    Milestone.objects.filter(incident=incident, kind="resolved").update(is_confirmed=False)

    assert numbers(client)["all"]["to_resolve"]["known"] == 0


def test_from_resolved_to_the_first_publication(client: Client, manager: User) -> None:
    happened({"resolved": 30})
    published = publish()
    Milestone.objects.filter(incident=published.incident).delete()
    Milestone.objects.create(incident=published.incident, kind="resolved", at=BEGAN)
    with_force = Publication.objects.filter(pk=published.pk)
    after = (with_force.get().published_at - BEGAN).total_seconds() / 60

    found = numbers(client)["all"]["to_publish"]

    assert found == {"known": 1, "unknown": 0, "each": [[round(after, 2), round(after, 2)]]}


# ── Customer minutes ────────────────────────────────────────────────────────
def test_minutes_lost_are_weighted_with_the_share(client: Client, manager: User) -> None:
    web, api = make_component("Web"), make_component("API")
    happened({"resolved": 60}, hit={web: (0, 60, 50), api: (10, 40, 10)})
    happened({"resolved": 60}, hit={web: (0, 60, None)})

    found = numbers(client)

    assert found["all"]["customer_minutes"] == {"lost": 33, "counted": 2, "unknown": 1}
    assert found["component"]["Web"]["customer_minutes"] == {"lost": 30, "counted": 1, "unknown": 1}
    assert found["component"]["API"]["customer_minutes"] == {"lost": 3, "counted": 1, "unknown": 0}
    only = numbers(client, f"component={api.pk}")["all"]
    assert (only["incidents"], only["customer_minutes"]["lost"]) == (1, 3)


# ── Which incidents ─────────────────────────────────────────────────────────
def test_it_narrows_by_severity_component_and_team(client: Client, manager: User) -> None:
    web, power = make_component("Web"), Team.objects.create(name="Power")
    low = Severity.objects.get(tone="low")
    happened({"resolved": 5}, severity=low, team=power, hit={web: (0, 5, 100)})
    happened({"resolved": 9})

    for query in (f"severity={low.pk}", f"component={web.pk}", f"team={power.pk}"):
        found = numbers(client, query)
        assert (found["all"]["incidents"], found["all"]["to_resolve"]["each"]) == (1, [[5, 5]]), query
        assert client.get(f"/metrics/?{query}").status_code == 200
    assert numbers(client)["team"].keys() == {"Power", ""}


def test_a_month_is_one_where_the_site_is(client: Client, manager: User) -> None:
    Site.objects.update_or_create(id=1, defaults={"time_zone": "Pacific/Auckland"})
    happened({"resolved": 5}, began=datetime(2026, 2, 28, 12, tzinfo=UTC))  # the first of March there

    months = numbers(client)["months"]

    assert months["2026-03"]["incidents"] == 1
    assert months["2026-02"]["incidents"] == 0


def test_an_incident_counts_by_when_it_began(client: Client, manager: User) -> None:
    long_ago = happened({"resolved": 5}, began=BEGAN - timedelta(days=800))
    Incident.objects.filter(pk=long_ago.pk).update(opened_at=BEGAN)
    without = happened({}, began=BEGAN)
    Milestone.objects.filter(incident=without).delete()

    assert numbers(client)["all"]["incidents"] == 1
    assert numbers(client, "period=2023")["all"]["incidents"] == 1


@pytest.mark.parametrize("query", ["period=1066", "severity=0", "team=x", "component=-1", "measure=mean"])
def test_a_filter_that_there_is_not_is_refused(client: Client, manager: User, query: str) -> None:
    for path in ("", "csv", "json"):
        assert client.get(f"/metrics/{path}?{query}").status_code == 422


@pytest.mark.parametrize("role", ["reader", "engineer", "manager", "publisher"])
def test_private_incidents_count_for_those_who_may_read_them(client: Client, role: str) -> None:
    person = make_user(role)
    happened({"resolved": 5})
    happened({"resolved": 99}, is_private=True, title="zebra-secret")
    client.force_login(person)
    may = role == "publisher"

    assert numbers(client)["all"]["incidents"] == 1 + may
    assert ("zebra" in page(client)) == may
    assert (b"zebra" in client.get("/metrics/csv").getvalue()) == may


def test_what_is_kept_for_one_is_not_shown_to_another(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MANY", 0)
    own = make_user()
    happened({"resolved": 5})
    happened({"resolved": 99}, is_private=True, by=own)

    seen = {}
    for person in (make_user("admin"), make_user("reader"), own, make_user("engineer")):
        client.force_login(person)
        seen[person.role, person == own] = numbers(client)["all"]["incidents"]

    assert seen == {("admin", False): 2, ("reader", False): 1, ("engineer", True): 2, ("engineer", False): 1}


def test_what_becomes_private_is_gone_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MANY", 0)
    client.force_login(make_user("reader"))
    happened({"resolved": 5})
    happened({"resolved": 99}, title="zebra-secret")
    assert "zebra" in page(client)

    Incident.objects.filter(title="zebra-secret").update(is_private=True)

    assert "zebra" not in page(client)
    assert numbers(client)["all"]["incidents"] == 1


# ── Kept ────────────────────────────────────────────────────────────────────
def test_what_is_kept_is_what_is_counted(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MANY", 3)
    web = make_component("Web")
    for minutes in (10, 20, 30, 40, 50):
        happened({"detected": minutes, "resolved": 10 * minutes}, hit={web: (0, minutes, 50)})
    filters = Filters(QueryDict(), on=ON.date(), zone=timezone.get_default_timezone())  # type: ignore[arg-type]
    assert filters.is_valid()

    first = kept_sheet(filters, user=manager, at=ON)
    happened({"resolved": 1})
    second = kept_sheet(filters, user=manager, at=ON + timedelta(minutes=5))

    assert second == first != direct_sheet(filters, user=manager, at=ON)
    cache.clear()
    assert kept_sheet(filters, user=manager, at=ON) == direct_sheet(filters, user=manager, at=ON)


# ── Taken along ─────────────────────────────────────────────────────────────
def test_the_table_for_spreadsheets_has_no_formula(client: Client, manager: User) -> None:
    happened({"resolved": 60}, title="=1+1", precision=Precision.ABOUT, hit={make_component("Web"): (0, 60, 50)})

    text = client.get("/metrics/csv").getvalue().decode("utf-8-sig")

    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["title"], row["components"], row["customer_minutes_lost"]) == ("'=1+1", "Web", "30.0")
    assert (row["to_resolve_from"], row["to_resolve_to"], row["to_detect_from"]) == ("45.0", "75.0", "")


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_number_of_questions_does_not_grow(
    client: Client, manager: User, django_assert_num_queries: Any, count: int
) -> None:
    web = make_component("Web")
    for number in range(count):
        happened({"resolved": number}, hit={web: (0, number + 1, 5)}, team=Team.objects.create(name=f"Team {number}"))
    client.get("/metrics/")

    with django_assert_num_queries(11):
        client.get("/metrics/")


def test_without_incidents_it_says_so(client: Client, manager: User) -> None:
    assert "No incident began in this time" in page(client)
