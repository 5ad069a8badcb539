"""How the documentation is built: `hatch run docs`."""

from importlib import metadata

project = "lvng"
author = "LVNG"
release = metadata.version("lvng")
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["samples"]
myst_heading_anchors = 3
