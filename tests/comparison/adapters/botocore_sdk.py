"""botocore: file systems of EFS, an API of JSON over REST. The key is the secret that it signs with."""
# pyright: reportMissingImports=false

from __future__ import annotations

import os
from typing import ClassVar

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ..adapter import Setup

os.environ["AWS_CONFIG_FILE"] = os.devnull  # as it comes, not as it is set up on this machine


class Tried:
    own_errors: ClassVar[tuple[type[Exception], ...]] = (BotoCoreError, ClientError)
    has_deadline = False
    has_paths = True

    def __init__(self, setup: Setup) -> None:
        sockets = (
            {}
            if setup.timeout is None
            else {"connect_timeout": setup.timeout, "read_timeout": setup.timeout}
        )
        self.client = botocore.session.Session().create_client(
            "efs",
            region_name="us-east-1",
            endpoint_url=setup.url,
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key=setup.key,
            config=Config(**sockets),
        )

    def get(self, id: str = "x1") -> object:
        return self.client.describe_backup_policy(FileSystemId=id)

    def post(self) -> object:
        return self.client.create_file_system()

    def close(self) -> None:
        self.client.close()
