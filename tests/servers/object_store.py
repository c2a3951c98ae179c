"""An object store of the tests' own that speaks as S3 does, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

BUCKET = "extracts"
# Any will do there.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "a user of the tests",
    "AWS_SECRET_ACCESS_KEY": "no secret of anybody",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "AWS_MAX_ATTEMPTS": "1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nowhere",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
}


@dataclass
class ObjectStoreServer:
    """endpoint: its address. store: a client of another make than ours."""

    endpoint: str
    store: Any

    def put(self, name: str, content: bytes = b"A\n1\n") -> None:
        """An object below the bucket."""
        self.store.put_object(Bucket=BUCKET, Key=name, Body=content)

    def names(self) -> list[str]:
        """Of all objects there are."""
        return sorted(each["Key"] for each in
                      self.store.list_objects_v2(Bucket=BUCKET).get("Contents", []))  # fmt: skip


@contextmanager
def object_store_server() -> Iterator[ObjectStoreServer]:
    """Serve until the block ends; ``ENVIRONMENT`` must be set inside it."""
    import boto3
    import httpx
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    try:
        store = boto3.client("s3", endpoint_url=endpoint)
        store.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
        )
        yield ObjectStoreServer(endpoint, store)
        store.close()
    finally:
        # What it holds is the process's, and would be the next server's too.
        httpx.post(f"{endpoint}/moto-api/reset").raise_for_status()
        server.stop()
