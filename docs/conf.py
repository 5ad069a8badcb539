"""Sphinx configuration of the documentation, built by `hatch run docs`."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # reference.py, tables.py

project = "lvng"
author = "LVNG"
copyright = "2026, LVNG"
release = metadata.version("lvng")
extensions = ["myst_parser", "sphinx_copybutton", "sphinx_design", "reference", "tables"]
myst_enable_extensions = ["colon_fence"]
html_theme = "furo"
html_title = "LVNG for Python"
html_static_path = ["static"]
html_extra_path = ["../packages/lvng/src/lvng/_generated/agents"]  # llms.txt and what is beside it
html_css_files = ["tables.css"]
exclude_patterns = ["samples", "examples/*.md"]
myst_heading_anchors = 3
