"""Years of incidents for an empty database, as the operations would have written them, in seconds.

The same seed makes the same rows. A test lets the operations write them once more, and nothing may change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection, transaction

from accounts.models import User
from accounts.roles import Role
from bench.copying import go_on_counting
from bench.drafts import Drafts
from bench.outline import Surroundings, new_id, outline
from bench.people import ENGINEER, PASSWORD, PUBLISHER
from bench.telling import Telling
from bench.words import COMPONENTS, TEAMS
from incidents.models import Component, IncidentCounter, Severity, Team

YEARS = 5
_EVER = date(2015, 1, 1)
_WORK_EVERY = 50  # incidents


@transaction.atomic
def write_history(count: int, *, until: datetime, rows: int = 10, seed: int = 1) -> None:
    """`count` incidents over the last years, the newest of three hours ago, each with `rows` rows of timeline.

    All are over. Between them lies planned work. PUBLISHER and ENGINEER can log in with PASSWORD.
    """
    random = Random(seed)
    around = _surroundings(random)
    drafts, telling = Drafts(around), Telling(random, around)
    first = until - timedelta(days=365 * YEARS)
    step = (until - timedelta(hours=3) - first) / count
    with _nothing_checked():
        for number in range(1, count + 1):
            start = (first + step * number).replace(microsecond=0)
            each = outline(random, around, number, start=start, until=until, rows=rows)
            drafts.write(each)
            telling.write(each)
            if number % _WORK_EVERY == 0:
                telling.write_work(start=start)
        copies = [*drafts.copies, *telling.copies]
        for copy in copies:
            copy.flush()
        telling.index()
        drafts.index()
    go_on_counting(copies)
    IncidentCounter.objects.update_or_create(id=1, defaults={"next_number": count + 1})


def tidy() -> None:
    """What autovacuum would have done in a night."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _surroundings(random: Random) -> Surroundings:
    engineers = [_person(f"engineer{number}@bench.example", Role.ENGINEER) for number in range(2, 6)]
    engineers.insert(0, _person(ENGINEER, Role.ENGINEER, PASSWORD))
    publisher = _person(PUBLISHER, Role.PUBLISHER, PASSWORD)
    components = [
        Component.objects.create(public_id=new_id(random), name=name, group=group, position=place, counted_from=_EVER)
        for place, (group, name) in enumerate(COMPONENTS, start=1)
    ]
    severities = tuple(Severity.objects.worst_first())
    teams = tuple(Team.objects.create(name=name) for name in TEAMS)
    return Surroundings(tuple(engineers), publisher, tuple(components), severities, teams)


def _person(email: str, role: Role, password: str | None = None) -> User:
    return User.objects.create_user(email, password, name=email.partition("@")[0].title(), role=role)


@contextmanager
def _nothing_checked() -> Iterator[None]:
    """Rows that agree with each other need no look at every key."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
