"""What the forms of the status pages accept. They check the shape of input; operations write."""

from incidents.status.forms.components import ComponentForm, StatusForm

__all__ = ["ComponentForm", "StatusForm"]
