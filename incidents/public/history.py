"""The versions of one report that customers may read, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from incidents.models import Publication, Retraction
from incidents.public.kept import as_it_stands, kept_since
from incidents.public.pages import Version
from incidents.public.reading import read_once
from incidents.public.words import Moment
from incidents.rendering import render_plain
from incidents.snapshot import Snapshot


@dataclass(frozen=True)
class History:
    """All publications of an incident, newest first and without their documents. There is at least one."""

    publications: tuple[Publication, ...]

    @property
    def newest(self) -> Publication:
        return self.publications[0]

    @property
    def retraction(self) -> Retraction | None:
        """Set while the report is withdrawn."""
        return retraction_of(self.newest)

    @property
    def first_published_at(self) -> datetime:
        """When customers could first read a version that still stands. There is one, unless the report is withdrawn."""
        return min(each.published_at for each in self.publications if not self.withdrawal(each.number))

    def numbered(self, number: int) -> Publication:
        """Raises Http404 for a number that was never published."""
        for publication in self.publications:
            if publication.number == number:
                return publication
        raise Http404

    def withdrawal(self, number: int) -> Retraction | None:
        """What took this version back: its own withdrawal, or the first one of a later version."""
        taken = [
            retraction_of(publication) for publication in reversed(self.publications) if publication.number >= number
        ]
        return next((retraction for retraction in taken if retraction), None)

    def standing(self, number: int) -> Snapshot:
        """A version with its promises as they stand, or stood when it was replaced."""
        return as_it_stands(self.numbered(number), until=self.replaced_at(number))

    def before(self, number: int) -> Publication | None:
        """The version that a reader could compare this one with."""
        if number < 2 or self.withdrawal(number - 1):
            return None
        return self.numbered(number - 1)

    def comparable(self, number: int) -> list[int]:
        """The earlier versions that a reader can compare this one with, newest first."""
        return [each.number for each in self.publications if each.number < number and not self.withdrawal(each.number)]

    def replaced_at(self, number: int) -> datetime | None:
        """When the next version came out; None for the newest."""
        later = [each.published_at for each in self.publications if each.number > number]
        return later[-1] if later else None

    def versions(self, *, shown: int) -> tuple[Version, ...]:
        """The lines of “Changes to this report”. A withdrawn version keeps its line, but not its note."""
        return tuple(self.version(publication, shown=shown) for publication in self.publications)

    def version(self, publication: Publication, *, shown: int) -> Version:
        """One of these lines."""
        taken = self.withdrawal(publication.number)
        return Version(
            number=publication.number,
            published_at=Moment(publication.published_at),
            note_html=render_plain("" if taken else publication.change_note),
            is_shown=publication.number == shown,
            has_changes=not taken and self.before(publication.number) is not None,
            withdrawn_at=Moment(taken.retracted_at) if taken else None,
            kept=() if taken else kept_since(publication, until=self.replaced_at(publication.number)),
        )


def history_of(public_id: str) -> History:
    """Raises the same Http404 for a draft as for an id that never was. One query, however many versions."""
    publications = publications_of(public_id)
    if not publications:
        raise Http404
    return History(publications)


@read_once
def publications_of(public_id: str) -> tuple[Publication, ...]:
    """All of an incident, newest first and without their documents; none, while nothing was published.

    One query in a block.
    """
    found = Publication.objects.filter(public_id=public_id).select_related("retraction").defer("data")
    return tuple(found.order_by("-number"))


def retraction_of(publication: Publication) -> Retraction | None:
    return getattr(publication, "retraction", None)
