from __future__ import annotations

from django.urls import path

from incidents.import_export import export_views, views, waiting_views

app_name = "import_export"

# /workspace/
urlpatterns = [
    path("import/", views.import_source, name="import"),
    path("import/keep/", views.keep, name="keep"),
    path("import/waiting/<slug:key>/", waiting_views.again, name="waiting"),
    path("import/waiting/<slug:key>/unsent/", waiting_views.unsent, name="unsent"),
    path("import/waiting/<slug:key>/throw-away/", waiting_views.discard, name="throw_away"),
    path("import/export/keep/", views.keep_export, name="keep_export"),
    path("export.zip", export_views.everything, name="export_all"),
    path("<int:number>/export.zip", export_views.archive, name="export_zip"),
    path("<int:number>/export.md", export_views.markdown, name="export_markdown"),
    path("<int:number>/export.json", export_views.as_json, name="export_json"),
]
