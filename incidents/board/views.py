from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require
from accounts.models import User
from accounts.roles import Capability
from incidents.action_items import add_action_item, revise_action_item
from incidents.action_items.forms import ActionItemForm, known_teams
from incidents.board.exports import as_data, calendar_of, csv_of
from incidents.board.figures import figures
from incidents.board.filters import Filters
from incidents.board.forms import BulkForm, NewItemForm, ViewForm
from incidents.board.keeping import kept_overview
from incidents.board.operations import NameTaken, change_many, delete_view, save_view
from incidents.board.overview import COHORT_DAYS
from incidents.board.rows import Row
from incidents.drafts import Refused
from incidents.edits import EditConflict, Gone
from incidents.models import ActionItem, SavedView
from incidents.paging import page_of
from incidents.permissions import may_change_item, require_action_items

_PER_PAGE = 50
_MOST_UNOWNED = 10
_MOST_EXPORTED = 10_000
_MOST_IN_CALENDAR = 1_000


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    return _board(request, require(request.user, Capability.READ))


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What a manager asks beyond the rows."""
    user = require(request.user, Capability.READ)
    at = timezone.now()
    found = kept_overview(user, at=at)
    is_kept = at - found.made_at > timedelta(minutes=1)
    context = {"overview": found, "is_kept": is_kept, "cohort_days": COHORT_DAYS}
    return render(request, "board/overview.html", context)


@require_safe
def csv(request: HttpRequest) -> HttpResponseBase:
    return _taken_along(request, _as_csv, most=_MOST_EXPORTED)


@require_safe
def json(request: HttpRequest) -> HttpResponseBase:
    """`{"on": day, "items": [...]}`, see `exports.COLUMNS`; `days_late` is of that day, today in UTC."""
    return _taken_along(request, _as_json, most=_MOST_EXPORTED)


@require_safe
def calendar(request: HttpRequest) -> HttpResponseBase:
    return _taken_along(request, _as_calendar, most=_MOST_IN_CALENDAR)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, key: str) -> HttpResponse:
    """One promise: what it says, what became of it, and the form of those who may change it."""
    user = require(request.user, Capability.READ)
    found = get_object_or_404(_seen_by(user).select_related("entry", "comment"), key=key)
    changes = may_change_item(user, found)
    if request.method == "POST" and not changes:
        raise PermissionDenied
    form = ActionItemForm(request.POST if request.method == "POST" else None, item=found)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                revise_action_item(
                    found, changes=_changes(request, form), seen=form.seen_digests, by=user, at=timezone.now()
                )
            except EditConflict as conflict:
                form.show_conflict(conflict.stored)
                status = HTTPStatus.CONFLICT
            except (Gone, Refused) as refusal:
                form.add_error(getattr(refusal, "field", None), str(refusal))
                status = HTTPStatus.CONFLICT
            else:
                messages.success(request, "Saved.")
                return redirect("board:item", key)
    context = {
        "row": Row(found, _today(), changes),
        "form": form,
        "changes": found.changes.select_related("by").order_by("-at", "-id"),
        "siblings": _siblings(found, user),
        "known_teams": known_teams(),
    }
    return render(request, "board/item.html", context, status=status)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Many items at once, all or none."""
    user = require_action_items(request.user)
    keys = request.POST.getlist("key")
    form = BulkForm(request.POST, keys=keys, auto_id="row_%s" if "is_row" in request.POST else "id_%s")
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        items = list(_seen_by(user).filter(key__in=form.keys))
        if not all(may_change_item(user, each) for each in items):
            raise PermissionDenied
        try:
            count = change_many(items, changes=form.changes, by=user, at=timezone.now())
        except (Gone, Refused) as refusal:
            form.add_error(None, str(refusal))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, f"Changed {count} item{'' if count == 1 else 's'}.")
            place = f"#row-{form.keys[0]}" if form.cleaned_data["is_row"] else ""
            return redirect(f"{_back(request)}{place}")
    if "is_row" in request.POST:
        return _board(request, user, row_form=form, status=status)
    return _board(request, user, bulk=form, status=status)


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Promise something that belongs to an incident."""
    user = require_action_items(request.user)
    form = NewItemForm(request.POST, user=user)
    if not form.is_valid():
        return _board(request, user, new_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    values = dict(form.cleaned_data)
    added = add_action_item(values.pop("incident"), values=values, by=user, at=timezone.now())
    messages.success(request, "Added. Say here what it does, and how anybody can tell that it is finished.")
    return redirect("board:item", added.key)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    user = require(request.user, Capability.READ)
    form = ViewForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        said = form.cleaned_data
        is_shared = said["is_shared"] and user.may(Capability.MANAGE_ACTIONS)
        try:
            save_view(name=said["name"], query=said["query"], is_shared=is_shared, by=user)
        except NameTaken as refusal:
            form.add_error("name", str(refusal))
            status = HTTPStatus.CONFLICT
        else:
            return redirect(_back(request))
    return _board(request, user, naming=form, status=status)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.READ)
    delete_view(get_object_or_404(SavedView, pk=pk, owner=user))
    return redirect("board:board")


def _board(
    request: HttpRequest,
    user: User,
    *,
    bulk: BulkForm | None = None,
    naming: ViewForm | None = None,
    row_form: BulkForm | None = None,
    new_form: NewItemForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    on = _today()
    asked = request.GET.copy() if request.method in {"GET", "HEAD"} else _asked_by(request)
    filters = Filters(asked, on=on, user=user)
    seen = _seen_by(user)
    if not filters.is_valid():
        context = {"filters": filters, "figures": figures(seen, on=on), "views": _views(user), "query": ""}
        return render(request, "board/board.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    items = filters.of(seen)
    is_first = not (filters.is_narrow or filters.cleaned_data["sort"] or asked.get("after") or asked.get("before"))
    unowned = list(items.late(on).without_owner().order_by(*filters.order)[:_MOST_UNOWNED]) if is_first else []
    rest = items.exclude(pk__in=[each.pk for each in unowned]) if unowned else items
    page = page_of(rest, filters.order, asked=asked, size=_PER_PAGE)
    edited = asked.pop("edit", [""])[-1]
    here = asked.urlencode()
    for name in ("after", "before"):
        asked.pop(name, None)
    rows = [Row(each, on, may_change_item(user, each)) for each in page.rows]
    first = [Row(each, on, may_change_item(user, each)) for each in unowned]
    if row_form is None and edited:
        row_form = next((BulkForm.of_row(row.item) for row in (*first, *rows) if row.is_changed_by(edited)), None)
    context = {
        "filters": filters,
        "figures": figures(seen, on=on),
        "page": page,
        "rows": rows,
        "unowned": first,
        "row_form": row_form,
        "edited": row_form.keys[0] if row_form and row_form.keys else "",
        "here": here,
        "new_form": new_form or NewItemForm(user=user),
        "bulk": bulk or BulkForm(),
        "naming": naming or ViewForm(initial={"query": asked.urlencode()}),
        "views": _views(user),
        "query": asked.urlencode(),
        "ticked": set(bulk.keys) if bulk else set(),
        "may_change_some": user.may_follow_up,
        "may_share": user.may(Capability.MANAGE_ACTIONS),
    }
    return render(request, "board/board.html", context, status=status)


def _seen_by(user: User) -> Any:
    return ActionItem.objects.visible_to(user).select_related("incident__severity", "owner", "team")


def _views(user: User) -> Any:
    return SavedView.objects.filter(owner=user) | SavedView.objects.filter(is_shared=True)


def _siblings(found: ActionItem, user: User) -> Any:
    """The other items of its incident."""
    return _seen_by(user).filter(incident=found.incident_id).exclude(pk=found.pk).order_by("due_or_never", "pk")


def _taken_along(
    request: HttpRequest, form: Callable[[Iterable[ActionItem], date], HttpResponseBase], *, most: int
) -> HttpResponseBase:
    """What is seen on the board, in another form; 422 where the address asks for what no filter can be."""
    user, on = require(request.user, Capability.READ), _today()
    filters = Filters(request.GET, on=on, user=user)
    if not filters.is_valid():
        told = "This address asks for a filter that there is not. Choose again on the board.\n"
        return HttpResponse(told, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8")
    return form(filters.of(_seen_by(user)).order_by(*filters.order)[:most], on)


def _as_csv(items: Iterable[ActionItem], on: date) -> StreamingHttpResponse:
    name = f'attachment; filename="promises-{on.isoformat()}.csv"'
    lines = csv_of(items, on=on)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


def _as_json(items: Iterable[ActionItem], on: date) -> HttpResponse:
    return JsonResponse({"on": on, "items": [as_data(item, on=on) for item in items]})


def _as_calendar(items: Iterable[ActionItem], on: date) -> HttpResponse:
    content = calendar_of(items, on=on, at=timezone.now())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


def _changes(request: HttpRequest, form: ActionItemForm) -> dict[str, Any]:
    given_back = {"rule_may_set_due": True} if "by_rule" in request.POST else {}
    return {**form.changes, **given_back}


def _asked_by(request: HttpRequest) -> Any:
    """The filters that stood on the page which sent this form."""
    return QueryDict(request.POST.get("query", "")[:1_000], mutable=True)


def _back(request: HttpRequest) -> str:
    query = _asked_by(request).urlencode()
    return f"{reverse('board:board')}{'?' if query else ''}{query}"


def _today() -> date:
    """Days of promises are days in UTC."""
    return timezone.now().date()
