"""What a browser sends from the editor."""

from __future__ import annotations

from typing import Any

from django.urls import reverse


def url(name: str, *args: Any) -> str:
    return reverse(f"authoring:{name}", args=args)


def entry_data(prefix: str, **changes: str) -> dict[str, str]:
    data = {
        "occurred_at_date": "2026-03-06",
        "occurred_at_time": "06:15",
        "text": "Configuration starts",
        "public_text": "",
        "milestone": "",
        "precision": "exact",
        "version": "",
    } | changes
    return {f"{prefix}-{name}": value for name, value in data.items()}
