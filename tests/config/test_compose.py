"""The container files: their commands run here as processes, their parts agree with each other."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.config.processes import BASE_DIR, User, clean_environment, wait_until

COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (BASE_DIR / "Dockerfile").read_text()
NGINX = BASE_DIR / "docker" / "nginx.conf"
SECRETS = {"SECRET_KEY": "k3y-of-the-tests." * 4, "POSTGRES_PASSWORD": "letters"}


def environment_of(service: str, database_url: str, var_dir: Path) -> dict[str, str]:
    """What compose hands to a service: the example filled in, then the service's own values."""
    lines = (BASE_DIR / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#")) | SECRETS
    own = {
        name: re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: example.get(found[1]) or found[2], str(value))
        for name, value in SERVICES[service]["environment"].items()
    }
    assert own["DATABASE_URL"] == "postgres://afterword:letters@database:5432/afterword"
    here = {"DATABASE_URL": database_url, "VAR_DIR": str(var_dir / "data"), "STATIC_ROOT": str(var_dir / "static")}
    image = dict(re.findall(r"^(?:ENV|   ) (\w+)=(\S+?)(?: \\)?$", DOCKERFILE, re.MULTILINE))
    assert {"AFTERWORD_ENV", "VAR_DIR", "STATIC_ROOT"} <= set(image)
    venv = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return clean_environment(**image | example | own | here) | {"PATH": venv}


def run(command: list[str] | str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-c", command] if isinstance(command, str) else command
    return subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(30) == 0, log.read_text()


@pytest.mark.slow
def test_the_commands_of_the_services_work_together(deployment: User, tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    here = {"0.0.0.0": "127.0.0.1", "8000": str(port)}  # noqa: S104 -- replaced by loopback

    def environment(service: str) -> dict[str, str]:
        return environment_of(service, deployment.url, tmp_path)

    (collect,) = re.findall(
        r"^RUN --mount=type=bind,\S+ \\\n((?:.* \\\n)*.*collectstatic.*)$", DOCKERFILE, re.MULTILINE
    )
    collected = run(collect, environment("web") | {"SECRET_KEY": "", "EMAIL_URL": "", "DATABASE_URL": ""})
    assert collected.returncode == 0, collected.stderr

    migrated = run(SERVICES["migrate"]["command"], environment("migrate"))
    assert migrated.returncode == 0, migrated.stderr
    assert (tmp_path / "data" / "public" / "current" / "index.html").exists(), "a fresh install has its pages"
    assert list((tmp_path / "data" / "public" / "static" / "css").glob("public.*.css.br")), "and what they need"

    web_command = [here.get(word, word) for word in SERVICES["web"]["command"]]
    web_check = [*SERVICES["web"]["healthcheck"]["test"][1:], f"http://127.0.0.1:{port}/healthz/live"]
    worker_check = [
        word.replace("web:8000", f"127.0.0.1:{port}") for word in SERVICES["worker"]["healthcheck"]["test"][1:]
    ]
    assert run(web_check, environment("web")).returncode == 1
    with running(web_command, environment("web"), tmp_path / "web.log"):
        wait_until(lambda: run(web_check, environment("web")).returncode == 0, 30)
        deployment.query("DELETE FROM django_cache")
        early = run(worker_check, environment("worker"))
        assert early.returncode == 1
        assert "has not been seen" in early.stderr
        with running(SERVICES["worker"]["command"], environment("worker"), tmp_path / "worker.log"):
            wait_until(lambda: run(worker_check, environment("worker")).returncode == 0, 30)

        assert ask(port, "/accounts/login/")[0] == 301  # to TLS
        status, headers, body = ask(
            port, "/accounts/login/", **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        )
        assert status == 200
        assert "max-age=31536000" in headers["Strict-Transport-Security"]
        (style, *_) = re.findall(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', body)
        _, headers, _ = ask(port, style, **{"X-Forwarded-Proto": "https", "Accept-Encoding": "br"})
        assert headers["Content-Encoding"] == "br"
        assert "immutable" in headers["Cache-Control"]


def ask(port: int, address: str, **headers: str) -> tuple[int, Any, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", address, headers={"Host": "status.example.com"} | headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")
    finally:
        connection.close()


def test_the_image_runs_the_same_server_as_the_service() -> None:
    (command,) = re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)
    assert yaml.safe_load(command) == SERVICES["web"]["command"]


def test_the_image_runs_as_nobody_special_and_holds_no_secret() -> None:
    final_stage = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER afterword$", final_stage, re.MULTILINE)
    assert not re.findall(
        r"^(?:ENV|ARG|   ) \w*(?:KEY|PASSWORD|TOKEN|URL)\w*=", DOCKERFILE.split("RUN --mount")[0], re.MULTILINE
    )
    ignored = (BASE_DIR / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    copied = {line[1:] for line in ignored if line.startswith("!")}
    assert all((BASE_DIR / name).exists() for name in copied)
    assert {"accounts", "config", "incidents", "jobs", "outbox", "static", "templates", "manage.py"} <= copied
    assert not {".env", "var", ".git", "tests"} & copied


def test_the_image_may_be_built_with_the_packages_of_the_mirror() -> None:
    assert COMPOSE["x-app"]["build"]["args"] == {"REQUIREMENTS": "${REQUIREMENTS:-requirements.txt}"}
    assert "ARG REQUIREMENTS=requirements.txt\nCOPY ${REQUIREMENTS} .\n" in DOCKERFILE
    allowed = (BASE_DIR / ".dockerignore").read_text().splitlines()
    pins = {}
    for name in ("requirements.txt", "requirements-s3.txt", "requirements-dev.txt"):
        assert f"!{name}" in allowed or name == "requirements-dev.txt"
        pins[name] = set(re.findall(r"^([\w.\[\],-]+==\S+)", (BASE_DIR / name).read_text(), re.MULTILINE))
    more = pins["requirements-s3.txt"] - pins["requirements.txt"]
    assert [each.partition("==")[0] for each in more] == ["obstore"]
    assert pins["requirements.txt"] < pins["requirements-s3.txt"] < pins["requirements-dev.txt"]


def test_the_services_start_in_order_and_keep_their_data() -> None:
    assert SERVICES["database"]["image"] == "postgres:18"
    assert "database:/var/lib/postgresql" in SERVICES["database"]["volumes"]
    assert SERVICES["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "worker"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert SERVICES[name]["volumes"] == ["data:/data", "public:/data/public"]
    named = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in named if not name.startswith(".")} == set(COMPOSE["volumes"])
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert all("healthcheck" in service for name, service in SERVICES.items() if name != "migrate")


def test_nginx_is_in_front_of_the_web_server() -> None:
    settings = nginx_settings(NGINX.read_text())
    listened = next(words[1] for words in settings if words[0] == "listen")
    assert SERVICES["nginx"]["ports"] == [f"${{HTTP_PORT:-8080}}:{listened}"]
    variables = {words[1]: words[2] for words in settings if words[0] == "set"}
    (target,) = {words[1].removesuffix("$request_uri") for words in settings if words[0] == "proxy_pass"}
    host, port = re.fullmatch(r"http://(\S+):(\d+)", target).groups()
    assert variables[host] == "web"
    assert SERVICES["web"]["command"][SERVICES["web"]["command"].index("--port") + 1] == port
    sent = {words[1]: words[2] for words in settings if words[0] == "proxy_set_header"}
    assert sent["Host"] == "$http_host"
    assert sent["X-Forwarded-For"] == "$proxy_add_x_forwarded_for"
    assert sent["X-Forwarded-Proto"] == "$visitor_scheme"
    assert f":{listened}/healthz/proxy" in SERVICES["nginx"]["healthcheck"]["test"][-1]
    assert ["location", "=", "/healthz/proxy", "{"] in settings


def test_nginx_needs_nobody_and_sees_the_public_files_only() -> None:
    assert "depends_on" not in SERVICES["nginx"]
    assert SERVICES["nginx"]["volumes"] == [
        "./docker/nginx.conf:/etc/nginx/nginx.conf:ro",
        "public:/data/public:ro",
    ]
    settings = nginx_settings(NGINX.read_text())
    assert {words[1] for words in settings if words[0] == "root"} == {"/data/public/current", "/data/public"}


def test_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:  # it comes in a container; its grammar is checked all the same
        settings = nginx_settings(NGINX.read_text())
        lines = [line.split("#")[0].strip() for line in NGINX.read_text().splitlines()]
        assert all(line.endswith((";", "{", "}")) for line in lines if line)
        assert sum(words[-1] == "{" for words in settings) == sum(words == ["}"] for words in settings)
        return
    checked = run([program, "-t", "-c", str(NGINX), "-g", "daemon off;"], dict(os.environ))
    assert checked.returncode == 0, checked.stderr


def nginx_settings(text: str) -> list[list[str]]:
    """Each statement as its words; one that opens a block ends with `{`."""
    statements: list[list[str]] = [[]]
    lexer = shlex.shlex(text, posix=True, punctuation_chars="{};")
    lexer.whitespace_split = True
    for word in lexer:
        if word == ";":
            statements.append([])
        elif word in {"{", "}"}:
            statements[-1].append(word)
            statements.append([])
        else:
            statements[-1].append(word)
    assert statements.pop() == [], "the last statement does not end"
    return statements
