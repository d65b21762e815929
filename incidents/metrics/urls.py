from __future__ import annotations

from django.urls import path

from incidents.metrics import views

app_name = "metrics"

# /metrics/
urlpatterns = [
    path("", views.metrics, name="metrics"),
    path("csv", views.csv, name="csv"),
    path("json", views.json, name="json"),
]
