"""Draws the diagrams of docs/architecture.md from the imports: `hatch run house`.

Each diagram shows the parts of one package as boxes, importing parts above imported ones, with an arrow for every
import between two parts.
"""

from __future__ import annotations

import sys
from pathlib import Path

import grimp

FOLDER = Path(__file__).parent / "house"
DOMAINS = ("chat", "agents", "workflows", "knowledge", "workspace", "integrations", "account")
PACKAGES = (
    "lvng_cli",
    "lvng_mcp",
    "lvng",
    *(f"lvng_{name}" for name in DOMAINS),
    "lvng_core",
    "lvng_sandbox",
    "lvng_codegen",
    "lvng_verify",
)
PICTURES = {
    "packages": "",
    "core": "lvng_core",
    "sandbox": "lvng_sandbox",
    "codegen": "lvng_codegen",
    "cli": "lvng_cli",
}

WIDTH, HEIGHT, GAP_X, GAP_Y = 150, 26, 14, 46

Arrows = set[tuple[str, str]]


def part_of(module: str, package: str) -> str:
    """The box of a module: its package, or its part of a package."""
    names = module.split(".")
    if not package:
        return names[0]
    return names[1] if len(names) > 1 else ""


def arrows_of(graph: grimp.ImportGraph, package: str) -> tuple[set[str], Arrows]:
    """The parts and the imports between them."""
    modules = [
        module
        for module in graph.modules
        if not package or module == package or module.startswith(f"{package}.")
    ]
    parts = {part for module in modules if (part := part_of(module, package))} - {"_sync"}
    arrows = {
        (part_of(module, package), part_of(target, package))
        for module in modules
        for target in graph.find_modules_directly_imported_by(module)
        if target in graph.modules
    }
    return parts, {(a, b) for a, b in arrows if a != b and {a, b} <= parts}


def layers_of(parts: set[str], arrows: Arrows) -> list[list[str]]:
    """The parts in rows: each above those that it imports."""
    rank: dict[str, int] = {}

    def height(part: str) -> int:
        if part not in rank:
            rank[part] = 0  # breaks a cycle, which import-linter forbids
            rank[part] = max((height(b) + 1 for a, b in arrows if a == part), default=0)
        return rank[part]

    rows: dict[int, list[str]] = {}
    for part in sorted(parts):
        rows.setdefault(height(part), []).append(part)
    return [rows[level] for level in sorted(rows, reverse=True)]


def draw(parts: set[str], arrows: Arrows) -> str:
    """Draw the diagram as SVG."""
    rows = layers_of(parts, arrows)
    widest = max(map(len, rows)) * (WIDTH + GAP_X) + GAP_X
    place: dict[str, tuple[float, float]] = {}
    for level, row in enumerate(rows):
        left = (widest - len(row) * (WIDTH + GAP_X) + GAP_X) / 2
        for index, part in enumerate(row):
            place[part] = left + index * (WIDTH + GAP_X), GAP_X + level * (HEIGHT + GAP_Y)
    height = GAP_X + len(rows) * (HEIGHT + GAP_Y) - GAP_Y + GAP_X
    size = f'viewBox="0 0 {widest:g} {height:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for a, b in sorted(arrows):
        (x1, y1), (x2, y2) = place[a], place[b]
        lines.append(
            f'<line x1="{x1 + WIDTH / 2:g}" y1="{y1 + HEIGHT:g}" x2="{x2 + WIDTH / 2:g}" y2="{y2:g}" '
            f'stroke="#7a8ba8" stroke-opacity="0.45"><title>{a} imports {b}</title></line>'
        )
    for part, (x, y) in sorted(place.items()):
        lines.append(
            f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="4" fill="#eef3fb" stroke="#34568b"/>'
            f'<text x="{x + WIDTH / 2:g}" y="{y + 17:g}" text-anchor="middle" fill="#1d2b45">{part}</text>'
        )
    return "\n".join([*lines, "</svg>", ""])


def pictures() -> dict[Path, str]:
    """The diagrams by file."""
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True)
    return {
        FOLDER / f"{name}.svg": draw(*arrows_of(graph, package))
        for name, package in PICTURES.items()
    }


def main() -> int:
    """Write the diagrams; with --check, compare them with the imports."""
    found = pictures()
    if "--check" in sys.argv[1:]:
        stale = [
            path.name
            for path, text in found.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        print("\n".join(f"{name} is not up to date: hatch run house" for name in stale), end="")
        return bool(stale)
    FOLDER.mkdir(exist_ok=True)
    for path, text in found.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
