from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from incidents.models.incident import Incident
from incidents.snapshot import Snapshot, checksum

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class PublishedIsFinal(Exception):
    """Somebody tried to change or delete what was published. A correction is a new version."""

    def __init__(self) -> None:
        super().__init__("What was published never changes: publish a correction or withdraw it.")


class FinalQuerySet(models.QuerySet[Any]):
    """Rows that can be added and read."""

    def update(self, **_kwargs: Any) -> NoReturn:
        raise PublishedIsFinal

    def delete(self) -> NoReturn:
        raise PublishedIsFinal

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise PublishedIsFinal


class FinalModel(models.Model):
    """A row that is written once. A Postgres trigger says the same, see the migration published_is_final."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PublishedIsFinal
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise PublishedIsFinal


class PublicationQuerySet(FinalQuerySet):
    def current(self) -> PublicationQuerySet:
        """The newest version of each incident, withdrawn or not."""
        newest = Publication.objects.filter(public_id=OuterRef("public_id")).order_by("-number")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))

    def of(self, incident: Incident) -> PublicationQuerySet:
        """The versions of one incident."""
        return self.filter(public_id=incident.public_id)

    def standing(self) -> PublicationQuerySet:
        """Current versions that are not withdrawn: what customers can read."""
        return self.current().filter(retraction=None)

    def append(
        self, incident: Incident, snapshot: Snapshot, *, by: User, change_note: str, at: datetime
    ) -> Publication:
        """The next version. The caller holds the incident's report locked."""
        last = Publication.objects.of(incident).aggregate(last=models.Max("number"))["last"]
        data = snapshot.to_data()
        return Publication.objects.create(
            incident=incident,
            public_id=incident.public_id,
            number=(last or 0) + 1,
            data=data,
            checksum=checksum(data),
            change_note=change_note,
            published_by=by,
            published_at=at,
        )


class Publication(FinalModel):
    """A published version: numbered, dated, checksummed, never changed.

    It repeats the incident's public id, so that the public side reads no other table.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="publications")
    public_id = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    data = models.JSONField()
    checksum = models.CharField(max_length=64)
    change_note = models.CharField(max_length=500, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-published_at", "-id"], name="publication_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["public_id", "number"], name="publication_number_unique"),
            models.CheckConstraint(
                condition=Q(number=1) | (Q(number__gt=1) & ~Q(change_note="")),
                name="publication_correction_says_what_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.incident_id}"

    @cached_property
    def snapshot(self) -> Snapshot:
        return Snapshot.from_data(self.data)


class Retraction(FinalModel):
    """A version, and all before it, taken back. Customers find a tombstone with the reason."""

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="retraction")
    reason = models.CharField(max_length=500)
    retracted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retracted_at = models.DateTimeField()

    objects = FinalQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="retraction_has_a_reason")]

    def __str__(self) -> str:
        return f"Withdrawal of {self.publication_id}"
