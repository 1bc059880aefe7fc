"""Writes the data files of this folder, or with ``--check`` compares them with what it would write.

Run it from anywhere: ``python test/vectors/make_vectors.py [--check]``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> int:
    """Write or compare the files; return the exit status."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from test.vectors.data_files import files
    from test.vectors.key_wrapping import FOLDER

    parser = argparse.ArgumentParser(description="Write the message vectors, or check that they are up to date.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file differs")
    check = parser.parse_args().check
    different = []
    for name, text in list(files()):
        path = FOLDER / name
        if not check:
            path.write_text(text, encoding="ascii", newline="\n")
        elif not path.exists() or path.read_text(encoding="ascii") != text:
            different.append(name)
    if different:
        sys.stderr.write(f"not as make_vectors.py writes them: {', '.join(different)}\n")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
