from __future__ import annotations

from django.urls import path

from incidents.publishing import views

app_name = "publishing"

# /workspace/<number>/
urlpatterns = [
    path("<int:number>/preview/", views.preview, name="preview"),
    path("<int:number>/publish/", views.publish, name="publish"),
    path("<int:number>/publish/schedule/", views.schedule, name="schedule"),
    path("<int:number>/publish/cancel/", views.cancel, name="cancel_schedule"),
    path("<int:number>/correct/", views.correct, name="correct"),
    path("<int:number>/withdraw/", views.withdraw, name="withdraw"),
]
