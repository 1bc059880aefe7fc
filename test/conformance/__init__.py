"""How the tests stand to the specification: ``python -m test.conformance`` writes doc/conformance.rst."""
