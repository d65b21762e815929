"""Search over what was published and posted, and over nothing else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from incidents.public.search import MAX_LENGTH, MOST_RESULTS
from incidents.public.views import search as view
from tests.factories import make_incident
from tests.public.happenings import happening, post
from tests.public.markup import Page
from tests.public.samples import PUBLIC_ID, SEED, publish, withdraw

pytestmark = pytest.mark.django_db


def answer(client: Client, words: str, status: int = 200) -> Page:
    response = client.get(f"/search/?{urlencode({'q': words})}")
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    said = Page(response.content.decode())
    assert said.faults == []
    return said


def found(client: Client, words: str) -> list[str]:
    links = [link["href"] for link in answer(client, words).all("a")]
    return [link.split("/")[2] for link in links if link.startswith("/incidents/")]


def test_titles_count_more_than_what_was_posted(client: Client) -> None:
    posted, titled = happening("Mail is late"), happening("The database is slow")
    post(posted, "A database did it.")
    assert found(client, "databases") == [titled.public_id, posted.public_id]


def test_a_report_is_found_by_any_chapter_and_shown_with_the_words(client: Client, publisher: User) -> None:
    publish(by=publisher)
    said = answer(client, "carried")
    assert f"1 match 6 March 2023, 05:00 {SEED.title}" in said.text
    assert "carried more load than it was built for" in said.text
    assert len(said.all("mark")) == 1
    assert found(client, '"carried more load"') == [PUBLIC_ID]
    assert found(client, '"load more carried"') == []
    assert found(client, "power -feed") == []
    assert found(client, "pagers") == [PUBLIC_ID]


def test_drafts_and_what_was_withdrawn_are_not_found(client: Client, publisher: User) -> None:
    make_incident(title="A secret breaker")
    assert "Nothing was found" in answer(client, "breaker").text
    withdraw(publish(by=publisher), by=publisher)
    assert found(client, "overload") == found(client, "carried") == []


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "a' OR 1=1 --",
        '"',
        "-",
        "\x00zero",
        "&amp; ! | :* (",
        "日本語",
        "\x02<b>\x03",
        "   ",
    ],
)
def test_any_words_are_only_words(client: Client, words: str) -> None:
    happening("Nothing " + words.replace("\x00", ""))
    assert len(answer(client, words).all("script")) == 1


def test_what_was_posted_is_no_markup_in_an_excerpt(client: Client) -> None:
    post(happening(), "5 < 6 & \x02its\x03 breaker > <script>fuse</script> was hot")
    said = answer(client, "breaker")
    assert "5 < 6 & its breaker > fuse was hot" in said.text
    assert (len(said.all("mark")), len(said.all("script"))) == (1, 1)


def test_a_question_that_is_too_long_is_refused_and_kept(client: Client) -> None:
    assert "Search for no more than 200 characters." in answer(client, "word " * 60, status=422).text
    fits = "w" * MAX_LENGTH
    assert fits in answer(client, fits).values("value")


def test_as_many_as_are_of_use(client: Client) -> None:
    for number in range(MOST_RESULTS + 2):
        happening(f"Breaker {number}")
    assert len(found(client, "breaker")) == MOST_RESULTS
    assert "The best 30 matches" in answer(client, "breaker").text


def test_the_page_asks_before_anything_was_asked(client: Client) -> None:
    said = Page(client.get("/search/").content.decode())
    assert "words in quotes" in said.text
    assert said.all("input")[0]["value"] == ""


def test_without_a_database_it_says_where_to_look(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError("connection refused")

    monkeypatch.setattr(view, "as_public_reader", away)
    response = client.get("/search/?q=power")
    said = Page(response.content.decode())
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "Search doesn’t work at the moment." in said.text
    assert {"/history/", "/reports/"} <= set(said.values("href"))
    assert "power" in said.values("value")


def test_the_number_of_queries_does_not_grow(client: Client, publisher: User) -> None:
    counts = []
    for number in (1, 2):
        for each in range(number):
            post(happening(f"Breaker {number} {each}"), "The breaker.")
        with CaptureQueriesContext(connection) as captured:
            answer(client, "breaker")
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_reading_is_all_one_can_do(client: Client, method: str) -> None:
    assert getattr(client, method)("/search/").status_code == 405
