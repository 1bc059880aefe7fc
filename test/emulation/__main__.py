"""Run the emulation as a program: it prints its endpoint, and stops when its standard input ends."""

from __future__ import annotations

import sys

from test.emulation.server import EmulationServer
from test.emulation.settings import settings


def main() -> None:
    """Serve until standard input ends, or until interrupted."""
    with EmulationServer() as server:
        for name, value in settings(server.endpoint).items():
            print(f"export {name}={value}", flush=True)
        try:
            sys.stdin.read()
        except KeyboardInterrupt:
            print(file=sys.stderr)


if __name__ == "__main__":
    main()
