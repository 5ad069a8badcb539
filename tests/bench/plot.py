"""The plot of the page: cost of a call against calls at once, cost of a client against tags touched."""
# pyright: reportMissingImports=false

from __future__ import annotations

from pathlib import Path

from .clients import LVNG
from .page import Curves


def draw(file: Path, levels: Curves, touched: Curves) -> None:
    """Draw both curves side by side, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "lvng"  # so that the same figures give the same file
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name in next(iter(levels.values())):
        costs = [1e6 / of[name]["rate"] for of in levels.values()]
        left.plot(list(levels), costs, marker="o", label=name)
    left.set(xscale="log", yscale="log", xlabel="calls at once", ylabel="microseconds a call")
    left.legend()
    seconds = [of[LVNG]["seconds"] * 1e3 for of in touched.values()]
    right.plot(list(touched), seconds, marker="o", color="C1")
    right.set(xlabel="tags touched", ylabel="ms for import, client and tags", ylim=(0, None))
    for axes in (left, right):
        axes.grid(visible=True, alpha=0.3)
    figure.savefig(file, metadata={"Date": None})
