from __future__ import annotations

from django.urls import path

from incidents.teams import views

app_name = "teams"

# /workspace/teams/
urlpatterns = [
    path("", views.team_list, name="team_list"),
    path("<int:pk>/", views.team, name="team"),
    path("<int:pk>/dissolve/", views.dissolve, name="dissolve"),
]
