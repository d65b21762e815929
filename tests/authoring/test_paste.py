"""A pasted text becomes rows that are looked at, corrected, kept, and taken out again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.models import Incident, ReportSection, TimelineEntry, UnsentText
from tests.authoring.sending import forms_of, url
from tests.factories import START, make_draft, publish

pytestmark = pytest.mark.django_db

LOG = "05:10 UTC nova: web-03 answers 500\n05:12 UTC acknowledged, rolling back\n05:20 UTC customers fine again"


def read(client: Client, incident: Incident, text: str, **answers: str) -> Any:
    return client.post(url("paste", incident.number), {"paste-text": text, **answers})


def form(response: Any) -> dict[str, str]:
    return forms_of(response.content.decode())["editor"]


def keep(client: Client, incident: Incident, data: dict[str, str]) -> Any:
    return client.post(url("keep_paste", incident.number), data)


def texts(incident: Incident) -> list[str]:
    return [row.text for row in incident.entries.in_order()]


def test_rows_stand_beside_what_was_pasted_and_nothing_is_kept_yet(client: Client, incident: Incident) -> None:
    response = read(client, incident, LOG)

    page, data = response.content.decode(), form(response)
    assert response.status_code == 200
    assert '<pre class="pasted-raw">05:12 UTC acknowledged, rolling back</pre>' in page
    assert (data["rows-0-clock"], data["rows-0-text"]) == ("05:10", "nova: web-03 answers 500")
    assert data["rows-1-mark"] == "acknowledged"
    assert incident.entries.count() == 1


def test_what_stands_there_is_kept_internal_with_the_line_it_came_from(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, LOG)) | {"rows-0-text": "web-03 answers 500", "rows-0-precision": "about"}

    response = keep(client, incident, data)

    kept = incident.entries.in_order()[1]
    assert response["Location"] == url("editor", incident.number) + "#timeline"
    assert (kept.text, kept.precision, kept.public_text) == ("web-03 answers 500", "about", "")
    assert (kept.occurred_at, kept.source) == (START + timedelta(minutes=10), "paste")
    assert kept.raw_line == "05:10 UTC nova: web-03 answers 500"
    assert incident.milestones.get(kind="acknowledged").at == START + timedelta(minutes=12)


def test_an_unticked_row_is_not_kept(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, LOG))
    del data["rows-1-keep"]

    keep(client, incident, data)

    assert texts(incident)[1:] == ["nova: web-03 answers 500", "customers fine again"]


def test_rows_that_are_there_already_are_marked_and_unticked(client: Client, incident: Incident) -> None:
    keep(client, incident, form(read(client, incident, LOG)))

    again = read(client, incident, LOG + "\n05:30 UTC new")

    assert again.content.decode().count("Is in the timeline already.") == 3
    data = form(again)
    assert [name for name in data if name.endswith("-keep")] == ["rows-3-keep"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-06T05:10:23.5Z alert\n2026-03-06T05:11:00Z page\n", {}),
        ("06:10 alert\n06:11 page", {"zone_is": "Europe/Berlin"}),
        ("05:10 alert\n2026-03-06 05:11 UTC  Page", {"zone_is": "UTC"}),
        ("05:10\u201305:40 UTC alert", {}),
    ],
)
def test_the_same_text_again_is_known_to_the_second_and_in_any_zone(
    client: Client, text: str, said: dict[str, str]
) -> None:
    incident = make_draft(time_zone="America/New_York").incident
    keep(client, incident, form(read(client, incident, text, **said)))

    again = form(read(client, incident, text, **said))

    assert [name for name in again if name.endswith("-keep")] == []


def test_a_row_of_another_second_is_another_row(client: Client, incident: Incident) -> None:
    keep(client, incident, form(read(client, incident, "2026-03-06T05:10:23Z alert")))

    again = form(read(client, incident, "2026-03-06T05:10:24Z alert"))

    assert "rows-0-keep" in again


def test_no_zone_written_none_assumed(client: Client) -> None:
    incident = make_draft(time_zone="Europe/Berlin").incident
    response = read(client, incident, "06:10 first\n06:12 second")

    refused = keep(client, incident, form(response))

    assert "The text doesn’t say." in response.content.decode()
    assert refused.status_code == 422
    assert "Say in which zone these times are." in refused.content.decode()
    assert incident.entries.count() == 1
    answered = form(read(client, incident, "06:10 first\n06:12 second", zone_is="Europe/Berlin"))
    keep(client, incident, answered)
    assert incident.entries.in_order()[1].occurred_at == START + timedelta(minutes=10)


def test_the_incident_s_zone_is_the_first_answer_and_counts_for_all_rows(client: Client) -> None:
    incident = make_draft(time_zone="Europe/Berlin").incident
    text = "06:10 first\n06:12 second"
    asked = read(client, incident, text).content.decode()
    buttons = re.findall(r'name="zone_is" value="([^"]+)"', asked)
    assert buttons == ["Europe/Berlin", "UTC"]

    answered = read(client, incident, text, zone_is="Europe/Berlin").content.decode()

    assert "The text doesn’t say" not in answered
    assert "You said: Europe/Berlin." in answered
    assert 'value="UTC"' in answered, "it can be changed"
    assert answered.count("Europe/Berlin is UTC+01:00.") == 1, "once above the rows"


def test_a_zone_that_the_text_says_is_not_asked(client: Client) -> None:
    incident = make_draft(time_zone="Europe/Berlin").incident

    page = read(client, incident, "All times in UTC.\n\n| Time | Event |\n|---|---|\n| 05:10 | a |\n").content.decode()

    assert "In which zone" not in page
    assert "question-box" not in page
    assert "UTC is UTC" not in page


def test_a_row_says_how_it_was_read_where_that_changes(client: Client, incident: Incident) -> None:
    page = read(client, incident, "05:10 CET a\n05:11 CET b\n05:12 CET c\n05:13 EET d\n05:14 EET e").content.decode()

    above, _, rows = page.partition("<ol")
    assert above.count("CET is UTC+01:00.") == 1
    assert "CET is" not in rows
    assert rows.count("EET is UTC+02:00.") == 1


def test_marks_are_called_guesses_where_there_are_any(client: Client, incident: Incident) -> None:
    guess = "The milestones are guesses from the words of the rows"
    assert guess in read(client, incident, LOG).content.decode()
    assert guess not in read(client, incident, "05:10 UTC tea").content.decode()


def test_what_is_open_is_said_beside_the_button_and_linked(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, "03/10/2021 14:02 it broke"))

    refused = keep(client, incident, data)

    bar = refused.content.decode().partition('class="keep-bar"')[2]
    assert refused.status_code == 422
    assert '<a class="note note-doubt" href="#zone-question">2 questions are open</a>' in bar
    assert 'role="alert"' in bar.partition("</div>")[0]
    page = read(client, incident, "03/10/2021 14:02 it broke", zone_is="UTC").content.decode()
    assert '<a class="note note-doubt" href="#question-date-order">1 question is open</a>' in page
    assert 'id="question-date-order"' in page


def test_a_wrong_row_and_an_empty_choice_are_said_beside_the_button(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, LOG))
    bar = keep(client, incident, data | {"rows-1-clock": "soon"}).content.decode().partition('class="keep-bar"')[2]
    assert '<a class="note note-error" href="#pasted-1">1 row needs a look</a>' in bar

    unticked = {name: value for name, value in data.items() if not name.endswith("-keep")}
    assert "No row is ticked" in keep(client, incident, unticked).content.decode().partition('class="keep-bar"')[2]


def test_an_answer_is_shown_and_can_be_changed(client: Client, incident: Incident) -> None:
    page = read(client, incident, "03/10/2021 14:02 UTC it broke", **{"q-date-order": "month"}).content.decode()

    assert "03/10/2021 — you said: 10 March 2021 (month first)." in page
    assert page.count('name="q-date-order"') == 2
    assert "can be read in two ways" not in page


def test_the_end_of_a_range_stays_in_the_words_of_the_row(client: Client, incident: Incident) -> None:
    keep(client, incident, form(read(client, incident, "05:10–05:40 UTC failover running")))

    assert texts(incident)[1:] == ["failover running (until 05:40)"]


def test_an_ambiguous_date_is_a_question_with_both_readings(client: Client, incident: Incident) -> None:
    text = "03/10/2021 14:02 UTC it broke"
    response = read(client, incident, text)

    page = response.content.decode()
    assert "3 October 2021" in page
    assert "10 March 2021" in page
    refused = keep(client, incident, form(response))
    assert refused.status_code == 422
    assert "Choose one of the readings." in refused.content.decode()
    keep(client, incident, form(read(client, incident, text, **{"q-date-order": "month"})))
    assert incident.entries.in_order()[0].occurred_at == datetime(2021, 3, 10, 14, 2, tzinfo=UTC)


def test_an_abbreviation_of_several_zones_is_a_question(client: Client, incident: Incident) -> None:
    page = read(client, incident, "2021-03-10 14:02 IST it broke").content.decode()

    assert all(place in page for place in ("India (UTC+05:30)", "Israel (UTC+02:00)", "Ireland (UTC+01:00)"))


def test_a_correction_outlives_another_reading(client: Client, incident: Incident) -> None:
    text = "06:10 first\n06:12 second"
    data = form(read(client, incident, text)) | {"rows-1-text": "The second, in better words", "rows-0-clock": "06:11"}
    data = form(client.post(url("paste", incident.number), data | {"zone_is": "Asia/Tokyo"}))

    again = form(client.post(url("paste", incident.number), data | {"zone_is": "UTC"}))

    assert again["rows-1-text"] == "The second, in better words"
    assert again["rows-0-clock"] == "06:11"
    assert again["rows-1-clock"] == "06:12"


def test_a_wrong_row_is_said_beside_it_and_all_stays(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, LOG)) | {"rows-0-clock": "soon", "rows-1-text": "Typed with care"}

    response = keep(client, incident, data)

    assert response.status_code == 422
    assert "Write the time as 05:10" in response.content.decode()
    assert form(response)["rows-1-text"] == "Typed with care"
    assert incident.entries.count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("rows-0-day", "2199-01-01"), ("rows-0-text", ""), ("rows-0-precision", "x"), ("rows-0-mark", "x"),
     ("rows-0-text", "x\0"), ("rows-0-text", "x" * 2_001), ("zone_is", "../../etc"), ("day", "soon")],
)  # fmt: skip
def test_odd_input_is_no_500(client: Client, incident: Incident, name: str, value: str) -> None:
    data = form(read(client, incident, LOG)) | {name: value}

    assert keep(client, incident, data).status_code in {302, 422}


def test_what_became_no_row_goes_to_the_notes(client: Client, incident: Incident) -> None:
    text = f"Handover from the night shift.\n\n{LOG}"

    keep(client, incident, form(read(client, incident, text)))

    assert ReportSection.objects.get(report=incident.report, key="notes").text == "Handover from the night shift."


def test_what_became_no_row_can_be_left_out(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, f"Handover from the night shift.\n\n{LOG}"))
    del data["notes"]

    keep(client, incident, data)

    assert not ReportSection.objects.filter(report=incident.report, key="notes").exists()


def test_undo_takes_out_what_was_kept(client: Client, incident: Incident) -> None:
    before = [row.state for row in incident.milestones.order_by("kind")]
    keep(client, incident, form(read(client, incident, f"Handover.\n\n{LOG}")))
    page = client.get(url("editor", incident.number)).content.decode()
    assert "Kept 3 rows of what you pasted." in page
    activity = incident.activities.get(verb="kept pasted rows")

    response = client.post(url("undo_paste", incident.number, activity.pk), follow=True)

    assert "Took 3 rows out again." in response.content.decode()
    assert incident.entries.count() == 1
    assert [row.state for row in incident.milestones.order_by("kind")] == before
    assert ReportSection.objects.get(report=incident.report, key="notes").text == ""
    assert "of what you pasted" not in response.content.decode()


def test_undo_leaves_what_somebody_worked_on(client: Client, incident: Incident) -> None:
    keep(client, incident, form(read(client, incident, LOG)))
    TimelineEntry.objects.filter(text="customers fine again").update(public_text="All is well")
    activity = incident.activities.get(verb="kept pasted rows")

    response = client.post(url("undo_paste", incident.number, activity.pk), follow=True)

    assert "Took 2 rows out again. 1 stayed" in response.content.decode()
    assert texts(incident)[1:] == ["customers fine again"]
    assert "of what you pasted" not in response.content.decode()


def test_undo_gives_a_milestone_its_old_time_back(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, LOG)) | {"rows-2-mark": "resolved"}
    keep(client, incident, data)
    assert incident.milestones.get(kind="resolved").at == START + timedelta(minutes=20)

    client.post(url("undo_paste", incident.number, incident.activities.get(verb="kept pasted rows").pk))

    assert incident.milestones.get(kind="resolved").at == START + timedelta(hours=3, minutes=20)


def test_undo_twice_says_so(client: Client, incident: Incident) -> None:
    keep(client, incident, form(read(client, incident, LOG)))
    address = url("undo_paste", incident.number, incident.activities.get(verb="kept pasted rows").pk)
    client.post(address)

    assert "taken out already" in client.post(address, follow=True).content.decode()


def test_undo_of_something_else_is_refused(client: Client, incident: Incident) -> None:
    other = incident.activities.get(verb="opened")

    client.post(url("undo_paste", incident.number, other.pk))

    assert incident.entries.count() == 1
    there = make_draft().incident
    assert client.post(url("undo_paste", there.number, other.pk)).status_code == 404


def test_a_published_report_takes_no_paste(client: Client) -> None:
    incident = publish().incident
    data = form(read(client, incident, LOG))

    response = keep(client, incident, data)

    assert response.status_code == 409
    assert "Start a correction" in response.content.decode()
    assert incident.entries.count() == 1


def test_the_text_is_kept_until_its_rows_are(client: Client, incident: Incident) -> None:
    read(client, incident, LOG)
    assert "web-03 answers 500" in client.get(url("paste", incident.number)).content.decode()

    keep(client, incident, form(read(client, incident, LOG)))

    assert not UnsentText.objects.exists()


def test_more_rows_than_a_report_holds_are_not_shown(client: Client, incident: Incident) -> None:
    def lines(number: int) -> str:
        return "\n".join(f"05:10 UTC line {n}" for n in range(number))

    response = read(client, incident, lines(1_001))

    assert response.status_code == 422
    assert "These are 1,001 rows; a report holds 1,000. Paste a part of it." in response.content.decode()
    assert "line 1000" in form(response)["paste-text"]
    assert read(client, incident, lines(1_000)).status_code == 200


def test_rows_that_have_no_room_beside_those_there_are_refused_and_all_stays(
    client: Client, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.authoring.operations.pasting.MAX_ROWS", 3)
    data = form(read(client, incident, LOG)) | {"rows-1-text": "corrected"}

    response = keep(client, incident, data)

    assert response.status_code == 409
    assert "A report holds 3 rows; this one has 1, and 3 are ticked here." in response.content.decode()
    assert form(response)["rows-1-text"] == "corrected"
    assert incident.entries.count() == 1
    del data["rows-0-keep"]
    assert keep(client, incident, data).status_code == 302
    assert incident.entries.count() == 3


@pytest.mark.parametrize("text", ["", "   ", "\0\1\2" * 50, "x" * 1_100_000])
def test_what_is_no_text_is_said(client: Client, incident: Incident, text: str) -> None:
    response = read(client, incident, text)

    assert response.status_code == 422
    assert "note-error" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_preview_asks_the_same_number_of_questions(
    client: Client, incident: Incident, django_assert_num_queries: Any, count: int
) -> None:
    text = "\n".join(f"05:{number % 60:02d} UTC row {number}" for number in range(count))

    with django_assert_num_queries(PASTE_QUERIES):
        assert read(client, incident, text).content.decode().count('class="pasted-row') == count + 1


PASTE_QUERIES = 13
