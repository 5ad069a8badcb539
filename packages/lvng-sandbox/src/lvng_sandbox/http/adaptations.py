"""Operations whose requests or responses are not those that the code of the sandbox is written for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..contract.adaptation import Adapter
from ..contract.defaults import Defaults
from ..contract.document import Operation
from ..platform.call import Call
from ..platform.platform import Platform


@dataclass(frozen=True, slots=True)
class Adaptation:
    """The two forms of an operation.

    Attributes:
        served: as it is served.
        base: as its code knows it.
        requests: brings bodies of requests into the form of the code.
        responses: brings bodies of responses into the form that is served.
    """

    served: Operation
    base: Operation
    requests: Adapter
    responses: Adapter

    def call(self, call: Call) -> None:
        """Bring a call into the form of the code."""
        call.operation = self.base
        if isinstance(call.body, dict) and self.base.body_media_type:
            schemas = self.served.body_schema, self.base.body_schema
            body = self.requests.adapt(call.body, *schemas, partial=True)
            call.body = {**self.base.defaults, **body}
            call.sent = frozenset(
                self.requests.adapt(dict.fromkeys(call.sent), *schemas, partial=True)
            )

    def response(self, body: Any) -> Any:
        """A body in the form that is served; None if there is none."""
        if not self.served.response_media_type:
            return None
        if "application/json" not in {self.served.response_media_type} & {
            self.base.response_media_type
        }:
            return body
        return self.responses.adapt(body, self.base.response_schema, self.served.response_schema)


class Adaptations:
    """The adaptations of a platform's operations."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        served = Defaults(platform.served, platform.clock.now, platform.random)
        self._requests = Adapter(served, platform.defaults)
        self._responses = Adapter(platform.defaults, served)

    def find(self, served: Operation, base: Operation) -> Adaptation | None:
        """The adaptation of an operation; None if both forms are the same."""
        if self._platform.served is self._platform.contract:
            return None
        same = (
            (served.path, served.status) == (base.path, base.status)
            and served.response_media_type == base.response_media_type
            and self._requests.same(served.body_schema, base.body_schema)
            and self._responses.same(base.response_schema, served.response_schema)
        )
        return None if same else Adaptation(served, base, self._requests, self._responses)
