"""Configuration of the documentation."""

import sys
from importlib.metadata import version as distribution_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "aws-encryption-sdk"
author = "the authors of this project"
copyright = f"2026, {author}"
release = version = distribution_version("aws-encryption-sdk")

extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode", "public_names"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"{project} {release}"

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
