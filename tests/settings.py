"""The settings under which the tests run: the real ones, with what would make tests slow or leave traces changed."""

from __future__ import annotations

import os

os.environ["AFTERWORD_ENV"] = "test"

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS, STORAGES

SECRET_KEY = "tests-only-" + "0123456789" * 5
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

# Tools of the developers: migrations in one line, and a second look at what they lock.
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations", "django_migration_linter"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True  # nothing has been collected

# The live server of browser tests must not keep connections: the database could not be dropped afterwards.
_OPTIONS = DATABASES["default"].get("OPTIONS", {}) | {"options": "-c afterword.tests=on"}
DATABASES = {"default": DATABASES["default"] | {"CONN_MAX_AGE": 0, "OPTIONS": _OPTIONS}}
