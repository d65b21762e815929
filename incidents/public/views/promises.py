"""All public promises, and the honest share of them that was kept; where the organisation shows it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from incidents.models import ActionState, PublicEvent, PublicPromise
from incidents.public.answers import page
from incidents.public.branding import current_site
from incidents.public.caching import public_answer
from incidents.public.promises import PromiseRow, promise_row
from incidents.public.reading import moment

_COUNTED_DAYS = 365
_MOST_SHOWN = 100


@public_answer
def promises(_request: HttpRequest) -> HttpResponse:
    if not current_site().shows_promises:
        raise Http404
    on = moment().date()
    counted = PublicPromise.objects.due_within(on - timedelta(days=_COUNTED_DAYS), on - timedelta(days=1))
    underway = PublicPromise.objects.underway()
    closed = PublicPromise.objects.filter(state__in=[ActionState.DONE, ActionState.WONT_DO])
    due = counted.count()
    kept = counted.kept().count()
    context = {
        "due": due,
        "kept": kept,
        "percent": round(100 * kept / due) if due else None,
        "late": _rows(underway.filter(due_on__lt=on).order_by("due_on", "id"), on=on),
        "open": _rows(underway.exclude(due_on__lt=on).order_by("due_on", "id"), on=on),
        "closed": _rows(closed.order_by("-closed_on", "-id"), on=on),
        "most": _MOST_SHOWN,
    }
    return page("promises.html", context, canonical=reverse("public:promises"))


def _rows(found: QuerySet[PublicPromise], *, on: date) -> list[PromiseRow]:
    rows = list(found[:_MOST_SHOWN])
    titles = dict(
        PublicEvent.objects.filter(public_id__in=[row.public_id for row in rows]).values_list("public_id", "title")
    )
    return [promise_row(row, titles.get(row.public_id, ""), on=on) for row in rows]
