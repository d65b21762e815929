"""Every address of the site. Login is asked for everywhere, unless a view says otherwise."""

from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz/live", health.live, name="healthz_live"),
    path("healthz/ready", health.ready, name="healthz_ready"),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("accounts.allauth_urls")),
    path("workspace/mail/", include("outbox.urls")),
    path("", include("incidents.urls")),
]
