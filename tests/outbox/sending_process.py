"""A process that forks senders to be killed: a line on its input begins one, its pid is the answer.

`python -m tests.outbox.sending_process DATABASE PORT`. Forked, a sender costs milliseconds in place of seconds.
"""

from __future__ import annotations

import os
import sys
import threading

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.conf import settings  # noqa: E402  # needs the settings, as all that follows
from django.core.mail.utils import DNS_NAME  # noqa: E402
from django.db import connection  # noqa: E402

from outbox.sending import Sender  # noqa: E402


def main(database: str, port: str) -> None:
    connection.settings_dict["NAME"] = database
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    str(DNS_NAME)  # asked once for all of them
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            Sender().attempt(threading.Event())
            os._exit(0)
        print(pid, flush=True)  # noqa: T201 -- the answer
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        print("ended", flush=True)  # noqa: T201  # likewise
        sys.stdin.readline()  # a late kill must not hit somebody who got the number since
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
