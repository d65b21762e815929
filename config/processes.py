"""Child processes that do not outlive the one that started them, however that ends."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def signalled_when_parent_dies(number: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends this signal to the child when its parent is gone. Linux only.

    It is tied to the thread that starts the child, which therefore has to be the main one.
    """

    def ask_kernel() -> None:
        if _prctl:
            _prctl(_PR_SET_PDEATHSIG, number)

    return ask_kernel
