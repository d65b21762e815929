"""A wrong value stops the start with one sentence; what starts is safe."""

from __future__ import annotations

import ast
import json
import re
import secrets
import stat
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql.psycopg_any import is_psycopg3
from django.test import Client

from config import env, settings
from tests.config.processes import BASE_DIR, start

GOOD_KEY = secrets.token_urlsafe(50)
PRODUCTION = {
    "AFTERWORD_ENV": "production",
    "SECRET_KEY": GOOD_KEY,
    "ALLOWED_HOSTS": "status.example.com",
    "PUBLIC_BASE_URL": "https://status.example.com",
    "TRUSTED_PROXIES": "1",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.com:587",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
}


def settings_with(*names: str, **variables: str) -> list[Any]:
    show = f"from config import settings as s; print(__import__('json').dumps([getattr(s, n) for n in {names}]))"
    started = start("-c", show, **variables)
    assert started.returncode == 0, started.stderr
    values: list[Any] = json.loads(started.stdout)
    return values


@pytest.mark.parametrize(
    ("read", "value", "sentence"),
    [
        (partial(env.env_bool, default=False), "maybe", "NAME is 'maybe', but must be yes or no (or true, false, on, off, 1, 0)."),
        (partial(env.env_choice, choices=("a", "b"), default="a"), "c", "NAME is 'c', but must be one of: a, b."),
        (partial(env.env_int, default=1, minimum=1, maximum=9), "10", "NAME is '10', but must be a whole number from 1 to 9."),
        (partial(env.env_int, default=1, minimum=1, maximum=9), "-1", "NAME is '-1', but must be a whole number from 1 to 9."),
        (partial(env.env_int, default=1, minimum=1, maximum=9), "٣", "NAME is '٣', but must be a whole number from 1 to 9."),
        (partial(env.env_int, default=1, minimum=1, maximum=9), "9" * 5000, "must be a whole number from 1 to 9."),
        (env.env_origin, "status.example.com", "NAME is 'status.example.com', but must be a scheme and a host only, such as https://status.example.com."),
        (env.env_origin, "https://a.example/path", "must be a scheme and a host only"),
        (env.env_origin, "https://", "must be a scheme and a host only"),
        (env.env_origin, "https://a.example:port", "NAME is not a valid address: the port must be a number from 0 to 65535"),
        (partial(env.env_database, default=str), "mysql://u:hunter2@host/db", "NAME is not a PostgreSQL address: it must look like postgres://user:password@host:5432/database."),
        (partial(env.env_database, default=str), "postgres://u:hunter2@host", "NAME is not a PostgreSQL address"),
        (partial(env.env_database, default=str), "postgres://u:hunter2@host:x/db", "NAME is not a valid address"),
        (partial(env.env_database, default=str), "postgres://u:hun/ter2@host/db", "NAME is not a valid address"),
        (env.env_words, "/no/such.toml", "NAME is '/no/such.toml', but must name a TOML file with the tables of incidents/checks/words.toml: it can’t be read (No such file or directory)."),
        (env.env_words, "/dev/null/x", "it can’t be read (Not a directory)."),
        (env.env_bucket, "https://u:hunter2@host/bucket", "NAME names no bucket: it must look like s3://key:secret@host/bucket?region=eu-central-1, with s3+http: for a server without TLS, and with special characters percent-encoded."),
        (env.env_bucket, "s3://u:hunter2@host", "NAME names no bucket"),
        (env.env_bucket, "s3://u:hunter2@/bucket", "NAME names no bucket"),
        (env.env_bucket, "s3://u:hunter2@host/bucket/folder", "NAME names no bucket"),
        (env.env_bucket, "s3://u:hunter2@host/bucket?zone=x", "NAME names no bucket"),
        (env.env_bucket, "s3://u@host/bucket", "NAME names no bucket"),
        (env.env_bucket, "s3://:hunter2@host/bucket", "NAME names no bucket"),
        (env.env_bucket, "s3://u:hunter2#@host/bucket", "NAME is not a valid address"),
        (env.env_bucket, "s3://u:hun/ter2@host/bucket", "NAME is not a valid address"),
        (env.env_hook, "api.example/hunter2", "NAME is no address that can be called: it must begin with https:// and a host."),
        (env.env_hook, "https:///hunter2", "NAME is no address that can be called"),
        (env.env_hook, "ftp://api.example/hunter2", "NAME is no address that can be called"),
        (env.env_email, "", "NAME is missing, but must say where mail goes and begin with one of: smtp:"),
        (env.env_email, "mail.example.com", "NAME is no address, but must say where mail goes"),
        (env.env_email, "gopher://u:hunter2@host", "NAME begins with gopher:, but must say where mail goes"),
        (env.env_email, "smtp://:25", "NAME names no mail host: it must look like smtp+tls://user:password@host:587."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_answered_with_a_sentence(
    read: Any, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAME", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        read("NAME")
    assert sentence in str(refused.value)
    assert str(refused.value).endswith(".")
    assert "hunter2" not in str(refused.value)
    assert "hun/ter2" not in str(refused.value)


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", " ")
    assert env.env_bool("NAME", default=True) is True
    assert env.env_int("NAME", default=3, minimum=1, maximum=9) == 3
    assert env.env_list("NAME", default=("a",)) == ["a"]
    assert env.env_str("NAME", default="b") == "b"


def test_right_values_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "Yes")
    assert env.env_bool("NAME", default=False) is True
    monkeypatch.setenv("NAME", " a.example, ,b.example ")
    assert env.env_list("NAME") == ["a.example", "b.example"]
    monkeypatch.setenv("NAME", "https://a.example:8443/")
    assert env.env_origin("NAME") == "https://a.example:8443"
    monkeypatch.setenv("NAME", "postgresql://u:p%40ss@db.example:5433/incidents?sslmode=require")
    database = env.env_database("NAME", default=str)
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "incidents")
    assert (database["USER"], database["PASSWORD"]) == ("u", "p@ss")
    assert database["OPTIONS"] == {"sslmode": "require"}
    monkeypatch.setenv("NAME", "postgres://postgres@/afterword?host=/a/folder")
    database = env.env_database("NAME", default=str)
    assert (database["HOST"], database["NAME"], database["OPTIONS"]) == ("/a/folder", "afterword", {})
    monkeypatch.setenv("NAME", "smtp+ssl://u:p@mail.example:465")
    email = env.env_email("NAME")
    assert (email["EMAIL_HOST"], email["EMAIL_PORT"], email["EMAIL_USE_SSL"]) == ("mail.example", 465, True)
    monkeypatch.setenv("NAME", "https://api.example/zones/1/purge_cache?a=b")
    assert env.env_hook("NAME") == "https://api.example/zones/1/purge_cache?a=b"


def test_a_bucket_is_read_as_its_client_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "s3://AKIA1:a%2Fb%2Bc%3D@s3.eu-central-1.amazonaws.com/our-pages?region=eu-central-1")
    assert env.env_bucket("NAME") == {
        "endpoint": "https://s3.eu-central-1.amazonaws.com",
        "bucket": "our-pages",
        "region": "eu-central-1",
        "access_key_id": "AKIA1",
        "secret_access_key": "a/b+c=",
    }
    monkeypatch.setenv("NAME", "s3+http://[::1]:9000/pages/")
    assert env.env_bucket("NAME") == {"endpoint": "http://[::1]:9000", "bucket": "pages", "region": "us-east-1"}
    monkeypatch.setenv("NAME", "")
    assert env.env_bucket("NAME") == {}


def test_own_words_of_the_check_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NAME", raising=False)
    assert "rack" not in env.env_words("NAME").of("hosts", "roles")
    file = tmp_path / "words.toml"
    file.write_text('[hosts]\nroles = ["rack"]\n')
    monkeypatch.setenv("NAME", str(file))
    assert "rack" in env.env_words("NAME").of("hosts", "roles")
    file.write_text("[hosts]\nracks = []\n")
    with pytest.raises(ImproperlyConfigured, match=r"words.toml: it has hosts.racks, which is not one of: suffixes"):
        env.env_words("NAME")


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from a file\n")
    monkeypatch.setenv("NAME_FILE", str(file))
    assert env.env_secret("NAME") == "from a file"

    monkeypatch.setenv("NAME", "both")
    with pytest.raises(ImproperlyConfigured, match="NAME and NAME_FILE are both set, but only one of them may be"):
        env.env_secret("NAME")
    monkeypatch.delenv("NAME")
    file.write_bytes(b"\xff")
    with pytest.raises(ImproperlyConfigured, match="must name a readable text file"):
        env.env_secret("NAME")
    file.write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="must name a file that is not empty"):
        env.env_secret("NAME")
    file.unlink()
    with pytest.raises(ImproperlyConfigured, match=r"must name a readable text file \(No such file or directory\)"):
        env.env_secret("NAME")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"AFTERWORD_ENV": "staging"}, "AFTERWORD_ENV is 'staging', but must be one of: demo, production, test."),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing, but must be at least 50 random characters"),
        ({"SECRET_KEY": GOOD_KEY[:49]}, "SECRET_KEY has 49 characters, but must be at least 50"),
        ({"SECRET_KEY": "django-insecure-" + GOOD_KEY}, "SECRET_KEY is one that others know, but"),
        ({"SECRET_KEY": "changeme" * 10}, "SECRET_KEY is one that others know, but"),
        ({"SECRET_KEY": "x" * 60}, "SECRET_KEY is one that others know, but"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must list the host names that this site answers to"),
        ({"ALLOWED_HOSTS": "a.example,*"}, "ALLOWED_HOSTS must list the host names that this site answers to"),
        ({"DEBUG": "yes"}, "DEBUG is on, but it shows internals to everybody"),
        ({"PUBLIC_BASE_URL": ""}, "PUBLIC_BASE_URL must be the address that readers use"),
        ({"PUBLIC_BASE_URL": "http://a.example"}, "must begin with https:// unless HTTPS=off is set."),
        ({"HTTPS": "on"}, "HTTPS is 'on', but must be one of: proxy, direct, off."),
        ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES must say how many proxies stand in front"),
        (
            {"AFTERWORD_ENV": "demo", "ALLOWED_HOSTS": "status.example.com"},
            "ALLOWED_HOSTS names hosts beyond this machine",
        ),
        ({"TRUSTED_PROXIES": "many"}, "TRUSTED_PROXIES is 'many', but must be a whole number from 0 to 10."),
        ({"DATABASE_URL": "sqlite:///db"}, "DATABASE_URL is not a PostgreSQL address"),
        ({"EMAIL_URL": ""}, "EMAIL_URL is missing, but must say where mail goes"),
        ({"CHECK_WORDS": "/no/such.toml"}, "CHECK_WORDS is '/no/such.toml', but must name a TOML file"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud', but must be one of: DEBUG, INFO, WARNING, ERROR."),
        ({"AFTERWORD_ENV": "demo", "DEBUG": "yes"}, "DEBUG is on, but it shows internals to everybody"),
    ],
)  # fmt: skip
def test_settings_refuse_to_start(changes: dict[str, str], sentence: str, tmp_path: Path) -> None:
    refused = start("-c", "import config.settings", **PRODUCTION | {"VAR_DIR": str(tmp_path)} | changes)
    assert refused.returncode == 1
    last_line = refused.stderr.strip().splitlines()[-1]
    assert last_line.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert sentence in last_line
    assert GOOD_KEY[:40] not in last_line


def test_production_is_clean_under_the_deployment_check() -> None:
    checked = start("-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_a_mirror_without_its_library_is_said_before_the_start(tmp_path: Path) -> None:
    bucket = {"PUBLIC_MIRROR_URL": "s3://key:hunter2@s3.example/pages"}
    checked = start("manage.py", "check", **PRODUCTION | bucket)
    assert checked.returncode == 0, checked.stderr
    without = "import importlib.util as i, sys; f = i.find_spec; i.find_spec = lambda n, *p: n != 'obstore' and f(n, *p) or None"
    run = "; from django.core.management import execute_from_command_line as e; e(['manage.py', 'check'])"
    environment = PRODUCTION | bucket | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    refused = start("-c", without + run, **environment)
    assert refused.returncode == 1
    assert "PUBLIC_MIRROR_URL is set, but the package obstore, which it needs, is not installed." in refused.stderr
    assert "requirements-s3.txt" in refused.stderr
    assert "hunter2" not in refused.stderr
    assert start("-c", without + run, **environment | {"PUBLIC_MIRROR_URL": ""}).returncode == 0


def test_the_deployment_check_can_fail() -> None:
    checked = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION | {"HTTPS": "off"})
    assert checked.returncode == 1
    assert "security.W008" in checked.stderr


@pytest.mark.parametrize(
    ("https", "expected"),
    [
        ("proxy", [True, True, True, 31536000, ["HTTP_X_FORWARDED_PROTO", "https"]]),
        ("direct", [True, True, True, 31536000, None]),
        ("off", [False, False, False, 0, None]),
    ],
)
def test_one_variable_says_where_tls_ends(https: str, expected: list[Any]) -> None:
    names = (
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "SECURE_PROXY_SSL_HEADER",
    )
    assert settings_with(*names, **PRODUCTION | {"HTTPS": https}) == expected


def test_a_demo_answers_to_this_machine_only_and_keeps_its_key(tmp_path: Path) -> None:
    variables = {"VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": PRODUCTION["DATABASE_URL"]}
    with ThreadPoolExecutor() as at_once:
        started = [at_once.submit(settings_with, "SECRET_KEY", "ALLOWED_HOSTS", "DEMO", **variables) for _ in range(4)]
    ((key, hosts, is_demo),) = {(r[0], tuple(r[1]), r[2]) for r in (future.result() for future in started)}
    assert len(key) >= 50
    assert hosts == ("localhost", "127.0.0.1", "[::1]")
    assert is_demo is True
    file = tmp_path / "var" / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == key


def test_the_first_key_counts_when_two_processes_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    first = settings._kept_secret_key()
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    assert settings._kept_secret_key() == first
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_every_variable_is_in_the_example_and_in_the_documentation() -> None:
    read = {"POSTGRES_PASSWORD", "HTTP_PORT", "REQUIREMENTS"}  # by docker-compose.yml
    for path in (
        file for app in ("accounts", "config", "incidents", "jobs", "outbox") for file in (BASE_DIR / app).rglob("*.py")
    ):
        tree = ast.parse(path.read_text())
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", "")
            if name.startswith("env_") and path.name != "env.py":
                assert isinstance(call.args[0], ast.Constant), f"{path}:{call.lineno}"
                read.add(call.args[0].value)
                if name in {"env_secret", "env_database", "env_email", "env_bucket", "env_hook"}:
                    read.add(f"{call.args[0].value}_FILE")
        if path.name != "env.py":
            assert "environ.get" not in path.read_text(), f"{path} reads the environment without config/env.py"
    compose = set(re.findall(r"\$\{([A-Z_]+)", (BASE_DIR / "docker-compose.yml").read_text()))
    assert compose <= read

    word = r"\b[A-Z][A-Z_]*[A-Z]\b"
    example = (BASE_DIR / ".env.example").read_text()
    in_example = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) | set(
        re.findall(r"\b[A-Z_]+_FILE\b", example)
    )
    documentation = (BASE_DIR / "docs" / "configuration.md").read_text()
    in_documentation = set(re.findall(rf"`({word})`", documentation))
    assert in_example == read
    assert read <= in_documentation
    assert set(re.findall(rf"^\| `({word})`", documentation, re.MULTILINE)) <= read


def test_the_example_starts_a_production_once_it_is_filled_in() -> None:
    lines = (BASE_DIR / ".env.example").read_text().splitlines()
    variables = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    variables |= {"SECRET_KEY": GOOD_KEY, "DATABASE_URL": PRODUCTION["DATABASE_URL"]}
    assert settings_with("MODE", **variables) == ["production"]


def test_django_talks_to_postgres_through_psycopg2() -> None:
    """Django silently prefers psycopg 3 wherever a dependency brings it along."""
    assert not is_psycopg3


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz/live", "/accounts/login/", "/no-such-page/"])
def test_every_answer_carries_the_protective_headers(client: Client, address: str) -> None:
    headers = client.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_a_page_without_login_asks_nothing_about_the_visitor(client: Client) -> None:
    """No database in this test: even a visitor with a session costs no query, and caches may keep the answer."""
    client.cookies["sessionid"] = "a" * 32
    answer = client.get("/healthz/live")
    assert answer.status_code == 200
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies
