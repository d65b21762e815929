"""What nginx is told in the containers, for this machine."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

BASE_DIR = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def configured(folder: Path, home: Path, *, port: int, web_port: int, workers: int) -> str:
    """The configuration of the containers for this machine: it serves `folder` and keeps its own files in `home`."""
    text = (BASE_DIR / "docker" / "nginx.conf").read_text()
    for there, here in (
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        ("/data/public", str(folder)),
        ("$web:8000", f"127.0.0.1:{web_port}"),
        ("/dev/stdout", f"{home}/access.log"),
        ("/dev/stderr", f"{home}/error.log"),
        ("/tmp/nginx.pid", f"{home}/pid"),  # noqa: S108 -- in a container
    ):
        assert there in text, there
        text = text.replace(there, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    text = text.replace("http {", "http {\n" + "".join(f"{kind}_temp_path {home}/{kind};\n" for kind in kinds), 1)
    processes = f"worker_processes {workers};\ndaemon off;\nuser {account()};"
    return re.sub(r"^worker_processes .*;", processes, text, flags=re.MULTILINE)


def account() -> str:
    """As whom nginx reads what this process wrote."""
    return "root" if os.geteuid() == 0 else "nobody"
