"""The two commands that open README.rst: that they come first, stand alone, and are what `.ci/run` and tox run."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.rst").read_text(encoding="utf-8")
#: A literal block: an indented block after a ``code-block`` directive or a line that ends in two colons.
LITERAL_BLOCK = re.compile(r"^(?:\.\. code(?:-block)?::.*|(?!\.\. ).*::)\n\n((?:[ \t]+\S.*\n|\n)+)", re.MULTILINE)


@pytest.fixture(scope="module")
def commands() -> tuple[str, str]:
    """Return the first two literal blocks: the demonstration, and the tests."""
    demo, tests, *_ = (block.strip() for block in LITERAL_BLOCK.findall(README))
    return demo, tests


def test_each_command_is_one_line_that_makes_its_own_environment(commands: tuple[str, str]) -> None:
    environments = []
    for command in commands:
        match = re.fullmatch(
            r"python3 -m venv (?P<environment>\S+) "
            r"&& (?P=environment)/bin/python -m pip install [^&]+ "
            r"&& (?P=environment)/bin/python [^&]+",
            command,
        )
        assert match, command
        environments.append(match["environment"])
    assert environments[0] != environments[1]


def test_first_command_runs_the_demo(commands: tuple[str, str]) -> None:
    assert commands[0].endswith("/bin/python examples/demo.py")
    assert (ROOT / "examples" / "demo.py").is_file()


def test_second_command_runs_all_tests(commands: tuple[str, str]) -> None:
    assert "'.[test]'" in commands[1]
    assert re.search(r"/bin/python -m pytest( -n \w+)?$", commands[1])


def test_nothing_but_a_title_and_a_short_program_comes_before_the_commands(commands: tuple[str, str]) -> None:
    assert README.index(commands[0]) < README.index(commands[1])
    assert len(README[: README.index(commands[1])].splitlines()) <= 26


def test_ci_runs_the_test_command_word_for_word(commands: tuple[str, str]) -> None:
    lines = [line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    assert lines.count(commands[1]) == 1


def test_ci_is_executable() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_environments_of_the_commands_are_ignored_by_git(commands: tuple[str, str]) -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for command in commands:
        assert command.split()[3].startswith(".venv")
    assert ".venv*/" in ignored


def test_tox_has_every_environment() -> None:
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    listed = {name.strip() for name in tox["tox"]["env_list"].split(",")}
    assert listed >= {"py310", "py311", "py312", "py313", "lowest", "lint", "types", "docs", "interop", "demo"}
    assert tox["testenv:demo"]["commands"].strip() == "python examples/demo.py"


def test_readme_is_short() -> None:
    assert len(README.splitlines()) < 200
