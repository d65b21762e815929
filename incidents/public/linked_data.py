"""What search engines are told about a page, in the vocabulary of schema.org."""

from __future__ import annotations

from typing import Any

from incidents.models import Publication
from incidents.public.addresses import absolute, report_path
from incidents.public.events import EventRow
from incidents.public.pages import ReportPage
from incidents.rendering import clean_text

_CONTEXT = "https://schema.org"


def linked_report(page: ReportPage, newest: Publication, path: str) -> dict[str, Any]:
    """A published report: an article with its dates."""
    snapshot = newest.snapshot
    return {
        "@context": _CONTEXT,
        "@type": ["Report", "TechArticle"],
        "headline": page.title,
        "description": page.description,
        "url": absolute(path),
        "inLanguage": "en",
        "datePublished": page.published_at.iso if page.published_at else None,
        "dateModified": page.shown.published_at.iso if page.shown else None,
        "version": newest.number,
        "about": [clean_text(row.name) for row in snapshot.components],
        "keywords": [tag.words for tag in page.tags],
    }


def linked_data(row: EventRow) -> dict[str, Any]:
    """An event without a report: what was announced about it, and when it was."""
    return {
        "@context": _CONTEXT,
        "@type": "SpecialAnnouncement",
        "name": row.title,
        "url": absolute(report_path(row.public_id)),
        "datePosted": row.updates[-1].moment.iso if row.updates else row.start.iso,
        "expires": row.end.iso if row.end else None,
    }
