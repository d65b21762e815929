"""Tells the caches in front which addresses have changed, after each change and until it is acknowledged."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from incidents.public.files import layout
from incidents.public.files.following import Follower, Refused
from incidents.public.files.tree import Tree

_SECONDS = 10
_IN_A_CALL = 15  # keys of one or two addresses; Cloudflare takes 30 in every plan
_MOST = 1_000  # keys, beyond which forgetting everything is quicker


class Purge(Follower):
    """Calls the hook as Cloudflare’s API wants it: addresses in `files`, or `purge_everything`."""

    def __init__(self, tree: Tree, hook: str, token: str, site: str, *, after: Follower | None = None) -> None:
        super().__init__("purge", f"{hook} {site}", tree, after=after)
        self._hook, self._site = hook, site
        self._headers = {"Content-Type": "application/json", "User-Agent": "Afterword"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def everything(self) -> set[str]:
        return {layout.NOT_FOUND}

    def bring(self, waiting: set[str], is_over: Callable[[], bool]) -> None:
        if layout.NOT_FOUND in waiting or len(waiting) > _MOST:  # the answer to every unknown address has none itself
            self._call({"purge_everything": True})
            waiting.clear()
        while waiting and not is_over():
            some = sorted(waiting)[:_IN_A_CALL]
            self._call({"files": [f"{self._site}{path}" for key in some for path in layout.addresses_of(key)]})
            waiting.difference_update(some)

    def _call(self, body: dict[str, Any]) -> None:
        asked = Request(self._hook, json.dumps(body).encode(), self._headers)  # noqa: S310 -- the settings check it
        try:
            with _OPENER.open(asked, timeout=_SECONDS):
                pass
        except HTTPError as answer:
            answer.close()
            raise Refused(f"the hook answers {answer.code}") from None
        except (OSError, HTTPException) as error:
            raise Refused(f"the hook can’t be called: {error}") from error


class _NoRedirects(HTTPRedirectHandler):
    """The token is for the host that was configured."""

    def redirect_request(self, *_args: Any) -> None:
        return None


_OPENER = build_opener(_NoRedirects)
