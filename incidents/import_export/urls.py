from __future__ import annotations

from django.urls import path

from incidents.import_export import views

app_name = "import_export"

# /workspace/import/
urlpatterns = [
    path("", views.import_source, name="import"),
    path("keep/", views.keep, name="keep"),
]
