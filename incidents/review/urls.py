from __future__ import annotations

from django.urls import path

from incidents.review.findings import views as findings
from incidents.review.views import comments, review, versions

app_name = "review"

# /workspace/
urlpatterns = [
    path("reviews/", review.waiting, name="waiting"),
    path("<int:number>/review/", review.review, name="review"),
    path("<int:number>/review/ask/", review.ask, name="submit"),
    path("<int:number>/review/requests/<int:pk>/withdraw/", review.withdraw, name="withdraw_request"),
    path("<int:number>/review/approve/", review.approve, name="approve"),
    path("<int:number>/review/send-back/", review.send_back_view, name="send_back"),
    path("<int:number>/comments/", comments.comments, name="comments"),
    path("<int:number>/comments/<int:pk>/answer/", comments.answer, name="answer"),
    path("<int:number>/comments/<int:pk>/resolve/", comments.resolve, name="resolve"),
    path("<int:number>/comments/<int:pk>/reopen/", comments.reopen, name="reopen"),
    path("<int:number>/changes/", versions.changes, name="changes"),
    path("<int:number>/findings/accept/", findings.accept, name="accept_finding"),
    path("<int:number>/findings/take-back/", findings.take_back, name="take_back_acceptance"),
]
