"""Search over what was published and posted: the best matches first, with the words that were found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F

from incidents.models import EventUpdate, Publication, PublicEvent
from incidents.public.events import EventRow, event_row
from incidents.rendering import MAX_MARKDOWN_LENGTH, plain_text

MAX_LENGTH = 200
MOST_RESULTS = 30
MOST_RANKED = 500
_SEARCHED = 20_000  # characters of one event that are looked through for an excerpt
_START, _STOP = "\x02", "\x03"  # no text holds them: they are taken out before
_OPTIONS = f'StartSel="{_START}", StopSel="{_STOP}", MaxWords=35, MinWords=20, ShortWord=0'


@dataclass(frozen=True)
class Piece:
    """Some words of an excerpt; `is_found` marks those that were searched for."""

    text: str
    is_found: bool


@dataclass(frozen=True)
class Result:
    row: EventRow
    excerpt: tuple[Piece, ...]


def search(words: str) -> list[Result]:
    """What matches, best first, no more than MOST_RESULTS. Words as typed: `"quoted"`, `or`, `-without`.

    Of words that stand nearly everywhere, the best of the MOST_RANKED newest matches: a rank has to be worked out.
    """
    query = SearchQuery(words, search_type="websearch", config="english")
    newest = PublicEvent.objects.filter(search=query).newest_first().values("pk")[:MOST_RANKED]
    found = PublicEvent.objects.filter(pk__in=newest).annotate(rank=SearchRank(F("search"), query))
    events = list(found.order_by("-rank", "-started_at", "-pk")[:MOST_RESULTS])
    excerpts = _excerpts(words, [" ".join(texts)[:_SEARCHED] for texts in _texts(events)])
    return [Result(event_row(event), tuple(_pieces(said))) for event, said in zip(events, excerpts, strict=True)]


def _texts(events: Sequence[PublicEvent]) -> list[list[str]]:
    """Of each event what readers can read of it, the report before the updates. Two queries."""
    texts: dict[str, list[str]] = {event.public_id: [] for event in events}
    numbers = {event.public_id: event.report_number for event in events if event.report_number}
    for publication in Publication.objects.filter(public_id__in=numbers, number__in=set(numbers.values())):
        if numbers[publication.public_id] == publication.number:
            snapshot = publication.snapshot
            texts[publication.public_id] += [plain_text(section.markdown) for section in snapshot.sections]
            texts[publication.public_id] += [row.text for row in snapshot.timeline]
    for update in EventUpdate.objects.filter(event__in=events).select_related("event").order_by("pk"):
        texts[update.event.public_id].append(plain_text(update.text[:MAX_MARKDOWN_LENGTH]))
    return [texts[event.public_id] for event in events]


def _excerpts(words: str, texts: list[str]) -> list[str]:
    clean = [text.replace(_START, "").replace(_STOP, "").replace("\x00", "") for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_headline('english', said.text, websearch_to_tsquery('english', %s), %s) "
            "FROM unnest(%s::text[]) WITH ORDINALITY AS said(text, place) ORDER BY said.place",
            [words, _OPTIONS, clean],
        )
        return [said for (said,) in cursor.fetchall()]


def _pieces(said: str) -> Iterator[Piece]:
    """An excerpt cut at the marks; nothing where no word was found. Nothing of it is HTML."""
    if _START not in said:
        return
    for number, part in enumerate(said.split(_START)):
        found, stop, rest = part.partition(_STOP)
        pieces: Iterable[tuple[str, bool]] = [(found, True), (rest, False)] if number and stop else [(part, False)]
        yield from (Piece(text, is_found) for text, is_found in pieces if text)
