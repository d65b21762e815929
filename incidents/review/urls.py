from __future__ import annotations

from django.urls import path

from incidents.review import views
from incidents.review.findings import views as findings

app_name = "review"

# /workspace/<number>/review/, /workspace/<number>/findings/
urlpatterns = [
    path("<int:number>/review/", views.review, name="review"),
    path("<int:number>/review/ask/", views.submit, name="submit"),
    path("<int:number>/review/approve/", views.approve, name="approve"),
    path("<int:number>/review/send-back/", views.send_back_view, name="send_back"),
    path("<int:number>/findings/accept/", findings.accept, name="accept_finding"),
    path("<int:number>/findings/take-back/", findings.take_back, name="take_back_acceptance"),
]
