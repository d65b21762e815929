from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models

from incidents.models.incident import Incident

if TYPE_CHECKING:
    from accounts.models import User


class IncidentWordsQuerySet(models.QuerySet["IncidentWords"]):
    def saying(self, words: str) -> IncidentWordsQuerySet:
        """Those in which all of these words stand somewhere, as people type them: `"quoted"`, `or`, `-without`."""
        return self.filter(words=SearchQuery(words, search_type="websearch", config="english"))

    def visible_to(self, user: User) -> IncidentWordsQuerySet:
        """Those of incidents that this person may read, without a look at each."""
        return self.exclude(incident__in=Incident.objects.hidden_from(user).values("pk"))


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

    objects = IncidentWordsQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="incident_words"),
            models.Index(fields=["number"], name="words_by_number"),
        ]

    def __str__(self) -> str:
        return f"What {self.incident.code} is found by"
