"""The methods of one operation: one for each kind of body and of response."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..openapi.document import Node
from ..openapi.media import essence
from ..openapi.paths import PathOperation
from .request_bodies import body_choices
from .responses import response_choices


@dataclass(frozen=True, slots=True)
class Variant:
    """One method of an operation: a kind of body and a kind of response.

    Attributes:
        body: media types of the body.
        only: media types of the `Accept` header; None for the default ones.
        sends: media type of the body, if it is not the first of several.
        returns: media type of the response, if it is not the default one.
    """

    body: list[tuple[str, Node]]
    only: Collection[str] | None
    sends: str
    returns: str

    @property
    def text(self) -> str:
        """The headers in which it differs from the first method; empty for that."""
        sends = f"; Content-Type: {self.sends}" if self.sends else ""
        return f"{sends}; Accept: {self.returns}" if self.returns else sends

    @property
    def description(self) -> str:
        """The sentences that distinguish it from the other methods."""
        sends = f"Sends `{essence(self.sends)}`." if self.sends else ""
        returns = f"Asks for `{essence(self.returns)}`." if self.returns else ""
        return f"{sends} {returns}".strip()


def variants_of(found: PathOperation) -> list[Variant]:
    """The methods of an operation: one for each kind of body and of response."""
    bodies = body_choices(found.node) or [[]]
    responses = response_choices(found.node, found.http)
    return [
        Variant(
            body, only if number else None, body[0][0] if index else "", only[0] if number else ""
        )
        for index, body in enumerate(bodies)
        for number, only in enumerate(responses)
    ]
