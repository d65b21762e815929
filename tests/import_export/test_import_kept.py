"""What was corrected in the preview of a report is there again: after a log-in, in another tab; until it is kept."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import MAX_UNSENT_LENGTH
from incidents.import_export.waiting import MOST_WAITING
from incidents.models import Incident, Severity, UnsentText
from tests.authoring.sending import SCRIPT, forms_of
from tests.factories import make_component, make_user
from tests.import_export.test_import_pages import REPORT, fields_of, keep, read

pytestmark = pytest.mark.django_db

OTHER = REPORT.replace("Mail was late", "Mail was lost")


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))
    return client


def page_of(data: dict[str, str]) -> str:
    return reverse("import_export:waiting", args=[data["read"]])


def typed(client: Client, data: dict[str, str], **inputs: str) -> Any:
    """As the script of the page sends it."""
    names = {name.replace("__", "-"): value for name, value in inputs.items()}
    return client.post(reverse("import_export:unsent", args=[data["read"]]), names, headers=SCRIPT)


def again(client: Client, data: dict[str, str]) -> dict[str, str]:
    return fields_of(client.get(page_of(data)).content.decode())


def test_what_the_script_sent_is_there_again(client: Client) -> None:
    data = read(client, REPORT)

    answer = typed(
        client,
        data,
        rows__1__text="Typed with care",
        rows__0__keep="false",
        report__title="Mail",
        actions__0__is_done="true",
    )

    assert "Your words are kept" in answer.content.decode()
    back = again(client, data)
    assert (back["rows-1-text"], back["report-title"], back["actions-0-is_done"]) == ("Typed with care", "Mail", "on")
    assert [name for name in back if name.startswith("rows-") and name.endswith("-keep")] == [
        "rows-1-keep",
        "rows-2-keep",
    ]
    assert data.items() - back.items() <= {
        *((name, data[name]) for name in ("csrfmiddlewaretoken", "once", "rows-1-text", "report-title", "rows-0-keep"))
    }
    keep(client, back | {"report-severity": str(Severity.objects.get(tone="high").pk)})
    incident = Incident.objects.get()
    assert (incident.title, incident.entries.in_order()[0].text) == ("Mail", "Typed with care")
    assert not UnsentText.objects.exists()


def test_what_was_sent_and_refused_is_there_again(client: Client) -> None:
    component = make_component("Mail")
    data = read(client, REPORT)
    del data["rows-0-keep"], data["components-0-keep"]
    sent = data | {"rows-1-clock": "soon", "components-0-level": "partial_outage", "report-section_notes": "a\r\nb"}

    assert keep(client, sent).status_code == 422

    back = again(client, data)
    assert (back["rows-1-clock"], back["components-0-level"]) == ("soon", "partial_outage")
    assert back["report-section_notes"] == "a\nb"
    assert not {"rows-0-keep", "components-0-keep"} & back.keys()
    assert component.pk == int(back["components-0-component"])


def test_who_had_to_log_in_comes_back_to_the_preview(client: Client) -> None:
    user = get_user(client)
    data = read(client, REPORT)
    typed(client, data, report__title="Mine")
    client.logout()
    assert reverse("import_export:keep") in keep(client, data)["Location"]

    client.force_login(user)

    assert client.get(reverse("import_export:keep"))["Location"] == page_of(data)
    assert again(client, data)["report-title"] == "Mine"


def test_two_reports_wait_apart_and_are_listed(client: Client) -> None:
    first, second = read(client, REPORT), read(client, OTHER)
    typed(client, first, rows__0__text="first")
    typed(client, second, rows__0__text="second")

    assert (again(client, first)["rows-0-text"], again(client, second)["rows-0-text"]) == ("first", "second")
    listed = client.get(reverse("import_export:import")).content.decode()
    assert listed.index(page_of(second)) < listed.index(page_of(first))
    assert "Mail was lost" in listed
    client.post(reverse("import_export:throw_away", args=[second["read"]]))
    assert "Mail was lost" not in client.get(reverse("import_export:import")).content.decode()
    assert client.get(page_of(second))["Location"] == reverse("import_export:import")
    assert again(client, first)["rows-0-text"] == "first"


def test_it_comes_back_to_nobody_else(client: Client) -> None:
    data = read(client, REPORT)
    other = Client()
    other.force_login(make_user(Role.PUBLISHER))

    assert other.get(page_of(data))["Location"] == reverse("import_export:import")
    assert typed(other, data, rows__0__text="x").status_code == 410
    assert "Mail was late" not in other.get(reverse("import_export:import")).content.decode()
    other.post(reverse("import_export:throw_away", args=[data["read"]]))
    assert again(client, data)["rows-0-text"] == "Outage begins"


def test_what_is_typed_after_it_was_kept_in_another_tab_is_not_called_kept(client: Client) -> None:
    data = read(client, REPORT)
    keep(client, data | {"report-severity": str(Severity.objects.get(tone="high").pk)})

    answer = typed(client, data, rows__0__text="late")

    assert answer.status_code == 410
    assert not UnsentText.objects.exists()


def test_the_same_text_read_again_keeps_the_corrections_and_another_reading_does_not(client: Client) -> None:
    text = REPORT.replace("March 6th, 2023", "03/04/2023")
    data = read(client, text)
    typed(client, data, rows__0__text="Typed with care")

    assert read(client, text)["rows-0-text"] == "Typed with care"
    page = client.post(reverse("import_export:import"), {"text": text, "q-date-order": "day"}).content.decode()

    fresh = forms_of(page)["editor"]
    assert fresh["rows-0-text"] == "Outage begins"
    assert again(client, data)["rows-0-day"] == fresh["rows-0-day"] == "2023-04-03"


@pytest.mark.parametrize(
    "name",
    ["rows-0-raw", "rows-0-said", "rows-99-text", "rows-TOTAL_FORMS", "images-0-url", "read", "once", "report-said"],
)
def test_only_what_can_be_typed_is_kept(client: Client, name: str) -> None:
    data = read(client, REPORT)
    client.post(reverse("import_export:unsent", args=[data["read"]]), {name: "planted"}, headers=SCRIPT)

    assert "planted" not in again(client, data).values()


@pytest.mark.parametrize(
    "form", ["[", "[]", "null", "[" * 5_000, '{"typed": 1}', '{"typed": {"rows-0-text": 1}, "answers": []}']
)
def test_what_is_no_form_is_none(client: Client, form: str) -> None:
    data = read(client, REPORT)
    UnsentText.objects.filter(name__endswith="-form").update(text=form)

    assert again(client, data)["rows-0-text"] in {"Outage begins", "1"}
    assert client.get(reverse("import_export:import")).status_code == 200


def test_a_new_incident_and_a_waiting_report_leave_each_other_alone(client: Client) -> None:
    data = read(client, REPORT)
    client.post(reverse("authoring:unsent_outside"), {"title": "Half a title"})
    answers = {"severity": Severity.objects.get(tone="high").pk, "started_on": "2026-03-06", "started_time": "05:00"}

    page = client.get(reverse("authoring:new_incident")).content.decode()
    client.post(reverse("authoring:new_incident"), {"title": "Another", "time_zone": "UTC", **answers})

    assert 'value="Half a title"' in page
    assert Incident.objects.get().title == "Another"
    assert again(client, data)["rows-0-text"] == "Outage begins"
    keep(client, data)
    assert UnsentText.objects.filter(name="title").count() == 0


def test_of_many_the_newest_wait(client: Client) -> None:
    pages = [read(client, REPORT.replace("late", f"late {number}")) for number in range(MOST_WAITING + 1)]

    assert UnsentText.objects.count() == 2 * MOST_WAITING
    assert client.get(page_of(pages[0])).status_code == 302
    assert client.get(page_of(pages[1])).status_code == 200


def test_more_than_is_kept_is_refused_and_never_called_kept(client: Client) -> None:
    data = read(client, REPORT)

    answer = typed(client, data, rows__0__text="x" * (MAX_UNSENT_LENGTH + 1))

    assert answer.status_code == 413
    assert again(client, data)["rows-0-text"] == "Outage begins"


def test_what_can_no_longer_be_read_says_so(client: Client) -> None:
    data = read(client, REPORT)
    UnsentText.objects.filter(name__endswith="-text").update(text="nothing of that kind")

    response = client.get(page_of(data))

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode() or "invalid-feedback" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(client: Client, django_assert_num_queries: Any, count: int) -> None:
    user: User = User.objects.get()
    for number in range(count):
        for part, text in (("text", REPORT), ("form", json.dumps({"title": f"Report {number}"}))):
            UnsentText.objects.create(
                user=user,
                name=f"import-{number:010x}-{part}",
                text=text,
                typed_at=timezone.now() - timedelta(hours=number),
            )

    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(reverse("import_export:import")).content.decode()

    assert page.count("Throw it away") == count


LIST_QUERIES = 4
