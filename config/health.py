"""Is the process up; are the database and the worker well?"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from incidents.management.commands.run_worker import HEARTBEAT_KEY, JOBS
from incidents.public.files import Follower, followers, oldest_waiting
from jobs.running import late_jobs
from outbox.models import Delivery

HEARTBEAT_MAX_AGE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=1)  # of something committed that readers don’t see
LONGEST_WAIT_OF_MAIL = timedelta(minutes=10)  # that could leave now, and that nobody refused
logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that a database outage restarts no web server."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """200 when everything that a request needs is well, else 503; either way each part and its state."""
    parts = {"database": _database(), "worker": "unknown", "jobs": "unknown", "mail": "unknown", "public": "unknown"}
    if parts["database"] == "ok":
        parts |= {"worker": _worker(), "jobs": _jobs(), "mail": _mail(), "public": _public()}
    parts |= {each.name: _follower(each) for each in followers()}
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.warning("The database does not answer", exc_info=True)
        return "does not answer"
    return "ok"


def _worker() -> str:
    try:
        heartbeat = cache.get(HEARTBEAT_KEY)
    except DatabaseError:
        logger.warning("The cache table cannot be read", exc_info=True)
        return "unknown"
    if heartbeat is None:
        return "has not been seen"
    age = timezone.now() - heartbeat
    if age > HEARTBEAT_MAX_AGE:
        return f"last seen {int(age.total_seconds())} seconds ago"
    return "ok"


def _jobs() -> str:
    """No reason: anybody may ask. The log has it."""
    try:
        late = late_jobs(JOBS, at=timezone.now())
    except DatabaseError:
        logger.warning("The table of jobs cannot be read", exc_info=True)
        return "unknown"
    return (
        ", ".join(f"{name} has not succeeded for {int(each.total_seconds())} seconds" for name, each in late.items())
        or "ok"
    )


def _mail() -> str:
    at = timezone.now()
    try:
        oldest = Delivery.objects.due(at=at).order_by("due_at").values_list("due_at", flat=True).first()
    except DatabaseError:
        logger.warning("The outbox cannot be read", exc_info=True)
        return "unknown"
    if oldest is None or at - oldest < LONGEST_WAIT_OF_MAIL:
        return "ok"
    return f"a mail waits for {int((at - oldest).total_seconds())} seconds"


def _public() -> str:
    try:
        since = oldest_waiting()
    except DatabaseError:
        logger.warning("The queue of public changes cannot be read", exc_info=True)
        return "unknown"
    return _waiting_since(since)


def _follower(follower: Follower) -> str:
    if follower.got_to is None:
        return "has not everything yet"
    since = follower.behind_since
    return _waiting_since(None if since is None else datetime.fromtimestamp(since, UTC))


def _waiting_since(since: datetime | None) -> str:
    if since is None or (age := timezone.now() - since) < LONGEST_WAIT:
        return "ok"
    return f"a change waits for {int(age.total_seconds())} seconds"
