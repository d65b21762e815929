"""`make demo`: everything at once on this machine, for a look around. Ctrl-C stops all that it started."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

from django.core.exceptions import ImproperlyConfigured

from config.env import env_int, env_path, env_secret
from config.postgres import PostgresError, private_database_url
from config.processes import signalled_when_parent_dies

BASE_DIR = Path(__file__).resolve().parent.parent
ROLES = ("reader", "engineer", "publisher", "manager", "admin")
_HOST = "127.0.0.1"
_PORTS = range(8000, 8100)
_START_SECONDS = 60
_STOP_SECONDS = 15
_PYTHON = sys.executable
_STEPS = {
    "Database tables": "migrate --verbosity 0",
    "Styles, scripts and fonts": "collectstatic --no-input --verbosity 0",
    "Demo content": "seed_demo",
    "Public pages": "build_public",
}


class DemoError(Exception):
    """The demo cannot go on; the message is a sentence for the person in front of it."""


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        _run()
    except KeyboardInterrupt:
        _say("Stopped")
    except (DemoError, PostgresError, ImproperlyConfigured) as error:
        sys.exit(f"make demo: {error}")


def _run() -> None:
    with _reserved_port() as port:
        os.environ |= {"AFTERWORD_ENV": "demo", "PUBLIC_BASE_URL": f"http://localhost:{port}"}
        if not env_secret("DATABASE_URL"):
            _say("Private Postgres")
            private_database_url(env_path("VAR_DIR", default=BASE_DIR / "var"))
        for name, command in _STEPS.items():
            _say(name)
            with _started(_PYTHON, "manage.py", *command.split()) as step:
                if step.wait() != 0:
                    raise DemoError(f"`manage.py {command}` failed with code {step.returncode}, see above.")
    _say("Web server and worker")
    server = f"-m granian --interface wsgi --no-ws --host {_HOST} --port {port} --blocking-threads 4"
    with (
        _started(_PYTHON, *server.split(), "--log-level", "warning", "config.wsgi:application") as web,
        _started(_PYTHON, "manage.py", "run_worker") as worker,
    ):
        children = {"web server": web, "worker": worker}
        _wait_until_served(port, children)
        _welcome(port)
        while True:
            _check_alive(children)
            time.sleep(0.5)


@contextlib.contextmanager
def _reserved_port() -> Iterator[int]:
    """The port that was asked for, or the first free one; held until the web server is about to take it."""
    asked = env_int("PORT", default=0, minimum=1, maximum=65535)
    reason = ""
    for port in [asked] if asked else _PORTS:
        with contextlib.ExitStack() as held:
            try:
                for family, host in ((socket.AF_INET, _HOST), (socket.AF_INET6, "::1")):
                    if family == socket.AF_INET6 and not socket.has_dualstack_ipv6():
                        continue
                    listener = held.enter_context(socket.socket(family))
                    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    listener.bind((host, port))
                    listener.listen()  # an address that is only bound may be bound again
            except OSError as error:
                reason = error.strerror or str(error)
                continue
            yield port
            return
    if asked:
        raise DemoError(f"PORT={asked} cannot be used ({reason}); without PORT a free one is chosen.")
    raise DemoError(f"No port from {_PORTS[0]} to {_PORTS[-1]} is free: ask for another one with PORT=.")


@contextlib.contextmanager
def _started(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a process group of its own, which Ctrl-C does not reach; it is stopped at the end."""
    child = subprocess.Popen(  # noqa: S603 -- our own commands
        command,
        cwd=BASE_DIR,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=signalled_when_parent_dies(signal.SIGTERM),  # noqa: PLW1509 -- there is one thread
    )
    try:
        yield child
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # whatever it left behind
        child.wait()


def _wait_until_served(port: int, children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        _check_alive(children)
        connection = http.client.HTTPConnection(_HOST, port, timeout=5)
        try:
            connection.request("GET", "/healthz/live")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    raise DemoError(f"The web server did not answer within {_START_SECONDS} seconds; its output is above.")


def _check_alive(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise DemoError(f"The {name} ended with code {child.returncode}; its output is above.")


def _welcome(port: int) -> None:
    logins = "\n".join(f"    {role}@demo.example" for role in ROLES)
    _print(
        f"\n  Afterword runs at http://localhost:{port}/\n\n"
        f"  Log in with the password `demo` as any of\n{logins}\n\n"
        "  Ctrl-C stops everything; what you write is kept for the next time.\n"
    )


def _say(what: str) -> None:
    _print(f"→ {what}")


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 -- a person is reading along


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # stopping is not interrupted a second time
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
