"""How Sphinx builds the documentation: `make docs`, without the network and without a warning."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "multivector"
author = "The multivector authors"
copyright = "2026, the multivector authors. Apache-2.0"
version = release = installed("multivector")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click", "reference_pages"]
exclude_patterns = ["_build", "notebooks"]
myst_heading_anchors = 4
nitpicky = False
napoleon_google_docstring = False
autodoc_typehints = "description"
autodoc_member_order = "bysource"
# What a page says in a language that Pygments has not is shown as it is.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_title = "multivector"
html_theme_options = {"source_repository": "", "footer_icons": []}
