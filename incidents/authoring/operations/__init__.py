"""Every write of the draft, one verb each; one file per noun."""

from incidents.authoring.operations.action_items import (
    NoReason,
    action_values,
    add_action_item,
    add_action_items,
    delete_action_item,
    revise_action_item,
)
from incidents.authoring.operations.drafts import Refused, ReportLocked
from incidents.authoring.operations.images import (
    add_image,
    delete_image,
    image_values,
    replace_link_with_upload,
    revise_image,
)
from incidents.authoring.operations.impacts import (
    EndsBeforeItStarts,
    ImpactTwice,
    add_impact,
    delete_impact,
    impact_values,
    revise_impact,
)
from incidents.authoring.operations.incidents import SeverityGone, fact_values, open_incident, revise_facts
from incidents.authoring.operations.milestones import MilestoneValue, milestone_values, record_milestones
from incidents.authoring.operations.pasting import (
    AlreadyUndone,
    KeptAlready,
    NewRow,
    NotesFull,
    TooManyRows,
    form_kept,
    keep_rows,
    keep_typed,
    undo_kept_rows,
    write_rows,
)
from incidents.authoring.operations.presence import BEATS_EVERY, forget_presence, note_presence, others_present
from incidents.authoring.operations.sections import length_as_sent, revise_section
from incidents.authoring.operations.timeline import (
    add_entry,
    delete_entry,
    entry_values,
    make_all_public,
    revise_entry,
)
from incidents.authoring.operations.unsent import (
    MAX_UNSENT_INPUTS,
    MAX_UNSENT_LENGTH,
    UnsentTooMuch,
    forget_old_unsent,
    forget_unsent,
    keep_unsent,
    unsent_by,
)
from incidents.imaging import ImageRefused

__all__ = [
    "BEATS_EVERY",
    "MAX_UNSENT_INPUTS",
    "MAX_UNSENT_LENGTH",
    "AlreadyUndone",
    "EndsBeforeItStarts",
    "ImageRefused",
    "ImpactTwice",
    "KeptAlready",
    "MilestoneValue",
    "NewRow",
    "NoReason",
    "NotesFull",
    "Refused",
    "ReportLocked",
    "SeverityGone",
    "TooManyRows",
    "UnsentTooMuch",
    "action_values",
    "add_action_item",
    "add_action_items",
    "add_entry",
    "add_image",
    "add_impact",
    "delete_action_item",
    "delete_entry",
    "delete_image",
    "delete_impact",
    "entry_values",
    "fact_values",
    "forget_old_unsent",
    "forget_presence",
    "forget_unsent",
    "form_kept",
    "image_values",
    "impact_values",
    "keep_rows",
    "keep_typed",
    "keep_unsent",
    "length_as_sent",
    "make_all_public",
    "milestone_values",
    "note_presence",
    "open_incident",
    "others_present",
    "record_milestones",
    "replace_link_with_upload",
    "revise_action_item",
    "revise_entry",
    "revise_facts",
    "revise_image",
    "revise_impact",
    "revise_section",
    "undo_kept_rows",
    "unsent_by",
    "write_rows",
]
