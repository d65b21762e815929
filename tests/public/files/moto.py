"""A real S3-compatible server, moto’s, and a look into its buckets through boto3, the client of somebody else."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from tests.config.processes import wait_until
from tests.public.files.nginx import free_port

KEY, SECRET = "a-key", "a-secret"
Bucket = dict[str, str]  # as the settings have it


class Stored(NamedTuple):
    content: bytes
    headers: dict[str, str]


class Moto:
    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.address = f"http://127.0.0.1:{port}"
        self._buckets = 0
        self.client: Any = self._as("s3", KEY, SECRET)

    def new_bucket(self) -> Bucket:
        self._buckets += 1
        name = f"bucket-{self._buckets}"
        self.client.create_bucket(Bucket=name)
        return {
            "endpoint": self.address,
            "bucket": name,
            "region": "us-east-1",
            "access_key_id": KEY,
            "secret_access_key": SECRET,
        }

    def objects(self, bucket: Bucket) -> dict[str, Stored]:
        return {key: self._stored(bucket["bucket"], key) for key in self.etags(bucket)}

    def etags(self, bucket: Bucket) -> dict[str, str]:
        """Of each key, which is an MD5 sum in hex."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket["bucket"])
        return {each["Key"]: each["ETag"].strip('"') for page in pages for each in page.get("Contents", ())}

    @contextlib.contextmanager
    def checking_credentials(self) -> Iterator[dict[str, str]]:
        """From here on only those of one account count, which are yielded as the settings have them."""
        iam = self._as("iam", KEY, SECRET)
        iam.create_user(UserName="mirror")
        document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
        iam.put_user_policy(UserName="mirror", PolicyName="mirror", PolicyDocument=document)
        made = iam.create_access_key(UserName="mirror")["AccessKey"]
        self._check_after("0")
        try:
            yield {"access_key_id": made["AccessKeyId"], "secret_access_key": made["SecretAccessKey"]}
        finally:
            self._check_after("inf")

    def _check_after(self, actions: str) -> None:
        address, headers = f"{self.address}/moto-api/reset-auth", {"Content-Type": "text/plain"}
        asked = urllib.request.Request(address, actions.encode(), headers)  # noqa: S310 -- loopback
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 -- loopback
            assert answer.status == 200

    def _as(self, service: str, key: str, secret: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.address,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def _stored(self, bucket: str, key: str) -> Stored:
        got = self.client.get_object(Bucket=bucket, Key=key)
        with got["Body"] as body:
            return Stored(body.read(), got["ResponseMetadata"]["HTTPHeaders"])


@contextlib.contextmanager
def running() -> Iterator[Moto]:
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or _answers(port), 60)
        yield Moto(process, port)
    finally:
        process.kill()
        process.wait(20)


def _answers(port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/", timeout=5) as answer,
    ):
        return bool(answer.status == 200)
    return False
