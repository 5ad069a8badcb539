"""How the documentation is built: `hatch run docs`."""

project = "lvng"
author = "LVNG"
release = "1.0.0"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["samples"]
myst_heading_anchors = 3
