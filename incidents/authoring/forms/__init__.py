"""What the forms of the editor accept. They check the shape of input; operations write."""

from incidents.action_items.forms import ActionItemForm
from incidents.authoring.forms.action_items import NewActionForm, NoActionForm
from incidents.authoring.forms.facts import FactsForm, IncidentForm
from incidents.authoring.forms.images import ImageForm, UploadForm
from incidents.authoring.forms.impacts import ImpactForm, NewImpactForm
from incidents.authoring.forms.milestones import MilestonesForm
from incidents.authoring.forms.sections import SectionForm
from incidents.authoring.forms.timeline import EntryForm, LineForm
from incidents.draft_forms import DraftForm, sent_by

__all__ = [
    "ActionItemForm",
    "DraftForm",
    "EntryForm",
    "FactsForm",
    "ImageForm",
    "ImpactForm",
    "IncidentForm",
    "LineForm",
    "MilestonesForm",
    "NewActionForm",
    "NewImpactForm",
    "NoActionForm",
    "SectionForm",
    "UploadForm",
    "sent_by",
]
