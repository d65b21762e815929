from __future__ import annotations

from django.urls import path

from incidents.authoring.views import action_items, images, incidents, parts, pasting, presence, timeline

app_name = "authoring"

# /workspace/
list_urls = [
    path("", incidents.incident_list, name="incident_list"),
    path("new/", incidents.new_incident, name="new_incident"),
    path("unsent/", presence.unsent_outside, name="unsent_outside"),
]

# /workspace/<number>/
incident_urls = [
    path("<int:number>/", incidents.editor, name="editor"),
    path("<int:number>/history/", incidents.history, name="history"),
    path("<int:number>/facts/", parts.facts, name="facts"),
    path("<int:number>/unsent/", presence.unsent, name="unsent"),
    path("<int:number>/pulse/", presence.pulse, name="pulse"),
    path("<int:number>/components/", parts.add_component, name="add_impact"),
    path("<int:number>/components/<int:pk>/", parts.impact, name="impact"),
    path("<int:number>/components/<int:pk>/remove/", parts.remove_component, name="delete_impact"),
    path("<int:number>/milestones/", parts.milestones, name="milestones"),
    path("<int:number>/sections/<slug:key>/", parts.section, name="section"),
    path("<int:number>/markdown/", parts.preview_markdown, name="preview_markdown"),
    path("<int:number>/timeline/", timeline.add, name="add_entry"),
    path("<int:number>/timeline/paste/", pasting.paste, name="paste"),
    path("<int:number>/timeline/paste/keep/", pasting.keep, name="keep_paste"),
    path("<int:number>/timeline/paste/unsent/", pasting.unsent, name="unsent_paste"),
    path("<int:number>/timeline/paste/<int:pk>/undo/", pasting.undo, name="undo_paste"),
    path("<int:number>/timeline/public/", timeline.make_public, name="make_all_public"),
    path("<int:number>/timeline/<int:pk>/", timeline.revise, name="entry"),
    path("<int:number>/timeline/<int:pk>/delete/", timeline.delete, name="delete_entry"),
    path("<int:number>/timeline/<int:pk>/propose/", action_items.propose_row, name="propose_row"),
    path("<int:number>/actions/comments/<int:pk>/", action_items.propose_comment, name="propose_comment"),
    path("<int:number>/actions/", action_items.add, name="add_action"),
    path("<int:number>/actions/none/", action_items.no_action, name="no_action"),
    path("<int:number>/actions/<int:pk>/", action_items.revise, name="action"),
    path("<int:number>/actions/<int:pk>/delete/", action_items.delete, name="delete_action"),
    path("<int:number>/images/", images.add, name="add_image"),
    path("<int:number>/images/<int:pk>/", images.revise, name="image"),
    path("<int:number>/images/<int:pk>/content/", images.content, name="image_content"),
    path("<int:number>/images/<int:pk>/upload/", images.upload, name="upload_image"),
    path("<int:number>/images/<int:pk>/delete/", images.delete, name="delete_image"),
]

urlpatterns = [*list_urls, *incident_urls]
