"""Each stage mounts its own addresses. The workspace is for people inside, everything else is public."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("actions/", include("incidents.board.urls")),
    path("workspace/", include("incidents.import_export.urls")),
    path("metrics/", include("incidents.metrics.urls")),
    path("workspace/reminders/", include("incidents.reminders.urls")),
    path("workspace/severities/", include("incidents.severities.urls")),
    path("workspace/teams/", include("incidents.teams.urls")),
    path("workspace/", include("incidents.status.urls")),
    path("workspace/", include("incidents.authoring.urls")),
    path("workspace/", include("incidents.review.urls")),
    path("workspace/", include("incidents.publishing.urls")),
    path("", include("incidents.public.urls")),
]
