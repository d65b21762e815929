from __future__ import annotations

from django.urls import path

from incidents.review import views

app_name = "review"

# /workspace/<number>/review/
urlpatterns = [
    path("<int:number>/review/", views.review, name="review"),
    path("<int:number>/review/ask/", views.submit, name="submit"),
    path("<int:number>/review/approve/", views.approve, name="approve"),
    path("<int:number>/review/send-back/", views.send_back_view, name="send_back"),
]
