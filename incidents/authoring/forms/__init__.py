"""What the forms of the editor accept. They check the shape of input; operations write."""

from incidents.authoring.forms.action_items import ActionItemForm, NewActionForm
from incidents.authoring.forms.base import DraftForm, sent_by
from incidents.authoring.forms.facts import FactsForm, IncidentForm
from incidents.authoring.forms.images import ImageForm, UploadForm
from incidents.authoring.forms.impacts import ImpactForm, NewImpactForm
from incidents.authoring.forms.milestones import MilestonesForm
from incidents.authoring.forms.sections import SectionForm
from incidents.authoring.forms.timeline import EntryForm, LineForm

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
    "SectionForm",
    "UploadForm",
    "sent_by",
]
