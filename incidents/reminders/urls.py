from __future__ import annotations

from django.urls import path

from incidents.reminders import views

app_name = "reminders"

urlpatterns = [
    path("", views.choices, name="choices"),
]
