"""What people do with the status page; one file per noun."""

from incidents.status.operations.components import NameTaken, add_component, revise_component, set_level
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
    "InTheFuture",
    "NameTaken",
    "PromiseIsPast",
    "TitleMissing",
    "ToldMeanwhile",
    "WrongStep",
    "add_component",
    "edit_update",
    "last_told",
    "post_update",
    "retitle_event",
    "revise_component",
    "set_level",
    "set_next_update",
    "tell_customers",
    "update_values",
]
