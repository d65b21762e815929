from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from incidents.models.incident import Incident


class IncidentWords(models.Model):
    """What people inside find an incident by: its number, titles, sections, timeline and promises.

    Triggers of the database keep it (migration 0014), so that no operation can forget to, and its rows go with their
    incidents. It holds at most 150,000 characters' words of one incident: Postgres has a limit of its own. `number` is
    the incident's, so that what was found is in order before anything else is looked at.
    """

    incident = models.OneToOneField(
        Incident, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True, related_name="words"
    )
    number = models.PositiveIntegerField(db_default=0)
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="incident_words")]

    def __str__(self) -> str:
        return f"What {self.incident.code} is found by"
