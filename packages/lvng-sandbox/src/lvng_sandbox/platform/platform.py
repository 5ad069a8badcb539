"""The services that every request and job of a sandbox shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ..clock import Clock
from ..contract.defaults import Defaults
from ..contract.document import Contract
from ..engines.engine import Answers, Engine, EngineCallNeeded, Prompt, StreamedAnswer
from ..engines.extractive import MODEL
from ..engines.scripted import ScriptedAnswers
from ..problems import Problem
from ..randomness import Randomness
from ..store.database import CollectionKey, Query, Store
from ..store.full_text import Search
from .accounts import Accounts
from .caller import Caller
from .jobs import AfterCommit, Jobs
from .kinds import Kind
from .sessions import Sessions

RunJob: TypeAlias = "Callable[[Platform, Caller, str, dict[str, Any]], AfterCommit | None]"
GiveUpJob: TypeAlias = "Callable[[Platform, Caller, str, dict[str, Any], str], None]"


class Platform:
    """The state of a sandbox and the services that work on it.

    Args:
        contract: the contract that its code is written for.
        served: the contract that requests and responses have.
        store: the database.
        kinds: the kinds of records, by name.
        run_job: runs a job; called with its caller, name and arguments.
        give_up_job: records the permanent failure of a job.
        step_delay: seconds between two events of a stream or two steps of a run.
        engine: answers questions; without one, answers are extracted from stored texts.
        random: makes ids, keys and tokens.
        clock: the clock; default: real time.
        scripted: scripted answers, which take precedence.

    Attributes:
        answers: the engine's answers to the request or job that is being processed.
        base_url: base URL of the server.
        webhook_hosts: other hosts to which webhooks may be sent.
        initial_state: makes the database snapshot for `reset`.
    """

    def __init__(
        self,
        contract: Contract,
        served: Contract,
        store: Store,
        kinds: Mapping[str, Kind],
        run_job: RunJob,
        give_up_job: GiveUpJob,
        *,
        step_delay: float = 0.0,
        engine: Engine | None = None,
        random: Randomness | None = None,
        clock: Clock | None = None,
        scripted: ScriptedAnswers | None = None,
    ) -> None:
        self.contract = contract
        self.served = served
        self.store = store
        self.kinds = kinds
        self.kinds_by_path: dict[str, Kind] = {kind.path: kind for kind in kinds.values()}
        self.step_delay = step_delay
        self.engine = engine
        self.clock: Clock = clock or Clock()
        self.random: Randomness = random or Randomness()
        self.defaults: Defaults = Defaults(contract, self.clock.now, self.random)
        self.search: Search = Search(store)
        self.accounts: Accounts = Accounts(store, self.clock, self.random)
        self.sessions: Sessions = Sessions(
            store, self.clock, self.accounts, self.random, self._role_of
        )
        self.jobs: Jobs = Jobs(store, self.clock, self._perform, self._give_up)
        self.answers: Answers = {}
        self.scripted: ScriptedAnswers = scripted or ScriptedAnswers()
        self.base_url = ""
        self.webhook_hosts: frozenset[str] = frozenset()
        self.initial_state: Callable[[], bytes] = bytes
        self._initial_random: object = None
        self._run_job = run_job
        self._give_up_job = give_up_job

    @property
    def model(self) -> str:
        """Name of the model that answers."""
        return self.engine.model if self.engine else MODEL

    def ask(self, prompt: Prompt) -> str | StreamedAnswer:
        """The engine's answer.

        Raises:
            EngineCallNeeded: the engine has to be called first; the request or job is repeated with its answer.
            Problem: 502 or 503: the engine cannot answer.
        """
        if self.engine and prompt not in self.answers:
            raise EngineCallNeeded(self.engine, prompt)
        answer = self.answers[prompt]
        if isinstance(answer, Problem):
            raise answer
        return answer

    def reset(self) -> None:
        """Return to the initial state."""
        self.restore(self.initial_state())
        self.clock.reset()
        self.random.restore(self._initial_random)
        self.jobs.changed()

    def begin(self, initial_state: Callable[[], bytes]) -> None:
        """Make the current state the initial one, to which `reset` returns.

        Args:
            initial_state: makes the snapshot of the database.
        """
        self.initial_state, self._initial_random = initial_state, self.random.state()

    def restore(self, database: bytes) -> None:
        """Return to a snapshot of the database."""
        self.jobs.abandon()
        self.store.restore(database)

    def _perform(
        self, name: str, caller: Caller, arguments: dict[str, Any], answers: Answers
    ) -> AfterCommit | None:
        self.answers = answers
        return self._run_job(self, caller, name, arguments)

    def _give_up(self, name: str, caller: Caller, arguments: dict[str, Any], error: str) -> None:
        self._give_up_job(self, caller, name, arguments, error)

    def _role_of(self, caller: Caller) -> str:
        """The caller's role in the organization."""
        kind = self.kinds["organizations.members"]
        members = CollectionKey(kind.name, kind.concrete_path(caller.tenant), caller.tenant)
        found = self.store.select(members, Query(equal={"user_id": caller.user_id}, limit=1))
        return str(found[0]["role"]) if found else "owner"
