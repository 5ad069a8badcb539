"""stripe: customers. Its client makes no retry unless asked for, so it is asked for two."""
# pyright: reportMissingImports=false

from __future__ import annotations

from typing import ClassVar

import stripe

from ..adapter import Setup


class Tried:
    own_errors: ClassVar[tuple[type[Exception], ...]] = (stripe.StripeError,)
    has_deadline = False
    has_paths = True

    def __init__(self, setup: Setup) -> None:
        self._http = stripe.RequestsClient(timeout=80 if setup.timeout is None else setup.timeout)
        self.client = stripe.StripeClient(
            setup.key,
            base_addresses={"api": setup.url},
            max_network_retries=2 if setup.ask_for_retries else None,
            http_client=self._http,
        )

    def get(self, id: str = "x1") -> object:
        return self.client.v1.customers.retrieve(id)

    def post(self) -> object:
        return self.client.v1.customers.create({"name": "hello"})

    def close(self) -> None:
        self._http.close()
