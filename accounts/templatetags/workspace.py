"""What every page of the workspace shows, whichever app renders it."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def organisation_name() -> str:
    name: str = settings.ORGANISATION_NAME
    return name
