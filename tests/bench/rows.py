"""The rows of the table, and the bar that each must reach."""

from __future__ import annotations

from dataclasses import dataclass

from .clients import AIOHTTP, HTTPX, LVNG
from .measurements import Figures

Results = dict[str, dict[str, Figures]]
"""Medians, by measurement and client."""


@dataclass(frozen=True)
class Row:
    """One figure of ours beside another's.

    Attributes:
        measurement: its name in `MEASUREMENTS`.
        figure: which of its figures.
        least: the ratio must be at least this.
        most: the ratio must be at most this.
        ours: whose figure is judged.
        beside: whose figure it is divided by.
    """

    measurement: str
    figure: str
    least: float | None = None
    most: float | None = None
    ours: str = LVNG
    beside: str = HTTPX

    def known(self, results: Results) -> bool:
        """Whether both were measured."""
        return {self.ours, self.beside} <= results.get(self.measurement, {}).keys()

    def ratio(self, results: Results) -> float:
        """Ours by theirs."""
        of = results[self.measurement]
        return of[self.ours][self.figure] / of[self.beside][self.figure]

    def reached(self, results: Results) -> bool:
        """Whether the bar is reached."""
        ratio = self.ratio(results)
        return (self.least is None or ratio >= self.least) and (
            self.most is None or ratio <= self.most
        )

    @property
    def bar(self) -> str:
        """The bar in words."""
        return f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"


ROWS = (
    Row("50 tasks", "rate", least=2.3),
    Row("50 tasks", "p99", most=0.2),
    Row("200 tasks", "rate", least=3.5),
    Row("200 tasks", "p99", most=0.15),
    Row("50 threads", "rate", least=1.4),
    Row("50 tasks", "rate", least=3.2, ours=AIOHTTP),
    Row("200 tasks", "rate", least=5.0, ours=AIOHTTP),
    Row("one at a time", "cpu", most=1.0),
    Row("one at a time, async", "cpu", most=1.0),
    Row("first call", "seconds", most=1.1),
    Row("first call, async", "seconds", most=1.1),
    Row("import", "seconds", most=0.45),
    Row("stream, an event a chunk", "cpu", most=1.0),
    Row("stream, an event a chunk", "cpu", most=1.0, beside="langgraph-sdk"),
    Row("stream, coarse", "cpu", most=1.0),
    Row("stream, coarse", "cpu", most=1.0, beside="langgraph-sdk"),
)

UNITS = {
    "rate": ("calls/s", 1.0),
    "p99": ("ms, p99", 1e3),
    "seconds": ("ms", 1e3),
    "cpu": ("us CPU", 1e6),
}
"""How a figure is shown, and what it is multiplied by."""


def shown(figure: str, value: float) -> str:
    """A figure with its unit."""
    unit, scale = UNITS[figure]
    return f"{value * scale:,.{0 if figure == 'rate' else 1}f} {unit}"
