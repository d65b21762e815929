from __future__ import annotations

from django.urls import path

from incidents.severities import views

app_name = "severities"

# /workspace/severities/
urlpatterns = [
    path("", views.severity_list, name="severity_list"),
    path("new/", views.new_severity, name="new_severity"),
    path("<int:pk>/", views.severity, name="severity"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/delete/", views.delete, name="delete"),
]
