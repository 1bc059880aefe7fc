"""Every example is found, runs, and is listed; a new one is run without a change here."""

from __future__ import annotations

import importlib
import inspect
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
SOURCES = sorted(path for path in (EXAMPLES / "src").rglob("*.py") if path.name != "__init__.py")
#: Examples that are one side of a pair; `test_public_and_private_key_apart` runs them.
HALVES = {"keyrings/raw_rsa_public_key.py", "keyrings/raw_rsa_private_key.py"}
#: Examples that need AWS KMS; `test_kms_examples.py` runs them.
IN_KMS = [path for path in SOURCES if path.parent.name == "aws_kms"]
WHOLE = [path for path in SOURCES if path not in IN_KMS and path.relative_to(EXAMPLES / "src").as_posix() not in HALVES]
PLAINTEXTS = {"empty": b"", "one byte": b"x", "a frame and more": bytes(range(256)) * 20}


def name_of(path: Path) -> str:
    """Return how the README calls an example."""
    return path.relative_to(EXAMPLES / "src").as_posix()


def load(path: Path) -> ModuleType:
    """Import an example."""
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def test_examples_are_found() -> None:
    assert {name_of(path) for path in SOURCES} >= HALVES
    assert len(WHOLE) >= 10


@pytest.mark.parametrize("path", WHOLE, ids=name_of)
def test_contract(path: Path) -> None:
    run = load(path).run
    assert list(inspect.signature(run).parameters) == ["source_plaintext"], (
        "run() of an example takes the plaintext alone; an example with other parameters belongs to HALVES, with a test of its own"
    )
    contract = inspect.getdoc(run) or ""
    assert ":param source_plaintext:" in contract
    assert ":returns:" in contract


@pytest.mark.parametrize("plaintext", PLAINTEXTS.values(), ids=PLAINTEXTS)
@pytest.mark.parametrize("path", WHOLE, ids=name_of)
def test_run_returns_the_plaintext(path: Path, plaintext: bytes) -> None:
    assert load(path).run(plaintext) == plaintext


@pytest.mark.parametrize("path", WHOLE, ids=name_of)
def test_example_is_a_program(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("password", [None, "correct horse"], ids=["plain", "password"])
def test_public_and_private_key_apart(tmp_path: Path, password: str | None) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    letter = b"Dear archive,\n" * 1000

    # As two programs, each with its own half of the key pair.
    message = program("raw_rsa_public_key.py", public, letter)
    assert letter not in message
    assert program("raw_rsa_private_key.py", private, message, PRIVATE_KEY_PASSWORD=password or "") == letter

    # As functions.
    encrypt, decrypt = (load(EXAMPLES / "src" / half).run for half in sorted(HALVES, reverse=True))
    message = encrypt(letter, public.read_bytes())
    assert decrypt(message, private.read_bytes(), password.encode() if password else None) == letter


@pytest.mark.parametrize("half", sorted(HALVES))
def test_a_half_without_a_key_says_what_it_needs(half: str) -> None:
    command = [sys.executable, str(EXAMPLES / "src" / half)]
    done = subprocess.run(command, input=b"", capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"usage: python ")
    assert b"_KEY.pem" in done.stderr


def program(name: str, key: Path, source: bytes, **environment: str) -> bytes:
    """Run one of the halves with ``source`` on its standard input, and return what it writes."""
    command = [sys.executable, str(EXAMPLES / "src" / "keyrings" / name), str(key)]
    done = subprocess.run(command, input=source, capture_output=True, check=False, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_example_is_listed(path: Path) -> None:
    assert f"``src/{name_of(path)}``" in (EXAMPLES / "README.rst").read_text(encoding="utf-8")


def test_readme_lists_no_example_that_is_gone() -> None:
    text = (EXAMPLES / "README.rst").read_text(encoding="utf-8")
    listed = {word for word in text.split("``") if word.startswith("src/") and word.endswith(".py")}
    assert listed == {f"src/{name_of(path)}" for path in SOURCES}
