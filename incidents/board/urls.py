from __future__ import annotations

from django.urls import path

from incidents.board import views

app_name = "board"

# /actions/
urlpatterns = [
    path("", views.board, name="board"),
    path("items.csv", views.csv, name="csv"),
    path("items.json", views.json, name="json"),
    path("calendar.ics", views.calendar, name="calendar"),
    path("overview/", views.overview, name="overview"),
    path("new/", views.new, name="new"),
    path("change/", views.change, name="change"),
    path("views/", views.save, name="save_view"),
    path("views/<int:pk>/delete/", views.delete, name="delete_view"),
    path("<slug:key>/", views.item, name="item"),
]
