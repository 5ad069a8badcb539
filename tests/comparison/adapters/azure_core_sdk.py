"""azure-core: the pipeline that Azure's clients are made of, in the order in which they make it."""
# pyright: reportMissingImports=false

from __future__ import annotations

from typing import ClassVar

from azure.core import PipelineClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    map_error,
)
from azure.core.pipeline import policies
from azure.core.rest import HttpRequest

from ..adapter import Setup

ERRORS = {401: ClientAuthenticationError, 404: ResourceNotFoundError, 409: ResourceExistsError}


class Tried:
    own_errors: ClassVar[tuple[type[Exception], ...]] = (AzureError,)
    has_deadline = True
    has_paths = False

    def __init__(self, setup: Setup) -> None:
        sockets = (
            {}
            if setup.timeout is None
            else {"connection_timeout": setup.timeout, "read_timeout": setup.timeout}
        )
        limit = {} if setup.deadline is None else {"timeout": setup.deadline}
        self.client = PipelineClient(
            setup.url,
            policies=[
                policies.RequestIdPolicy(),
                policies.HeadersPolicy(),
                policies.UserAgentPolicy(),
                policies.ProxyPolicy(),
                policies.ContentDecodePolicy(),
                policies.RedirectPolicy(),
                policies.RetryPolicy(**limit),
                policies.AzureKeyCredentialPolicy(AzureKeyCredential(setup.key), "x-api-key"),
                policies.NetworkTraceLoggingPolicy(),
                policies.SensitiveHeaderCleanupPolicy(),
                policies.HttpLoggingPolicy(),
            ],
            **sockets,
        )

    def get(self, id: str = "x1") -> object:
        return self._send(HttpRequest("GET", f"/things/{id}"))

    def post(self) -> object:
        return self._send(HttpRequest("POST", "/things", json={"name": "hello"}))

    def _send(self, request: HttpRequest) -> object:
        request.url = self.client.format_url(request.url)
        response = self.client.send_request(request)
        if response.status_code != 200:
            map_error(response.status_code, response, ERRORS)
            raise HttpResponseError(response=response)
        return response.json()

    def close(self) -> None:
        self.client.close()
