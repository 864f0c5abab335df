"""How `make docs` builds the pages."""

project = "Fondaco"
copyright = "the Fondaco founders"
extensions = ["myst_parser"]
html_theme = "furo"
source_suffix = {".md": "markdown"}
exclude_patterns = ["hooks/examples", "providers/examples"]
myst_heading_anchors = 3
