"""The list of findings in the browser: with and without htmx, where one came from, and who may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from incidents.authoring.operations import add_action_item, revise_section
from incidents.models import AcceptedFinding, Publication, Report, TimelineEntry
from tests.factories import NOW, START, accept_findings, approve, make_draft, make_user, publish
from tests.public.markup import Page

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
REASON = "The name is on our status page."


@pytest.fixture
def report() -> Report:
    report = make_draft()
    text = "It was web-03. <b>See</b> OPS-4411."
    revise_section(report.incident, "impact", changes={"public_text": text}, by=make_user(), at=NOW)
    return Report.objects.get(pk=report.pk)


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user(Role.PUBLISHER, name="Petra"))
    return client


def url(name: str, report: Report) -> str:
    return reverse(name, args=[report.incident.number])


def fingerprint(report: Report, code: str = "host-name") -> str:
    (found,) = (one.fingerprint for one in report.judged_findings(at=NOW) if one.finding.code == code)
    return found


def accepted(report: Report) -> list[str]:
    """The reasons of what was accepted beyond what the draft comes with."""
    return list(
        AcceptedFinding.objects.filter(report=report)
        .exclude(reason__startswith="As the test")
        .values_list("reason", flat=True)
    )


@pytest.mark.parametrize("name", ["review:review", "publishing:publish"])
def test_each_finding_has_its_reason_and_a_way_to_its_place(client: Client, report: Report, name: str) -> None:
    html = client.get(url(name, report)).content.decode()
    page = Page(html)

    assert page.faults == []
    assert "“web-03” in “Impact” looks like an internal host name. Say what the machine does." in page.text
    assert f"{url('authoring:editor', report)}#section-impact" in page.values("href")
    assert url("review:accept_finding", report) in page.values("action")
    assert page.values("value").count(url(name, report)) >= 2  # `next` of both cards
    assert any(href.endswith("css/findings.css") for href in page.values("href"))


def test_accepting_leads_back_to_where_one_came_from(client: Client, report: Report) -> None:
    sent = {"fingerprint": fingerprint(report), "reason": REASON, "next": url("review:review", report)}

    response = client.post(url("review:accept_finding", report), sent)

    assert response.status_code == 302
    assert response["Location"] == f"{url('review:review', report)}#findings"
    assert accepted(report) == [REASON]
    page = Page(client.get(url("review:review", report)).content.decode())
    assert f"“{REASON}” Petra" in page.text
    assert "Take back" in page.text


@pytest.mark.parametrize(
    "path", ["", "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "workspace"]
)
def test_and_nowhere_else(client: Client, report: Report, path: str) -> None:
    sent = {"fingerprint": fingerprint(report), "reason": REASON, "next": path}

    response = client.post(url("review:accept_finding", report), sent)

    assert response["Location"] == f"{url('authoring:editor', report)}#findings"


def test_the_script_gets_the_list_and_all_that_counts_it(client: Client, report: Report) -> None:
    sent = {"fingerprint": fingerprint(report), "reason": REASON}

    response = client.post(url("review:accept_finding", report), sent, headers=HTMX)
    page = Page(response.content.decode())

    assert response.status_code == 200
    assert page.faults == []
    assert page.elements[0][1]["id"] == "findings"
    assert "<html" not in response.content.decode()
    assert url("review:take_back_acceptance", report) in page.values("action")
    assert f"“{REASON}” Petra" in page.text
    assert {"things-left", "mark-section-impact", "mark-timeline"} <= set(page.values("id"))
    (mark,) = (attributes for attributes in page.all("span") if attributes.get("id") == "mark-section-impact")
    assert mark["title"] == "One thing left"  # the ticket; the host name was accepted


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize("reason", ["", "<i>", "         "])
def test_a_missing_reason_is_asked_for_beside_its_field(
    client: Client, report: Report, reason: str, headers: dict[str, str]
) -> None:
    sent = {"fingerprint": fingerprint(report), "reason": reason, "next": url("review:review", report)}
    response = client.post(url("review:accept_finding", report), sent, headers=headers)
    page = Page(response.content.decode())

    assert response.status_code == 422
    assert page.faults == []
    assert accepted(report) == []
    (field,) = (attributes for attributes in page.all("input") if "aria-invalid" in attributes)
    assert field["value"] == reason
    assert field["aria-describedby"] in page.values("id")
    assert "Say in a few words why it is fine." in page.text
    assert len([attributes for attributes in page.all("details") if "open" in attributes]) == 1
    assert url("review:review", report) in page.values("value")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_what_is_gone_is_said(client: Client, report: Report, headers: dict[str, str]) -> None:
    sent = {"fingerprint": "0" * 64, "reason": REASON}

    response = client.post(url("review:accept_finding", report), sent, headers=headers)

    assert response.status_code == 409
    assert "This is no longer found" in response.content.decode()
    assert accepted(report) == []


@pytest.mark.parametrize("sent", [{}, {"fingerprint": "x"}, {"fingerprint": "A" * 64}, {"fingerprint": "0" * 65}])
@pytest.mark.parametrize("name", ["review:accept_finding", "review:take_back_acceptance"])
def test_what_names_no_finding_is_refused(client: Client, report: Report, name: str, sent: dict[str, str]) -> None:
    assert client.post(url(name, report), {**sent, "reason": REASON}).status_code == 422


def test_what_blocks_has_no_way_out_but_mending(client: Client, report: Report) -> None:
    revise_section(report.incident, "impact", changes={"public_text": "TODO"}, by=make_user(), at=NOW)
    page = Page(client.get(url("review:review", report)).content.decode())

    assert "must be fixed" in page.text
    assert url("review:accept_finding", report) not in page.values("action")
    sent = {"fingerprint": fingerprint(report, "placeholder"), "reason": REASON}
    refused = client.post(url("review:accept_finding", report), sent)
    assert refused.status_code == 409
    assert "This can’t be accepted: it must be fixed." in refused.content.decode()


def test_taking_back(client: Client, report: Report) -> None:
    mark = fingerprint(report)
    client.post(url("review:accept_finding", report), {"fingerprint": mark, "reason": REASON})

    response = client.post(
        url("review:take_back_acceptance", report), {"fingerprint": mark, "next": url("publishing:publish", report)}
    )
    again = client.post(url("review:take_back_acceptance", report), {"fingerprint": mark})

    assert response["Location"] == f"{url('publishing:publish', report)}#findings"
    assert accepted(report) == []
    assert again.status_code == 409


def test_the_button_waits_for_the_last_finding(client: Client, report: Report) -> None:
    """Approved with two doubts: published when both were accepted, on the same page."""
    publisher = make_user(Role.PUBLISHER)
    approve(report, by=publisher)
    for row in AcceptedFinding.objects.filter(report=report, message__contains="“Impact”"):
        row.delete()
    address = url("publishing:publish", report)
    assert client.post(address).status_code == 409
    for code in ("host-name", "ticket"):
        assert "disabled>Publish" in client.get(address).content.decode()
        sent = {"fingerprint": fingerprint(report, code), "reason": REASON, "next": address}
        client.post(url("review:accept_finding", report), sent)

    page = client.get(address).content.decode()
    assert "disabled" not in page
    assert "Nothing is in the way." in page
    assert client.post(address)["Location"] == address
    assert Publication.objects.filter(public_id=report.incident.public_id).exists()


@pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (Role.MANAGER, 403), (Role.ENGINEER, 302)])
def test_those_who_write_may_accept(report: Report, role: str, status: int) -> None:
    client = Client()
    client.force_login(make_user(role))
    sent = {"fingerprint": fingerprint(report), "reason": REASON}

    assert client.post(url("review:accept_finding", report), sent).status_code == status


def test_a_private_report_is_not_there_for_others(client: Client) -> None:
    report = make_draft(is_private=True)
    stranger = Client()
    stranger.force_login(make_user(Role.ENGINEER))

    assert stranger.post(url("review:accept_finding", report), {}).status_code == 404
    assert client.post(url("review:accept_finding", report), {}).status_code == 422


def test_a_published_report_shows_no_findings_to_act_on(client: Client) -> None:
    report = Report.objects.get(incident=publish().incident)

    assert "Nothing is in the way." in client.get(url("review:review", report)).content.decode()


@pytest.mark.parametrize("name", ["review:review", "publishing:publish"])
def test_queries_do_not_grow_with_findings_people_and_acceptances(client: Client, name: str) -> None:
    asked = []
    for count in (1, 3):
        report = make_draft(rows=count)
        writer = make_user()
        for number in range(count):
            make_user(name=f"Person{'abc'[number]} Somebody")
            add_action_item(
                report.incident, values={"text": "x", "public_text": f"Promise {number}"}, by=writer, at=NOW
            )
        text = " ".join(f"web-0{number}" for number in range(count))
        revise_section(report.incident, "impact", changes={"public_text": text}, by=writer, at=NOW)
        accept_findings(report, by=writer)
        revise_section(report.incident, "resolution", changes={"public_text": f"{text} OPS-1"}, by=writer, at=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(name, report)).status_code == 200
        asked.append(len(captured))

    assert asked[0] == asked[1]


def test_of_a_pasted_log_the_editor_shows_as_many_cards_as_somebody_works_through(
    client: Client, report: Report
) -> None:
    TimelineEntry.objects.bulk_create(
        TimelineEntry(incident=report.incident, occurred_at=START, text="x", public_text=f"It was db-{number:03}.")
        for number in range(60)
    )

    editor = client.get(url("authoring:editor", report)).content.decode()
    review = client.get(url("review:review", report)).content.decode()

    assert editor.count('aria-labelledby="finding-') == 50
    assert "And 12 more. The next come up as these are mended." in editor
    assert review.count('aria-labelledby="finding-') == 62
    assert "more. The next" not in review
