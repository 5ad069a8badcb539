"""What stands behind the HTTP of the sandbox: records, accounts, search and work that is due later."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .. import tags
from ..contract.defaults import Shapes
from ..contract.document import Contract
from ..engines.engine import Answers, Asks, Engine, Live, Prompt
from ..problems import Problem
from ..store.database import Store
from ..store.full_text import Search
from ..usage.ledger import MODEL
from .accounts import Accounts, Caller
from .collection import Collection
from .jobs import Jobs
from .kinds import Kind, read_kinds
from .registry import LISTENERS
from .sessions import Sessions


class Platform:
    """The state of a sandbox and what works on it.

    Args:
        contract: the contract.
        store: the records.
        pace: seconds between two events of a stream or two steps of a run; 0 for no waiting.
        engine: what answers questions; without one answers are cut from what is stored.

    Attributes:
        answers: what the engine has answered to the work that is being done.
        ahead: seconds that its clock is ahead of the real one.
        base_url: address that it is reached at.
        beginning: everything as it was at the start, to come back to.
    """

    def __init__(
        self, contract: Contract, store: Store, *, pace: float = 0.0, engine: Engine | None = None
    ) -> None:
        tags.load()
        self.contract = contract
        self.store = store
        self.pace = pace
        self.engine = engine
        self.answers: Answers = {}
        self.ahead: float = 0.0
        self.base_url = ""
        self.kinds: dict[str, Kind] = read_kinds(contract)
        self.kinds_by_path: dict[str, Kind] = {kind.path: kind for kind in self.kinds.values()}
        self.shapes: Shapes = Shapes(contract, self.now)
        self.search: Search = Search(store)
        self.accounts: Accounts = Accounts(self)
        self.sessions: Sessions = Sessions(self)
        self.jobs: Jobs = Jobs(self)
        self.beginning = b""

    @property
    def model(self) -> str:
        """The name that answers are signed with."""
        return self.engine.model if self.engine else MODEL

    def ask(self, prompt: Prompt) -> str | Live:
        """What the engine answers.

        Raises:
            Asks: it has not been asked; the work is done again with its answer.
            Problem: 502 or 503: it cannot answer.
        """
        if self.engine and prompt not in self.answers:
            raise Asks(self.engine, prompt)
        answer = self.answers[prompt]
        if isinstance(answer, Problem):
            raise answer
        return answer

    def clock(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead

    def now(self) -> str:
        """The present: ISO 8601 in UTC, with milliseconds."""
        return self.later(0)

    def later(self, seconds: float) -> str:
        """A moment after (or before) the present."""
        return iso(self.clock() + seconds)

    def milliseconds_since(self, moment: str) -> int:
        """Time that has passed since a moment of the API."""
        return round((self.clock() - datetime.fromisoformat(moment).timestamp()) * 1000)

    def records(self, caller: Caller, kind: str, *parents: str) -> Collection:
        """The records of a kind as a caller sees them; without parents those of all parents."""
        return Collection(self, self.kinds[kind], caller, parents)

    def emit(self, caller: Caller, event: str, data: Mapping[str, Any]) -> None:
        """Tell those who listen what happened."""
        for listener in LISTENERS:
            listener(self, caller, event, data)

    def reset(self) -> None:
        """Come back to the beginning."""
        self.jobs.abandon()
        self.store.restore(self.beginning)
        self.ahead = 0.0
        self.jobs.changed()


def iso(seconds: float) -> str:
    """Seconds since 1970 as the API writes a moment."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def canonical(moment: str) -> str:
    """A moment as the API writes it, whatever its offset; without one it is UTC."""
    parsed = datetime.fromisoformat(moment)
    return iso((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())
