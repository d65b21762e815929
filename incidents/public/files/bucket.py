"""A bucket of an S3-compatible server. Needs `obstore`, which `requirements-s3.txt` adds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from incidents.public.files.following import Refused

_WHY = re.compile(r"<Code>(\w+)|kind: (\w+)|(?:message|error): \"([^\"]+)\"|(InvalidCertificate)")
_CONNECTING, _ANSWERING = timedelta(seconds=5), timedelta(seconds=15)


class Bucket:
    """Each method raises Refused. `settings` are those of `obstore.store.S3Store`."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._store = S3Store(
            **settings,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": settings["endpoint"].startswith("http://"),
                "connect_timeout": _CONNECTING,
                "timeout": _ANSWERING,
            },
            retry_config={"max_retries": 2, "retry_timeout": _ANSWERING},
        )

    def etags(self) -> dict[str, str]:
        """What it holds: of each object the key and the ETag, without quotation marks."""
        with _refusals():
            return {
                each["path"]: (each["e_tag"] or "").strip('"') for page in obstore.list(self._store) for each in page
            }

    def get(self, key: str) -> bytes:
        with _refusals():
            return bytes(obstore.get(self._store, key).bytes())

    def put(self, key: str, content: bytes, attributes: dict[str, str]) -> None:
        with _refusals():
            obstore.put(self._store, key, content, attributes=attributes, use_multipart=False)

    def delete(self, key: str) -> None:
        """It may be gone already."""
        with _refusals():
            obstore.delete(self._store, key)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        told = str(error)  # a sentence, the beginning of an answer, and many lines for developers: pick what helps
        why = dict.fromkeys(word for words in _WHY.findall(told) for word in words if word)
        sentence = re.split(r": <|\n", told, maxsplit=1)[0]
        raise Refused(f"{sentence} ({', '.join(why)})" if why else sentence) from error
