"""Promises as people keep them: every change of one, the days that rules set, and how one is worded."""

from incidents.action_items.coach import advice
from incidents.action_items.days import give_waiting_days
from incidents.action_items.operations import (
    NoReason,
    action_values,
    add_action_item,
    add_action_items,
    delete_action_item,
    revise_action_item,
)
from incidents.action_items.telling import PromisedAlready
from incidents.action_items.trackers import Ticket, ticket

__all__ = [
    "NoReason",
    "PromisedAlready",
    "Ticket",
    "action_values",
    "add_action_item",
    "add_action_items",
    "advice",
    "delete_action_item",
    "give_waiting_days",
    "revise_action_item",
    "ticket",
]
