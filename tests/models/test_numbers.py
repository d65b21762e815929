from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from incidents.models import Incident
from tests.factories import make_incident, make_user


@pytest.mark.django_db
def test_a_rollback_leaves_no_gap() -> None:
    first = make_incident()
    with transaction.atomic():
        make_incident()
        transaction.set_rollback(True)

    second = make_incident()

    assert second.number == first.number + 1


@pytest.mark.django_db
def test_public_ids_tell_no_number() -> None:
    incidents = [make_incident() for _ in range(20)]

    assert len({incident.public_id for incident in incidents}) == 20
    assert all(len(incident.public_id) == 12 for incident in incidents)
    assert sorted(incident.public_id for incident in incidents) != [incident.public_id for incident in incidents]


@pytest.mark.django_db(transaction=True)
def test_incidents_opened_at_once_get_numbers_without_gaps(transactional_db: None) -> None:
    user = make_user()
    start = threading.Barrier(4)
    failures: list[Exception] = []

    def open_some() -> None:
        try:
            start.wait(timeout=10)
            for _ in range(3):
                make_incident(by=user)
        except Exception as error:  # noqa: BLE001  # told to the main thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=open_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(Incident.objects.values_list("number", flat=True)) == list(range(1, 13))
