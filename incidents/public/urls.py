"""What anybody may read."""

from django.urls import include, path, register_converter

from incidents.public.labels import TagConverter
from incidents.public.views import cards, history, promises, reports, search, site, status

app_name = "public"
register_converter(TagConverter, "tag")

urlpatterns = [
    path("", status.index, name="index"),
    path("history/", history.history, name="history"),
    path("history/<int:year>/<int:month>/", history.history_month, name="history_month"),
    path("history/<int:year>/<int:month>/<int:number>/", history.history_month, name="history_page"),
    path("history/tag/<tag:tag>/", history.tag, name="tag"),
    path("history/tag/<tag:tag>/<int:year>/<int:month>/", history.tag_month, name="tag_month"),
    path("history/tag/<tag:tag>/<int:year>/<int:month>/<int:number>/", history.tag_month, name="tag_page"),
    path("history/cause/<slug:cause>/", history.cause, name="cause"),
    path("history/cause/<slug:cause>/<int:year>/<int:month>/", history.cause_month, name="cause_month"),
    path("history/cause/<slug:cause>/<int:year>/<int:month>/<int:number>/", history.cause_month, name="cause_page"),
    path("reports/", history.reports, name="reports"),
    path("reports/<int:year>/<int:month>/", history.reports_month, name="reports_month"),
    path("reports/<int:year>/<int:month>/<int:number>/", history.reports_month, name="reports_page"),
    path("promises/", promises.promises, name="promises"),
    path("components/<slug:public_id>/", status.component, name="component"),
    path("components/<slug:public_id>/<int:year>/<int:month>/", history.component_month, name="component_month"),
    path(
        "components/<slug:public_id>/<int:year>/<int:month>/<int:number>/",
        history.component_month,
        name="component_page",
    ),
    path("search/", search.results, name="search"),
    path("card.png", cards.site_card, name="card"),
    path("robots.txt", site.robots, name="robots"),
    path("site.css", site.styles, name="styles"),
    path("logo/<slug:sha256>.<slug:extension>", site.logo, name="logo"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("sitemaps/pages.xml", site.sitemap_pages, name="sitemap_pages"),
    path("sitemaps/<int:number>.xml", site.sitemap_part, name="sitemap_part"),
    path("incidents/<slug:public_id>/", reports.report, name="report"),
    path("incidents/<slug:public_id>/report.md", reports.markdown, name="report_markdown"),
    path("incidents/<slug:public_id>/report.json", reports.json, name="report_json"),
    path("incidents/<slug:public_id>/card.png", cards.event_card, name="event_card"),
    path("incidents/<slug:public_id>/versions/<int:number>/", reports.version, name="version"),
    path("incidents/<slug:public_id>/versions/<int:number>/changes/", reports.changes, name="changes"),
    path(
        "incidents/<slug:public_id>/versions/<int:number>/changes/<int:older>/",
        reports.changes_since,
        name="changes_since",
    ),
    path("incidents/<slug:public_id>/images/<slug:sha256>.<slug:extension>", reports.image, name="image"),
    path("", include("incidents.public.formats.urls")),
]
