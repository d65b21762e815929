"""What the forms of the status pages accept. They check the shape of input; operations write."""

from incidents.status.forms.components import ComponentForm, StatusForm
from incidents.status.forms.maintenance import CancelForm, MaintenanceForm, NewMaintenanceForm
from incidents.status.forms.site import SiteForm
from incidents.status.forms.templates import TemplateForm
from incidents.status.forms.updates import EditUpdateForm, PromiseForm, TitleForm, UpdateForm

__all__ = [
    "CancelForm",
    "ComponentForm",
    "EditUpdateForm",
    "MaintenanceForm",
    "NewMaintenanceForm",
    "PromiseForm",
    "SiteForm",
    "StatusForm",
    "TemplateForm",
    "TitleForm",
    "UpdateForm",
]
