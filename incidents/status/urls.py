from __future__ import annotations

from django.urls import path

from incidents.status.views import components, events, maintenance, site, templates, updates

app_name = "status"

# /workspace/
urlpatterns = [
    path("components/", components.component_list, name="component_list"),
    path("components/<int:pk>/", components.component, name="component"),
    path("components/<int:pk>/status/", components.set_status, name="set_status"),
    path("components/<int:pk>/move/", components.move, name="move_component"),
    path("site/", site.site, name="site"),
    path("site/logo/", site.logo, name="site_logo"),
    path("status/", events.event_list, name="event_list"),
    path("status/templates/", templates.template_list, name="template_list"),
    path("status/templates/<int:pk>/", templates.template, name="template"),
    path("status/templates/<int:pk>/delete/", templates.delete, name="delete_template"),
    path("status/maintenance/", maintenance.new_maintenance, name="new_maintenance"),
    path("status/plans/<int:pk>/stop/", maintenance.stop, name="stop_plan"),
    path("status/<slug:name>/", updates.event, name="event"),
    path("status/<slug:name>/preview/", updates.preview, name="preview"),
    path("status/<slug:name>/updates/<int:pk>/", updates.update, name="update"),
    path("status/<slug:name>/promise/", updates.promise, name="promise"),
    path("status/<slug:name>/title/", updates.title, name="title"),
    path("status/<slug:name>/maintenance/", maintenance.maintenance, name="maintenance"),
    path("status/<slug:name>/cancel/", maintenance.cancel, name="cancel_maintenance"),
]
