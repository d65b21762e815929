"""The panel of comments: as a page of its own, and in place with htmx. What was typed is never lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from incidents.authoring.operations import delete_entry
from incidents.models import Comment, Report
from incidents.review.operations import answer_comment, comment_on, resolve_thread, submit_for_review
from tests.factories import NOW, make_draft, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def report(db: None) -> Report:
    return make_draft()


@pytest.fixture
def eve(db: None) -> User:
    return make_user(name="Eve")


@pytest.fixture
def client(eve: User) -> Client:
    client = Client()
    client.force_login(eve)
    return client


def as_role(role: str) -> Client:
    client = Client()
    client.force_login(make_user(role))
    return client


def address(report: Report, name: str = "comments", *args: Any) -> str:
    return reverse(f"review:{name}", args=[report.incident.number, *args])


def said(report: Report, by: User, text: str = "How many?", place: str = "") -> Comment:
    return comment_on(report, place=place, text=text, by=by, at=NOW)


def test_anybody_who_may_read_may_comment_and_answer(report: Report) -> None:
    for role in ("reader", "manager", "engineer", "publisher"):
        client = as_role(role)

        client.post(address(report), {"place": "section-impact", "text": f"From a {role}"})
        began = Comment.objects.threads().latest("pk")
        client.post(address(report, "answer", began.pk), {"text": "Answered"})

        assert (began.text, began.place) == (f"From a {role}", "section-impact")
        assert began.answers.get().text == "Answered"


def test_those_who_write_resolve_and_readers_do_not(report: Report, eve: User, client: Client) -> None:
    began = said(report, eve)
    for role in ("reader", "manager"):
        shown = as_role(role).get(address(report)).content.decode()
        assert "Resolve" not in shown
        assert as_role(role).post(address(report, "resolve", began.pk)).status_code == 403

    assert f'action="{address(report, "resolve", began.pk)}"' in client.get(address(report)).content.decode()
    client.post(address(report, "resolve", began.pk))
    began.refresh_from_db()
    assert began.resolved_by == eve

    assert f'action="{address(report, "reopen", began.pk)}"' in client.get(address(report)).content.decode()
    client.post(address(report, "reopen", began.pk))
    began.refresh_from_db()
    assert began.resolved_by is None


def test_the_page_leads_to_what_was_written(client: Client, report: Report) -> None:
    response = client.post(address(report), {"place": "", "text": "Good."})

    assert (response.status_code, response["Location"]) == (
        302,
        f"{address(report)}#comment-{Comment.objects.get().pk}",
    )


def test_htmx_gets_the_panel_alone_with_the_focus_on_what_was_written(client: Client, report: Report) -> None:
    response = client.post(address(report), {"place": "", "text": "Good."}, headers=HTMX)

    shown = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in shown
    assert shown.lstrip().startswith('<section class="comments" id="comments"')
    assert f'id="comment-{Comment.objects.get().pk}" tabindex="-1" autofocus' in shown


def test_a_link_beside_a_row_opens_the_box_for_it(client: Client, report: Report) -> None:
    place = f"entry-{report.incident.entries.get().key}"

    shown = client.get(address(report), {"place": place}).content.decode()

    assert re.findall(r'<option value="([^"]*)" selected>', shown) == [place]


def test_places_link_to_the_editor(client: Client, report: Report, eve: User) -> None:
    place = f"entry-{report.incident.entries.get().key}"
    said(report, eve, place=place)
    said(report, eve, text="Good.")

    shown = client.get(address(report)).content.decode()

    editor = reverse("authoring:editor", args=[report.incident.number])
    assert f'<a href="{editor}#{place}">05:00 Something happened (0)</a>' in shown
    assert f'<a href="{editor}">The whole report</a>' in shown


def test_a_row_that_is_gone_is_said_to_be(client: Client, report: Report, eve: User) -> None:
    entry = report.incident.entries.get()
    said(report, eve, place=f"entry-{entry.key}")
    delete_entry(entry, by=eve, at=NOW)

    shown = client.get(address(report)).content.decode()

    assert "On a row that is gone: <s>05:00 Something happened (0)</s>" in shown


def test_text_is_shown_as_it_was_typed(client: Client, report: Report, eve: User) -> None:
    said(report, eve, text="First **line**\n<b>second</b> https://example.test/\n\u202eevil\n\nשלום")

    shown = client.get(address(report)).content.decode()

    expected = "First **line**<br>&lt;b&gt;second&lt;/b&gt; https://example.test/<br>evil<br><br><bdi>שלום</bdi>"
    assert f'<p class="comment-text">{expected}</p>' in shown


# ── Nothing typed is lost ───────────────────────────────────────────────────
LONG = "x" * 4_001


@pytest.mark.parametrize(
    ("text", "error"), [(" ", "Write something first."), (LONG, "at most 4000 characters"), ("a\0b", "Null char")]
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_refused_comment_comes_back(
    client: Client, report: Report, text: str, error: str, headers: dict[str, str]
) -> None:
    response = client.post(address(report), {"place": "section-impact", "text": text}, headers=headers)

    shown = response.content.decode()
    assert response.status_code == 422
    assert error in shown
    assert f"{text}</textarea>" in shown
    assert '<option value="section-impact" selected>' in shown
    assert not Comment.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_refused_answer_comes_back_in_its_thread(
    client: Client, report: Report, eve: User, headers: dict[str, str]
) -> None:
    began, other = said(report, eve), said(report, eve, text="Another")

    response = client.post(address(report, "answer", began.pk), {"text": LONG}, headers=headers)

    shown = response.content.decode()
    assert response.status_code == 422
    assert shown.count(LONG) == 1
    assert f'id="answer-{began.pk}-0" open>' in shown
    assert f'id="answer-{other.pk}-0" hx-preserve>' in shown
    assert not began.answers.exists()


def test_a_row_that_vanished_meanwhile_loses_no_comment(client: Client, report: Report, eve: User) -> None:
    entry = report.incident.entries.get()
    delete_entry(entry, by=eve, at=NOW)

    response = client.post(address(report), {"place": f"entry-{entry.key}", "text": "Wrong time?"})

    shown = response.content.decode()
    assert response.status_code == 422
    assert "This part of the report is gone." in shown
    assert "Wrong time?</textarea>" in shown


def test_a_box_keeps_what_is_being_written_until_it_was_sent(client: Client, report: Report, eve: User) -> None:
    """An element with the same id is kept in a swap: the id changes with what the reader sent, and with nothing else."""
    began = said(report, make_user("reader"))

    def boxes() -> list[str]:
        shown = client.get(address(report)).content.decode()
        return re.findall(r'id="((?:comment-new|answer)-[0-9-]+)" hx-preserve', shown)

    before = boxes()
    answer_comment(began, text="By a colleague", by=make_user("reader"), at=NOW)
    resolve_thread(began, by=make_user(), at=NOW)
    assert boxes() == before == ["comment-new-0", f"answer-{began.pk}-0"]

    client.post(address(report, "answer", began.pk), {"text": "By me"})
    assert boxes() == ["comment-new-0", f"answer-{began.pk}-1"]
    client.post(address(report), {"text": "By me"})
    assert boxes()[0] == "comment-new-1"


def test_logged_out_meanwhile_is_said_and_not_swapped(report: Report) -> None:
    response = Client().post(address(report), {"text": "Good."}, headers=HTMX)

    assert (response.status_code, response.content) == (401, b"You are logged out.")


# ── Whose ───────────────────────────────────────────────────────────────────
def test_private_talk_stays_private(eve: User) -> None:
    hidden = make_draft(is_private=True)
    began = said(hidden, hidden.incident.opened_by)
    stranger = as_role("engineer")

    assert stranger.get(address(hidden)).status_code == 404
    for name, args in (("comments", []), ("answer", [began.pk]), ("resolve", [began.pk]), ("reopen", [began.pk])):
        assert stranger.post(address(hidden, name, *args), {"text": "Hello?"}).status_code == 404
    assert Comment.objects.count() == 1


def test_threads_are_reached_below_their_own_report_and_by_their_first_comment(
    client: Client, report: Report, eve: User
) -> None:
    there = said(make_draft(), eve)
    answer = answer_comment(said(report, eve), text="Yes.", by=eve, at=NOW)

    for name in ("answer", "resolve", "reopen"):
        for comment in (there, answer):
            assert client.post(address(report, name, comment.pk), {"text": "x"}).status_code == 404


def test_the_review_page_has_the_panel(report: Report, eve: User) -> None:
    said(report, eve, text="Is that so?")
    submit_for_review(report, by=eve, at=NOW)

    shown = as_role("publisher").get(address(report, "review")).content.decode()

    assert 'id="comments"' in shown
    assert "Is that so?" in shown


def test_queries_do_not_grow(client: Client, eve: User) -> None:
    counts = []
    for number in (1, 3):
        report = make_draft(rows=number)
        for row in report.incident.entries.all():
            answer_comment(said(report, make_user(), place=f"entry-{row.key}"), text="Yes.", by=make_user(), at=NOW)
            resolve_thread(said(report, make_user()), by=make_user(), at=NOW)
        with CaptureQueriesContext(connection) as captured:
            client.get(address(report))
        counts.append(len(captured))

    assert counts[0] == counts[1]
