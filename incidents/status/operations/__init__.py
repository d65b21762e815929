"""What people do with the status page; one file per noun."""

from incidents.status.operations.components import NameTaken, add_component, move_component, revise_component, set_level
from incidents.status.operations.maintenance import (
    BEGUN,
    DONE,
    WrongTimes,
    cancel_maintenance,
    maintenance_values,
    move_maintenance,
    plan_maintenance,
    revise_maintenance,
)
from incidents.status.operations.plans import NeverComes, announce_recurring, start_plan, stop_plan
from incidents.status.operations.site import revise_site, site_values
from incidents.status.operations.templates import TemplateNameTaken, add_template, delete_template, revise_template
from incidents.status.operations.updates import (
    InTheFuture,
    PromiseIsPast,
    TitleMissing,
    ToldMeanwhile,
    WrongStep,
    edit_update,
    last_told,
    post_update,
    retitle_event,
    set_next_update,
    tell_customers,
    update_values,
)

__all__ = [
    "BEGUN",
    "DONE",
    "InTheFuture",
    "NameTaken",
    "NeverComes",
    "PromiseIsPast",
    "TemplateNameTaken",
    "TitleMissing",
    "ToldMeanwhile",
    "WrongStep",
    "WrongTimes",
    "add_component",
    "add_template",
    "announce_recurring",
    "cancel_maintenance",
    "delete_template",
    "edit_update",
    "last_told",
    "maintenance_values",
    "move_component",
    "move_maintenance",
    "plan_maintenance",
    "post_update",
    "retitle_event",
    "revise_component",
    "revise_maintenance",
    "revise_site",
    "revise_template",
    "set_level",
    "set_next_update",
    "site_values",
    "start_plan",
    "stop_plan",
    "tell_customers",
    "update_values",
]
