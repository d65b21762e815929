from __future__ import annotations

from django.urls import path

from incidents.status.views import components as views

app_name = "status"

# /workspace/components/
urlpatterns = [
    path("", views.component_list, name="component_list"),
    path("<int:pk>/", views.component, name="component"),
    path("<int:pk>/status/", views.set_status, name="set_status"),
]
