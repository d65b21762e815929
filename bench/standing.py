"""A folder of public files as large as its site, in a minute instead of an hour: every place is taken, by a stand-in.

What a change costs depends on how many neighbours its files have, and not on what is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from incidents.models import PublicEvent
from incidents.public import catalogue
from incidents.public.addresses import report_path
from incidents.public.files import layout
from incidents.public.files.assets import keep_assets
from incidents.public.files.writing import noted_day, public_tree
from incidents.public.reading import as_public_reader

_WORDS = b"A stand-in.\n"


def stand_in(at: datetime) -> int:
    """Put a file at every list's address, and at those of an event that have neighbours; returns how many."""
    tree, count = public_tree(), 0
    with tree.session(anew=True) as session, tree.locked(patience=10):
        session.announce()
        keep_assets(tree.home)
        with as_public_reader(one_moment=True):
            for path in _addresses():
                file = layout.file_of(path)
                assert file, path  # noqa: S101 -- the catalogue has no others
                for name in layout.names(file):
                    session.put(name, _WORDS, mtime=int(at.timestamp()))
                count += 1
            session.note("day", noted_day(at))
        for note in ("built", "now"):
            session.note(note, at.isoformat())
        session.commit()
    return count


def _addresses() -> Iterator[str]:
    for public_id in PublicEvent.objects.values_list("public_id", flat=True).iterator():
        yield report_path(public_id)
        yield reverse("public:incident_json", args=[public_id])
    yield from dict.fromkeys([*catalogue.of_lists(), *catalogue.of_site()])
