"""Three locks on what was published: the model, the QuerySet, and Postgres itself."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from incidents.models import Publication, PublishedIsFinal, Retraction
from incidents.publishing.operations import withdraw_report
from tests.factories import NOW, make_user, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def publication() -> Publication:
    return publish()


def test_model_refuses_to_save_again(publication: Publication) -> None:
    publication.change_note = "quietly"

    with pytest.raises(PublishedIsFinal):
        publication.save()


def test_model_refuses_to_delete(publication: Publication) -> None:
    with pytest.raises(PublishedIsFinal):
        publication.delete()


@pytest.mark.parametrize(
    "write",
    [
        lambda rows: rows.update(change_note="quietly"),
        lambda rows: rows.delete(),
        lambda rows: rows.bulk_update(list(rows), ["change_note"]),
    ],
    ids=["update", "delete", "bulk_update"],
)
def test_queryset_refuses(publication: Publication, write) -> None:
    with pytest.raises(PublishedIsFinal):
        write(Publication.objects.filter(pk=publication.pk))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE incidents_publication SET change_note = 'quietly' WHERE id = %s",
        "DELETE FROM incidents_publication WHERE id = %s",
    ],
)
def test_postgres_refuses(publication: Publication, sql: str) -> None:
    with pytest.raises(IntegrityError, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [publication.pk])

    assert Publication.objects.get(pk=publication.pk).data == publication.data


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE incidents_retraction SET reason = 'other' WHERE publication_id = %s",
        "DELETE FROM incidents_retraction WHERE publication_id = %s",
    ],
)
def test_withdrawals_are_final_too(publication: Publication, sql: str) -> None:
    withdraw_report(publication.incident.report, reason="It named a person.", by=make_user("publisher"), at=NOW)

    with pytest.raises(IntegrityError, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [publication.pk])
    with pytest.raises(PublishedIsFinal):
        Retraction.objects.all().delete()


@pytest.mark.parametrize("table", ["incidents_retraction", "incidents_publication, incidents_retraction"])
def test_postgres_refuses_to_empty_the_tables(publication: Publication, table: str) -> None:
    empty = f"SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL afterword.tests = 'off'; TRUNCATE {table}"

    with pytest.raises(IntegrityError, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(empty)

    assert Publication.objects.get(pk=publication.pk).data == publication.data


def test_deleting_the_incident_is_refused(publication: Publication) -> None:
    with pytest.raises(ProtectedError):
        publication.incident.delete()
