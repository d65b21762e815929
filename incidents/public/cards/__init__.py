"""The picture that stands beside a link to a page, where people share one: what it says, and where it is.

Its address stays, and is asked for with a digest of what the picture says: chats and networks keep a picture by its
whole address, and would show a resolved incident as open for days. What is drawn depends on a `Card` alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from typing import ClassVar

from django.urls import reverse

from incidents.models import Site
from incidents.public.addresses import absolute, event_card_path
from incidents.public.branding import site_name
from incidents.public.events import EventRow

_LOOK = 1  # counts up when the same words are drawn in another way


@dataclass(frozen=True)
class Card:
    """Words in plain text, colours as `#1a2b3c`. `tone` is that of a chip; empty parts are left out.

    `site_name` and `logo` (checksum and media type) stand above the title.
    """

    path: str
    title: str
    about: str
    state: str = ""
    tone: str = ""
    site_name: str = ""
    accent: str = ""
    logo: tuple[str, str] = ("", "")
    width: ClassVar[int] = 1200
    height: ClassVar[int] = 630

    @property
    def address(self) -> str:
        """Where readers elsewhere find it."""
        digest = hashlib.sha256(repr((_LOOK, astuple(self))).encode()).hexdigest()
        return f"{absolute(self.path)}?{digest[:12]}"

    @property
    def alt(self) -> str:
        """What it says, for those who don’t see it."""
        state = f"{self.state}. " if self.state else ""
        return f"{self.title}. {state}{self.about}."


def card_of_site(site: Site) -> Card:
    """Of every page that is about no event. It says nothing that changes by itself."""
    return Card(
        path=reverse("public:card"),
        title=site_name(site),
        about="Status and incident reports",
        accent=site.accent,
        logo=(site.logo_sha256, site.logo_type),
    )


def card_of_event(row: EventRow, site: Site) -> Card:
    """What is, or was, how long and since when."""
    return Card(
        path=event_card_path(row.public_id),
        title=row.title,
        about=" · ".join(_about(row)),
        state=row.state,
        tone=row.tone,
        site_name=site_name(site),
        accent=site.accent,
        logo=(site.logo_sha256, site.logo_type),
    )


def _about(row: EventRow) -> list[str]:
    kind = "Maintenance" if row.is_maintenance else "Incident"
    if row.is_over:
        lasted = [f"lasted {row.lasted}"] if row.lasted else []
        return ["Incident report" if row.has_report else kind, row.start.day, *lasted]
    when = row.start.full if row.is_planned else f"since {row.start.full}"
    return ["Incident report" if row.has_report else kind, when]
