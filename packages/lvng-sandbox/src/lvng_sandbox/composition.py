"""The composition root: loads the tags, and assembles a platform from its parts."""

from __future__ import annotations

from . import tags
from .clock import Clock
from .contract.document import load, load_base
from .engines.engine import Engine
from .engines.scripted import ScriptedAnswers
from .platform.kinds import read_kinds
from .platform.platform import Platform
from .platform.registry import EXTRA_KINDS, RULES, give_up_job, run_job
from .randomness import Randomness
from .store.database import Store


def make_platform(
    path: str = ":memory:",
    *,
    step_delay: float = 0.0,
    engine: Engine | None = None,
    random: Randomness | None = None,
    clock: Clock | None = None,
    scripted: ScriptedAnswers | None = None,
) -> Platform:
    """Make a platform on a database file, which is created if it does not exist."""
    tags.load()
    contract = load_base()
    kinds = read_kinds(contract, EXTRA_KINDS, RULES)
    return Platform(
        contract,
        load(),
        Store(path),
        kinds,
        run_job,
        give_up_job,
        step_delay=step_delay,
        engine=engine,
        random=random,
        clock=clock,
        scripted=scripted,
    )
