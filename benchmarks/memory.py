"""Peak memory of streams above what the import holds, for frame lengths from 1 byte to 1 MiB.

Usage: ``python -m benchmarks.memory [--size BYTES] [--signed] [--json FILE]``. Each figure is that of a process of its own. Frames
shorter than 64 bytes get a smaller body, as they take long and need the same memory for any length.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import aws_encryption_sdk
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.keyrings.raw import RawAESKeyring

FRAME_LENGTHS = (1, 2, 16, 64, 256, 1024, 4096, 16384, 65536, 1 << 20)
SHORT_FRAME = 64
SHORT_FRAME_BODY = 16 << 20
READ_BYTES = 64 * 1024
MIB = 1 << 20


def peak_bytes() -> int:
    """Return the peak resident size of this process in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def measure(mode: str, source: Path, target: Path, frame_length: int, suite_name: str) -> int:
    """Stream one file to another; return the bytes of memory taken above the import."""
    client = aws_encryption_sdk.EncryptionSDKClient()
    keyring = RawAESKeyring("benchmark", "memory", bytes(32))
    before = peak_bytes()
    arguments: dict[str, Any] = {}
    if mode == "e":
        arguments = {"frame_length": frame_length, "algorithm": AlgorithmSuite[suite_name]}
    with source.open("rb", buffering=0) as plain, target.open("wb", buffering=0) as sink:
        stream = client.stream(mode=mode, source=plain, keyring=keyring, **arguments)
        while piece := stream.read(READ_BYTES):
            sink.write(piece)
    return peak_bytes() - before


def run(mode: str, source: Path, target: Path, frame_length: int, suite_name: str) -> int:
    """Run :func:`measure` in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.memory",
        "--child",
        mode,
        str(source),
        str(target),
        str(frame_length),
        suite_name,
    ]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Print a table."""
    if sys.argv[1:2] == ["--child"]:
        mode, source, target, length_text, suite_name = sys.argv[2:]
        print(measure(mode, Path(source), Path(target), int(length_text), suite_name))
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=1 << 30, help="bytes of plaintext (default: 1 GiB)")
    parser.add_argument("--signed", action="store_true", help="use the signed suite 0x0578 instead of 0x0478")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    suite = "AES_256_GCM_HKDF_SHA512_COMMIT_KEY" + ("_ECDSA_P384" if options.signed else "")
    print(f"{'frame length':>12} {'plaintext MiB':>14} {'encrypt MiB':>12} {'decrypt MiB':>12}")
    rows: list[dict[str, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        plain, message, again = (Path(folder) / name for name in ("plain", "message", "again"))
        for frame_length in FRAME_LENGTHS:
            size = min(options.size, SHORT_FRAME_BODY) if frame_length < SHORT_FRAME else options.size
            with plain.open("wb") as file:
                os.truncate(file.fileno(), size)
            encrypt = run("e", plain, message, frame_length, suite)
            decrypt = run("d", message, again, frame_length, suite)
            if again.stat().st_size != size:
                raise SystemExit("the decrypted file has another length")
            print(f"{frame_length:>12} {size / MIB:>14.0f} {encrypt / MIB:>12.2f} {decrypt / MIB:>12.2f}", flush=True)
            rows.append({"frame_length": frame_length, "size": size, "encrypt": encrypt, "decrypt": decrypt})
    if options.json:
        options.json.write_text(json.dumps({"suite": suite, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
