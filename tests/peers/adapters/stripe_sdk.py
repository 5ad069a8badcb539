"""stripe: customers. Its client makes no retry unless asked for, so it is asked for two."""
# pyright: reportMissingImports=false

from __future__ import annotations

from typing import ClassVar

import stripe

from ..adapter import KEY


class Tried:
    own_errors: ClassVar[tuple[type[Exception], ...]] = (stripe.StripeError,)
    has_deadline = False
    has_paths = True

    def __init__(
        self,
        url: str,
        *,
        key: str = KEY,
        timeout: float | None = None,
        deadline: float | None = None,
        ask_for_retries: bool = True,
    ) -> None:
        self._http = stripe.RequestsClient(timeout=80 if timeout is None else timeout)
        self.client = stripe.StripeClient(
            key,
            base_addresses={"api": url},
            max_network_retries=2 if ask_for_retries else None,
            http_client=self._http,
        )

    def get(self, id: str = "x1") -> object:
        return self.client.v1.customers.retrieve(id)

    def post(self) -> object:
        return self.client.v1.customers.create({"name": "hello"})

    def close(self) -> None:
        self._http.close()
