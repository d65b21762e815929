from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


class IncidentsConfig(AppConfig):
    name = "incidents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(the_mirror_has_its_library)


def the_mirror_has_its_library(**_options: Any) -> list[CheckMessage]:
    if not settings.PUBLIC_MIRROR or find_spec("obstore"):
        return []
    problem = "PUBLIC_MIRROR_URL is set, but the package obstore, which it needs, is not installed."
    hint = "Install requirements-s3.txt in place of requirements.txt, or unset PUBLIC_MIRROR_URL."
    return [Error(problem, hint=hint, id="incidents.E001")]
