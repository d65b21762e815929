"""Data about a page, for machines, in its head."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from incidents.rendering import json_for_script

register = template.Library()


@register.simple_tag
def linked_data(about: dict[str, Any]) -> SafeString:
    """JSON-LD: a block of data, which no browser runs and no content security policy refuses."""
    kept = {key: value for key, value in about.items() if value not in (None, "", [])}
    return format_html('<script type="application/ld+json">{}</script>', json_for_script(kept))
