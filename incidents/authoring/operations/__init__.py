"""Every write of the draft, one verb each; one file per noun."""

from incidents.authoring.imaging import ImageRefused
from incidents.authoring.operations.action_items import (
    add_action_item,
    delete_action_item,
    revise_action_item,
)
from incidents.authoring.operations.drafts import EditConflict, Gone, ReportLocked
from incidents.authoring.operations.images import (
    add_image,
    delete_image,
    replace_link_with_upload,
    revise_image,
)
from incidents.authoring.operations.impacts import ImpactTwice, add_impact, delete_impact, revise_impact
from incidents.authoring.operations.incidents import open_incident, revise_facts
from incidents.authoring.operations.milestones import MilestoneValue, record_milestones
from incidents.authoring.operations.sections import revise_section
from incidents.authoring.operations.timeline import (
    add_entry,
    delete_entry,
    make_all_public,
    revise_entry,
)

__all__ = [
    "EditConflict",
    "Gone",
    "ImageRefused",
    "ImpactTwice",
    "MilestoneValue",
    "ReportLocked",
    "add_action_item",
    "add_entry",
    "add_image",
    "add_impact",
    "delete_action_item",
    "delete_entry",
    "delete_image",
    "delete_impact",
    "make_all_public",
    "open_incident",
    "record_milestones",
    "replace_link_with_upload",
    "revise_action_item",
    "revise_entry",
    "revise_facts",
    "revise_image",
    "revise_impact",
    "revise_section",
]
