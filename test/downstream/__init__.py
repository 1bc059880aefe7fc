"""Programs of others, unmodified, on this package. They run in an environment of their own: ``tox -e downstream``."""
