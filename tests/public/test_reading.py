"""A public view that looks at a draft fails; it can't leak by a forgotten filter."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from incidents.models import Incident, Publication
from incidents.public.caching import public_answer
from incidents.public.reading import as_public_reader
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
