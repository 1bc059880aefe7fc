"""Write doc/conformance.rst, or read the specification's sections from a checkout."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import page
from .markers import marked_tests
from .specification import FACTS, load, read, save


def main() -> int:
    """Do what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m test.conformance", description=__doc__)
    parser.add_argument("--specification", type=Path, help="a checkout of the specification, to read its sections from")
    parser.add_argument("--commit", help="the commit of that checkout")
    options = parser.parse_args()
    if (options.specification is None) != (options.commit is None):
        parser.error("--specification and --commit go together")
    if options.specification:
        save(read(options.specification, options.commit, load() if FACTS.exists() else None))

    specification, tests = load(), marked_tests()
    found = list(page.problems(specification, tests))
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        return 1
    page.PAGE.write_text(page.written(specification, tests), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
