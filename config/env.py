"""Typed reading of environment variables: a wrong value stops the start with one sentence.

Each reader takes the variable's name as a literal first argument; a test collects those literals and
compares them with `.env.example` and `docs/configuration.md`. An empty value counts as unset. What may be
secret is never repeated in a message.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from incidents.checks.words import BadWords, Words, built_in_words, load_words

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_BUCKET_SCHEMES = {"s3": "https", "s3+http": "http"}
_EMAIL_SCHEMES = ("smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail")


def env_str(name: str, *, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_choice(name: str, *, choices: tuple[str, ...], default: str) -> str:
    value = env_str(name, default=default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}, but must be one of: {', '.join(choices)}.")
    return value


def env_bool(name: str, *, default: bool) -> bool:
    value = env_str(name)
    if not value:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}, but must be yes or no (or true, false, on, off, 1, 0).")


def env_int(name: str, *, default: int, minimum: int, maximum: int) -> int:
    value = env_str(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and minimum <= int(value[:12]) <= maximum):
        raise ImproperlyConfigured(f"{name} is {value!r}, but must be a whole number from {minimum} to {maximum}.")
    return int(value)


def env_list(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """Words separated by commas; blanks around them and empty ones do not count."""
    value = env_str(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def env_path(name: str, *, default: Path) -> Path:
    value = env_str(name)
    return Path(value).expanduser().absolute() if value else default


def env_origin(name: str, *, default: str = "") -> str:
    """Scheme, host and port, such as `https://status.example.com`, without a slash at the end."""
    value = env_str(name, default=default).rstrip("/")
    parts = _split(name, value)
    if value and (parts.scheme not in {"http", "https"} or value != f"{parts.scheme}://{parts.netloc}"):
        raise ImproperlyConfigured(
            f"{name} is {value!r}, but must be a scheme and a host only, such as https://status.example.com."
        )
    return value


def env_secret(name: str, *, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE names."""
    file_name = f"{name}_FILE"
    value, path = env_str(name), env_str(file_name)
    if value and path:
        raise ImproperlyConfigured(f"{name} and {file_name} are both set, but only one of them may be.")
    if not path:
        return value or default
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ImproperlyConfigured(
            f"{file_name} is {path!r}, but must name a readable text file ({reason})."
        ) from error
    if not value:
        raise ImproperlyConfigured(f"{file_name} is {path!r}, but must name a file that is not empty.")
    return value


def env_database(name: str, *, default: Callable[[], str]) -> dict[str, Any]:
    """A PostgreSQL address as Django's settings for one database; `default` is called when it is unset."""
    value = env_secret(name) or default()
    parts = _split(name, value)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} is not a PostgreSQL address: it must look like postgres://user:password@host:5432/database."
        )
    database: dict[str, Any] = environ.Env.db_url_config(value)
    options = database.get("OPTIONS", {})
    if "host" in options:  # a socket's folder, which has no place in front of the path
        database["HOST"] = options.pop("host")
    return database


def env_email(name: str, *, default: str = "") -> dict[str, Any]:
    """Where mail goes, as Django's EMAIL_* settings."""
    value = env_secret(name, default=default)
    scheme = _split(name, value).scheme
    if scheme not in _EMAIL_SCHEMES:
        problem = f"begins with {scheme}:" if scheme else "is no address" if value else "is missing"
        raise ImproperlyConfigured(
            f"{name} {problem}, but must say where mail goes and begin with one of: "
            f"{', '.join(f'{known}:' for known in _EMAIL_SCHEMES)}, such as smtp+tls://user:password@host:587."
        )
    email: dict[str, Any] = environ.Env.email_url_config(value)
    if scheme.startswith("smtp") and not email["EMAIL_HOST"]:
        raise ImproperlyConfigured(f"{name} names no mail host: it must look like smtp+tls://user:password@host:587.")
    return {key: setting for key, setting in email.items() if setting is not None and key != "OPTIONS"}


def env_bucket(name: str) -> dict[str, str]:
    """A bucket as the settings of `obstore.store.S3Store`; empty when it is unset."""
    value = env_secret(name)
    if not value:
        return {}
    parts, bucket = _split(name, value), {}
    options = parse_qs(parts.query)
    if parts.username is not None:
        bucket = {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password or "")}
    bucket["endpoint"] = f"{_BUCKET_SCHEMES.get(parts.scheme)}://{parts.netloc.rpartition('@')[2]}"
    bucket |= {"bucket": parts.path.strip("/"), "region": options.pop("region", ["us-east-1"])[0]}
    is_known = parts.scheme in _BUCKET_SCHEMES and parts.hostname and not options and not parts.fragment
    if not is_known or not all(bucket.values()) or "/" in bucket["bucket"]:
        raise ImproperlyConfigured(
            f"{name} names no bucket: it must look like s3://key:secret@host/bucket?region=eu-central-1, "
            "with s3+http: for a server without TLS, and with special characters percent-encoded."
        )
    return bucket


def env_hook(name: str) -> str:
    """An address that is called, which may hold a secret."""
    value = env_secret(name)
    parts = _split(name, value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ImproperlyConfigured(f"{name} is no address that can be called: it must begin with https:// and a host.")
    return value


def env_words(name: str) -> Words:
    """The words of the check: the built-in ones, and those of the TOML file that the variable names."""
    path = env_str(name)
    if not path:
        return built_in_words()
    try:
        return load_words(Path(path).expanduser())
    except BadWords as error:
        raise ImproperlyConfigured(
            f"{name} is {path!r}, but must name a TOML file with the tables of incidents/checks/words.toml: it {error}."
        ) from error


def _split(name: str, value: str) -> Any:
    try:
        parts = urlsplit(value)
        _ = parts.port  # parsed, and checked, only when asked for
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} is not a valid address: the port must be a number from 0 to 65535, and special "
            f"characters in a user name or password must be percent-encoded."
        ) from error
    return parts
