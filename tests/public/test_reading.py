"""A public view that looks at a draft fails; it can't leak by a forgotten filter."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from incidents.models import Incident, Publication, Site
from incidents.public import reading
from incidents.public.branding import current_site
from incidents.public.caching import public_answer
from incidents.public.events import updates_of
from incidents.public.reading import as_public_reader, moment, read_each_once
from tests.factories import make_incident, publish

pytestmark = pytest.mark.django_db


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def test_a_view_that_reads_an_incident_fails() -> None:
    make_incident(title="Secret")

    @public_answer
    def leak(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(Incident.objects.get().title)

    with pytest.raises(ProgrammingError, match="permission denied for table incidents_incident"):
        leak(RequestFactory().get("/"))
    assert Incident.objects.get().title == "Secret"


def test_what_was_published_can_be_read_and_nothing_written() -> None:
    publish()
    rows = connection.cursor()

    with as_public_reader():
        assert role() == "afterword_public"
        assert Publication.objects.get().snapshot.title == "Our servers were down"
    with pytest.raises(ProgrammingError, match="permission denied"), as_public_reader():
        rows.execute("INSERT INTO incidents_publicchange (what, public_id, at) VALUES ('site', '', now())")

    assert role() != "afterword_public"


def test_the_role_ends_with_an_answer_that_is_an_error() -> None:
    with pytest.raises(Http404), as_public_reader():
        raise Http404

    assert role() != "afterword_public"


def test_a_block_asks_once_and_the_next_one_anew(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with as_public_reader():
        with django_assert_num_queries(1):
            assert current_site() is current_site()
        with django_assert_num_queries(2):
            updates_of([1, 2])
            updates_of([2, 3])
            assert updates_of([3, 1]) == {3: (), 1: ()}
        at = moment()
        assert moment() == at
    Site.objects.update(name="Renamed")

    with as_public_reader():
        assert current_site().name == "Renamed"
        assert moment() > at
    with django_assert_num_queries(2):
        assert current_site() is not current_site()


def test_what_is_kept_does_not_grow_with_what_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MOST_KEPT", 10)
    asked: list[int] = []

    @read_each_once
    def squares(numbers: list[int]) -> dict[int, int]:
        asked.extend(numbers)
        return {number: number**2 for number in numbers}

    with as_public_reader():
        for number in range(25):
            assert squares([number, 0]) == {number: number**2, 0: 0}

    assert asked.count(0) == 3
    assert len(asked) == 27
