"""Compare the hierarchical keyring with a raw AES keyring, and both with those of the Material Providers Library.

Usage, from the project's root, with the project and its test requirements installed::

    python -m benchmarks.branch_keys [--short] [--released-python PYTHON]

10,000 messages of 1 KiB for 100 tenants, in suite 0x0478. AWS KMS and DynamoDB are an emulation in a process of its own. Without a
Python that has the released package with its MPL extra, its figures are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from test.emulation.settings import settings

from benchmarks.branch_key_side import MESSAGE, MPL, REGION, SUITE, TENANTS
from benchmarks.machine import machine_facts
from benchmarks.released import VARIABLE
from benchmarks.workers import own_package_folder

SIDE = Path(__file__).with_name("branch_key_side.py")
ROOT = Path(__file__).resolve().parents[1]
MESSAGES, SHORT_MESSAGES = 10_000, 2_000
#: The other side takes its time: a tenth of the messages tells as much.
SHARE_OF_RELEASED = 10
ROUNDS, SHORT_ROUNDS, RELEASED_ROUNDS = 7, 3, 1
#: How many times the time of a raw AES keyring the hierarchical keyring may take.
BAR = 1.5


def main() -> None:
    """Measure, print the table, and fail where a bar is not reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.branch_keys", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--short", action="store_true", help="fewer messages and turns")
    parser.add_argument(
        "--released-python",
        default=os.environ.get(VARIABLE) or None,
        help=f"a Python with its MPL extra (default: ${VARIABLE})",
    )
    options = parser.parse_args()
    messages = SHORT_MESSAGES if options.short else MESSAGES
    rounds = SHORT_ROUNDS if options.short else ROUNDS
    print(", ".join(f"{name}: {fact}" for name, fact in machine_facts().items()))
    with emulation() as environment:
        table, key_arn = make_table_and_key(environment)
        ours = measure("ours", sys.executable, environment, table, key_arn, messages, rounds)
        theirs = None
        if options.released_python and has_mpl(options.released_python):
            share = messages // SHARE_OF_RELEASED
            theirs = measure("released", options.released_python, environment, table, key_arn, share, RELEASED_ROUNDS)
    print_table(ours, theirs)
    if not reached(ours):
        raise SystemExit("A bar is not reached")


@contextmanager
def emulation() -> Iterator[dict[str, str]]:
    """Run the emulation; give the environment that leads to it."""
    program = [sys.executable, "-m", "test.emulation"]
    with subprocess.Popen(program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise SystemExit("The emulation does not answer")
        lines = [process.stdout.readline() for _ in settings("")]
        led = dict(line.removeprefix("export ").rstrip("\n").split("=", 1) for line in lines)
        yield {**os.environ, **led}
        if process.stdin is not None:
            process.stdin.close()


def make_table_and_key(environment: Mapping[str, str]) -> tuple[str, str]:
    """Make a table for branch keys and a key in AWS KMS; return the name of the one and the ARN of the other."""
    program = f"""
import boto3
from aws_encryption_sdk.branch_keys import BranchKeyStore, KmsKeyArn
arn = boto3.client("kms", region_name={REGION!r}).create_key()["KeyMetadata"]["Arn"]
BranchKeyStore("benchmark", KmsKeyArn(arn), "benchmark").create_key_store()
print(arn)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=with_own_package(environment), check=True, capture_output=True, text=True
    )
    return "benchmark", done.stdout.strip()


def measure(
    side: str, python: str, environment: Mapping[str, str], table: str, key_arn: str, messages: int, rounds: int
) -> dict[str, Any]:
    """Return the figures of one side."""
    isolated = [] if side == "ours" else ["-I"]
    given = with_own_package(environment) if side == "ours" else environment
    command = [python, *isolated, str(SIDE), side, table, key_arn, str(messages), str(rounds)]
    done = subprocess.run(command, env=given, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{side} failed:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def with_own_package(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which this package is found first."""
    return {**environment, "PYTHONPATH": str(own_package_folder())}


def has_mpl(python: str) -> bool:
    """Tell whether a Python has the Material Providers Library."""
    return subprocess.run([python, "-I", "-c", f"import {MPL}"], check=False, capture_output=True).returncode == 0


def ratio(figures: Mapping[str, Any], direction: str) -> float:
    """Return how many times the time of the raw AES keyring the hierarchical keyring takes."""
    times = figures["microseconds"]
    return float(times["hierarchical"][direction] / times["raw AES"][direction])


def reached(figures: Mapping[str, Any]) -> bool:
    """Tell whether all bars are reached."""
    return max(figures["kms_calls"]) <= TENANTS and all(
        ratio(figures, direction) <= BAR for direction in ("encrypt", "decrypt")
    )


def print_table(ours: Mapping[str, Any], theirs: Mapping[str, Any] | None) -> None:
    """Print the figures: microseconds of CPU time for each message."""
    print(
        f"Messages of {MESSAGE} bytes for {TENANTS} tenants, suite 0x{SUITE:04x}; microseconds of CPU time for a message\n"
    )
    print(f"{'':40}{'encrypt':>10}{'decrypt':>10}")
    for name, figures in (("this package", ours), ("Material Providers Library", theirs)):
        if figures is None:
            print(f"{name}: not measured; name a Python that has it with --released-python")
            continue
        for keyring, times in figures["microseconds"].items():
            print(f"{name + ', ' + keyring:40}{times['encrypt']:10.1f}{times['decrypt']:10.1f}")
        ratios = [ratio(figures, direction) for direction in ("encrypt", "decrypt")]
        print(f"{'  hierarchical / raw AES':40}{ratios[0]:10.2f}{ratios[1]:10.2f}")
        encrypting, decrypting = figures["kms_calls"]
        print(f"{'  requests to AWS KMS':40}{encrypting:10}{decrypting:10}   for {figures['messages']} messages each\n")
    bars = f"at most {TENANTS} requests to AWS KMS, and at most {BAR} times the raw AES keyring"
    print(f"Bars: {bars}: {'yes' if reached(ours) else 'NO'}")


if __name__ == "__main__":
    main()
