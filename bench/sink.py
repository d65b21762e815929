"""A mail server that takes everything and keeps nothing: `python -m bench.sink PORT`."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    async def handle_DATA(self, *_conversation: Any) -> str:  # noqa: N802 -- aiosmtpd's name for it
        return "250 OK"


def main(port: str) -> None:
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    controller = Controller(Sink(), hostname="127.0.0.1", port=int(port), ready_timeout=30)
    controller.start()
    over.wait()
    controller.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
