"""Configuration of the documentation."""

from importlib.metadata import version as distribution_version

project = "aws-encryption-sdk"
author = "the authors of this project"
copyright = f"2026, {author}"
release = version = distribution_version("aws-encryption-sdk")

extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"{project} {release}"

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
