from django.urls import path

from outbox import views

app_name = "outbox"

urlpatterns = [
    path("", views.undelivered, name="undelivered"),
    path("send-again/", views.send_all_again, name="send_all_again"),
    path("<int:pk>/send-again/", views.send_again, name="send_again"),
    path("<int:pk>/discard/", views.discard, name="discard"),
]
