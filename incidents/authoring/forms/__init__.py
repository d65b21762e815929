"""What the forms of the editor accept. They check the shape of input; operations write."""

from incidents.authoring.forms.action_items import ActionItemForm
from incidents.authoring.forms.base import VersionedForm
from incidents.authoring.forms.facts import FactsForm, ImpactFormSet, IncidentForm
from incidents.authoring.forms.images import ImageForm, UploadForm
from incidents.authoring.forms.milestones import MilestonesForm
from incidents.authoring.forms.sections import SectionForm
from incidents.authoring.forms.timeline import EntryForm

__all__ = [
    "ActionItemForm",
    "EntryForm",
    "FactsForm",
    "ImageForm",
    "ImpactFormSet",
    "IncidentForm",
    "MilestonesForm",
    "SectionForm",
    "UploadForm",
    "VersionedForm",
]
