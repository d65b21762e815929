"""What an import proposes beside the rows, and lets its person change: places, owners, days, components, milestones."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from incidents.models import Incident
from incidents.rendering import MAX_MARKDOWN_LENGTH
from tests.factories import make_component, make_user
from tests.import_export.test_import_pages import fields_of, keep

pytestmark = pytest.mark.django_db

REPORT = """# Node images were bad

All times in UTC.

Start: 2022-11-02 08:56
End: 2022-11-02 14:40

## Summary

Checkout was slow while the nodes ran a bad image, and people paid twice.

## Timeline

| Time | Event |
| --- | --- |
| 2022-11-02 09:10 | Outage begins |
| 2022-11-02 09:20–09:50 | Failover running |
| 2022-11-02 14:40 | All nodes are new |

## Contributing factors

- The newest image is taken as soon as it is there.

## Resolution

The nodes went back to the image before.

## Lessons learned

- Do not change two things on one day. The Search index was not looked at.

## Action items

- Improve the coverage of probes
    - Reach out to the teams
    - Write an article on probes
- Pin the image. Owner: Ana
- Alert on sockets (Ben Okri, by 2022-12-01)
- Read the logs in one place (Carla, by Friday 2022-12-02)
- Ask the supplier (Ben, due 03/12/2022)
- Prevent:
    - Test an image before it is used
"""


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))
    return client


def page_of(client: Client, text: str = REPORT) -> str:
    response = client.post(reverse("import_export:import"), {"text": text})
    assert response.status_code == 200
    page: str = response.content.decode()
    return page


def preview(client: Client, text: str = REPORT) -> dict[str, str]:
    return fields_of(page_of(client, text)) | {"report-severity": "1"}


def kept(client: Client, data: dict[str, str]) -> Incident:
    assert keep(client, data).status_code == 302
    return Incident.objects.get()


def sections(incident: Incident) -> dict[str, str]:
    return {section.key: section.text for section in incident.report.sections.all()}


def place_of(data: dict[str, str], heading: str) -> str:
    """The name of the select that says where the text under this heading goes."""
    [prefix] = [name.removesuffix("heading") for name, value in data.items() if value == heading]
    return f"{prefix}place"


def test_each_section_has_our_proposal(client: Client) -> None:
    data = preview(client)

    assert {heading: data[place_of(data, heading)] for heading in ("Summary", "Contributing factors", "Resolution", "Lessons learned")} == {
        "Summary": "summary",
        "Contributing factors": "root_cause",
        "Resolution": "resolution",
        "Lessons learned": "notes",
    }  # fmt: skip
    found = sections(kept(client, data))
    assert found["resolution"] == "The nodes went back to the image before."
    assert "newest image" in found["root_cause"]
    assert "### Lessons learned" in found["notes"]


def test_a_section_goes_where_its_person_says(client: Client) -> None:
    data = preview(client)
    moved = {
        place_of(data, "Contributing factors"): "went_badly",
        place_of(data, "Lessons learned"): "went_badly",
        place_of(data, "Resolution"): "",
    }

    found = sections(kept(client, data | moved))

    assert found["went_badly"].startswith("- The newest image is taken")
    assert "### Lessons learned\n\n- Do not change two things" in found["went_badly"]
    assert "root_cause" not in found
    assert "resolution" not in found
    assert "went back to the image" not in found["notes"]


def test_two_texts_that_are_too_long_together_are_refused_beside_the_second(client: Client) -> None:
    data = preview(client)
    long = {
        place_of(data, "Lessons learned"): "summary",
        place_of(data, "Lessons learned").replace("place", "text"): "x" * (MAX_MARKDOWN_LENGTH - 10),
    }

    refused = keep(client, data | long)

    assert refused.status_code == 422
    assert "With this “Summary” has 20," in refused.content.decode()
    assert fields_of(refused.content.decode())[place_of(data, "Lessons learned")] == "summary"
    assert not Incident.objects.exists()


@pytest.mark.parametrize("place", ["headline", "../etc", "\0"])
def test_a_place_that_is_none_of_ours_is_refused(client: Client, place: str) -> None:
    data = preview(client)

    assert keep(client, data | {place_of(data, "Summary"): place}).status_code == 422


def test_what_was_concluded_is_not_called_written(client: Client) -> None:
    text = REPORT.replace("Start: 2022-11-02 08:56\nEnd: 2022-11-02 14:40", "Duration: 54 hours 10 minutes")

    notes = preview(client, text)["report-section_notes"]

    assert "- Duration: “54 hours 10 minutes”, read as 3,250 minutes" in notes
    assert "- Date: read as 2022-11-02, from the first day of the timeline" in notes


class TestActions:
    @pytest.fixture
    def people(self) -> dict[str, Any]:
        named = {name: make_user(Role.ENGINEER, name=name) for name in ("Ana Ruiz", "Ben Okri", "Ben Smith")}
        make_user(Role.ENGINEER, name="Carla Gone", is_active=False)
        return named

    def test_owner_and_day_arrive_in_the_item(self, client: Client, people: dict[str, Any]) -> None:
        items = {item.text: (item.owner, item.due_on) for item in kept(client, preview(client)).action_items.all()}

        assert items["Pin the image."] == (people["Ana Ruiz"], None)
        assert items["Alert on sockets"] == (people["Ben Okri"], date(2022, 12, 1))

    def test_what_names_nobody_or_no_certain_day_stays_in_the_text(
        self, client: Client, people: dict[str, Any]
    ) -> None:
        items = {item.text: (item.owner, item.due_on) for item in kept(client, preview(client)).action_items.all()}

        assert items["Ask the supplier (owner: Ben, due: 03/12/2022)"] == (None, None)
        assert "Carla" in next(text for text in items if text.startswith("Read the logs"))

    def test_it_is_said_and_can_be_changed(self, client: Client, people: dict[str, Any]) -> None:
        page = page_of(client)
        assert "“Ben” is nobody’s name here, so it stays in the text." in page
        assert "“Ana” is read as Ana Ruiz." in page
        data = fields_of(page) | {"report-severity": "1"}
        [prefix] = [name.removesuffix("text") for name, value in data.items() if value == "Pin the image."]

        incident = kept(client, data | {f"{prefix}owner": str(people["Ben Smith"].pk), f"{prefix}due_on": "2022-12-24"})

        item = incident.action_items.get(text="Pin the image.")
        assert (item.owner, item.due_on) == (people["Ben Smith"], date(2022, 12, 24))

    def test_an_item_that_is_not_kept_takes_its_owner_to_the_notes(
        self, client: Client, people: dict[str, Any]
    ) -> None:
        data = preview(client)
        [prefix] = [name.removesuffix("text") for name, value in data.items() if value == "Alert on sockets"]
        del data[f"{prefix}keep"]

        assert "- Alert on sockets (owner: Ben Okri, due: 2022-12-01)" in sections(kept(client, data))["notes"]

    def test_a_nested_list_stays_a_list_and_a_lead_is_no_item(self, client: Client) -> None:
        texts = [item.text for item in kept(client, preview(client)).action_items.order_by("id")]

        assert texts[0] == "Improve the coverage of probes\n- Reach out to the teams\n- Write an article on probes"
        assert texts[-1] == "Test an image before it is used"

    def test_by_command_as_well(self, people: dict[str, Any], tmp_path: Path) -> None:
        make_user(Role.ADMIN)
        (tmp_path / "report.md").write_text(REPORT)

        call_command("import_reports", tmp_path / "report.md", stdout=io.StringIO())

        item = Incident.objects.get().action_items.get(text="Alert on sockets")
        assert (item.owner, item.due_on) == (people["Ben Okri"], date(2022, 12, 1))

    def test_queries_do_not_grow_with_the_items(self, client: Client, django_assert_max_num_queries: Any) -> None:
        data = preview(client)
        with django_assert_max_num_queries(40):
            keep(client, data | {"report-severity": "999"})


class TestComponents:
    def test_those_that_the_report_names_are_offered(self, client: Client) -> None:
        checkout, search = make_component("checkout", position=1), make_component("SEARCH", position=2)
        for name in ("check", "Imag", "Mail"):
            make_component(name)
        page = page_of(client)
        data = fields_of(page) | {"report-severity": "1"}

        assert [data[name] for name in sorted(data) if name.endswith("-component")] == [
            str(checkout.pk),
            str(search.pk),
        ]
        assert "components-0-keep" in data, "the summary names it"
        assert "components-1-keep" not in data, "it is named somewhere else"
        incident = kept(client, data | {"components-0-level": "partial_outage"})
        assert [(impact.component, impact.level) for impact in incident.impacts.all()] == [(checkout, "partial_outage")]

    def test_none_that_is_not_here_can_be_sent(self, client: Client) -> None:
        make_component("checkout")
        data = preview(client)

        assert keep(client, data | {"components-0-component": "999999"}).status_code == 422
        assert keep(client, data | {"components-0-level": "on fire"}).status_code == 422


class TestStatedMilestones:
    def test_what_a_label_states_is_proposed_and_counts_more_than_words(self, client: Client) -> None:
        data = preview(client)
        assert (data["stated-0-kind"], data["stated-0-day"], data["stated-0-clock"]) == (
            "impact_started",
            "2022-11-02",
            "08:56",
        )
        assert data["rows-0-milestone"] == "", "“outage begins” is a guess; the start is stated"
        assert data["rows-2-milestone"] == "recovered", "the row of that moment"

        incident = kept(client, data)

        marks = {mark.kind: (mark.at, mark.is_confirmed) for mark in incident.milestones.all()}
        assert marks == {
            "impact_started": (datetime(2022, 11, 2, 8, 56, tzinfo=UTC), True),
            "recovered": (datetime(2022, 11, 2, 14, 40, tzinfo=UTC), True),
        }

    def test_unticked_it_is_a_note(self, client: Client) -> None:
        data = preview(client)
        del data["stated-0-keep"]

        incident = kept(client, data)

        assert not incident.milestones.filter(kind="impact_started").exists()
        assert "The report says “Start: 2022-11-02 08:56”." in sections(incident)["notes"]

    @pytest.mark.parametrize(("name", "value"), [("clock", "soon"), ("day", "2199-01-01"), ("kind", "x")])
    def test_what_is_wrong_is_said_beside(self, client: Client, name: str, value: str) -> None:
        refused = keep(client, preview(client) | {f"stated-0-{name}": value})

        assert refused.status_code == 422
        assert not Incident.objects.exists()

    def test_by_command_they_stay_proposals(self, tmp_path: Path) -> None:
        make_user(Role.ADMIN)
        (tmp_path / "report.md").write_text(REPORT)

        call_command("import_reports", tmp_path / "report.md", stdout=io.StringIO())

        assert not Incident.objects.get().milestones.get(kind="impact_started").is_confirmed


def test_the_end_of_a_range_stays_in_the_words_of_the_row(client: Client) -> None:
    rows = [row.text for row in kept(client, preview(client)).entries.in_order()]

    assert rows[1] == "Failover running (until 09:50)"


def test_a_time_is_repeated_only_where_it_was_written_otherwise(client: Client) -> None:
    page = page_of(client)

    assert "Written “2022-11-02 09:10”" not in page
    assert "Written “2022-11-02 09:20–09:50”" in page
