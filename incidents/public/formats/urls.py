"""The addresses that programs read; `incidents/public/urls.py` includes them."""

from __future__ import annotations

from django.urls import path

from incidents.public.formats import views

urlpatterns = [
    path("api/v2/summary.json", views.summary, name="api_summary"),
    path("api/v2/status.json", views.status, name="api_status"),
    path("api/v2/components.json", views.components, name="api_components"),
    path("api/v2/incidents.json", views.incidents, name="api_incidents"),
    path("api/v2/incidents/unresolved.json", views.unresolved, name="api_unresolved"),
    path("api/v2/scheduled-maintenances.json", views.maintenances, name="api_maintenances"),
    path("api/v2/scheduled-maintenances/upcoming.json", views.upcoming, name="api_upcoming"),
    path("api/v2/scheduled-maintenances/active.json", views.active, name="api_active"),
    path("incidents/<slug:public_id>.json", views.incident, name="incident_json"),
    # A file has no query string: the layer in front asks here for `/history.json?page=2`.
    path("history.json", views.history, name="history_json"),
    path("history/page-<int:number>.json", views.history, name="history_json_page"),
    path("history.atom", views.history_atom, name="history_feed"),
    path("history.rss", views.history_rss, name="history_rss"),
    path("updates.atom", views.updates_atom, name="updates_feed"),
    path("components/<slug:component_id>/history.atom", views.component_atom, name="component_feed"),
    path("calendar.ics", views.calendar, name="calendar"),
    path("components/<slug:component_id>/calendar.ics", views.component_calendar, name="component_calendar"),
    path("badge.svg", views.badge, name="badge"),
    path("components/<slug:component_id>/badge.svg", views.component_badge, name="component_badge"),
    path("embed/", views.embed, name="embed"),
]
