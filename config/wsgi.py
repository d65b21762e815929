"""What the web server serves: public addresses from files, everything else by Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

from config.public_files import in_front_of, rehearse_in_background  # noqa: E402  # needs the settings

application = in_front_of(django)
rehearse_in_background()
