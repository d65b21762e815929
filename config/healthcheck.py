"""Asks a web server how it is: `python -m config.healthcheck [address]`, for containers, which bring no curl."""

from __future__ import annotations

import http.client
import sys
from urllib.parse import urlsplit

from config.env import env_list


def main(address: str = "http://127.0.0.1:8000/healthz/live") -> None:
    parts = urlsplit(address)
    host = env_list("ALLOWED_HOSTS", default=("localhost",))[0].lstrip(".")
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request("GET", parts.path, headers={"Host": host})
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"{address} does not answer: {error}")
    if answer.status != 200:
        sys.exit(f"{address} answers {answer.status}: {answer.read(500).decode(errors='replace')}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
