"""What anybody may read."""

from django.urls import include, path

from incidents.public import views

app_name = "public"

urlpatterns = [
    path("", views.index, name="index"),
    path("page/<int:number>/", views.index, name="index_page"),
    path("robots.txt", views.robots, name="robots"),
    path("incidents/<slug:public_id>/", views.report, name="report"),
    path("incidents/<slug:public_id>/report.md", views.markdown, name="report_markdown"),
    path("incidents/<slug:public_id>/report.json", views.json, name="report_json"),
    path("incidents/<slug:public_id>/versions/<int:number>/", views.version, name="version"),
    path("incidents/<slug:public_id>/versions/<int:number>/changes/", views.changes, name="changes"),
    path(
        "incidents/<slug:public_id>/versions/<int:number>/changes/<int:older>/",
        views.changes_since,
        name="changes_since",
    ),
    path("incidents/<slug:public_id>/images/<slug:sha256>.<slug:extension>", views.image, name="image"),
    path("", include("incidents.public.formats.urls")),
]
