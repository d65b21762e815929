"""What the worker does for the folder: finish what web servers left, turn the day, look after all, tell others."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from incidents.models import PublicChange
from incidents.public.files.following import Follower
from incidents.public.files.mirror import Mirror
from incidents.public.files.purge import Purge
from incidents.public.files.writing import build, public_tree, write_as_of, write_new_day, write_pending

_LOOKED_THROUGH = timedelta(days=1)


def keep_public_files(at: datetime) -> None:
    """Bring the folder to what the database says. Cheap when it is there. Raises NotWritten."""
    tree = public_tree()
    if not tree.is_whole or PublicChange.objects.filter(what=PublicChange.Kind.SITE).exists():
        build(at)
        return
    if PublicChange.objects.exists():
        write_pending(at)
    write_new_day(at)
    write_as_of(at)
    built = tree.read(".built")
    if built is None or at - datetime.fromisoformat(built.decode()) >= _LOOKED_THROUGH:
        build(at)  # which mends files that somebody damaged


def oldest_waiting() -> datetime | None:
    """Since when something committed is not public."""
    waiting = PublicChange.objects.order_by("at").values_list("at", flat=True)
    return waiting.first()


def followers() -> list[Follower]:
    """Those that the settings name, in the order in which a change reaches them. Making them asks nobody."""
    tree, site = public_tree(), settings.PUBLIC_BASE_URL
    found: list[Follower] = []
    if settings.PUBLIC_MIRROR:
        found.append(Mirror(tree, settings.PUBLIC_MIRROR, site))
    if settings.CDN_PURGE_URL:
        before = found[0] if found else None  # caches would only fetch again what the bucket had before
        found.append(Purge(tree, settings.CDN_PURGE_URL, settings.CDN_PURGE_TOKEN, site, after=before))
    return found
