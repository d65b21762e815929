"""The reports that stand, for feeds."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from incidents.models import Publication, Retraction


def published() -> QuerySet[Any]:
    """Standing `Publication`s annotated with `first_published_at`, by which they are ordered, newest first.

    That is `History.first_published_at`: a correction changes the entry and leaves it in its place.
    """
    taken_back = Retraction.objects.filter(
        publication__public_id=OuterRef("public_id"), publication__number__gte=OuterRef("number")
    )
    first = Publication.objects.filter(~Exists(taken_back), public_id=OuterRef("public_id")).order_by("number")
    listed: QuerySet[Any] = (
        Publication.objects.standing()
        .annotate(first_published_at=Subquery(first.values("published_at")[:1]))
        .order_by("-first_published_at", "-pk")
    )
    return listed
