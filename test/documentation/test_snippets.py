"""Every snippet of the documentation runs, and does what the page says."""

from __future__ import annotations

import doctest
import importlib.util
import json
import logging
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Final

import pytest

from test.documentation.pages import DOC, PAGES, ROOT, included_files, name_of, nameless_blocks, snippets, text_of
from test.emulation.clients import READS_ENDPOINT_FROM_ENVIRONMENT

#: Commands, and what runs them: each is looked for there.
COMMANDS: Final = {
    "python3 -m venv .venv-demo": ROOT / "test" / "unit" / "test_readme_commands.py",
    "python3 -m venv .venv-test": ROOT / ".ci" / "run",
    "python3 -m venv .venv-kms": ROOT / "test" / "examples" / "test_kms_examples.py",
    "grep -rl aws_cryptographic": Path(__file__),
    "python3 -m pip install --quiet --target layer": ROOT / ".ci" / "check_package.py",
}
#: Languages of blocks that are no programs: what a program printed, and pieces of files of other programs.
NO_PROGRAMS: Final = {"text"}
#: What a page has to mention if it needs an endpoint that old versions of boto3 do not read from the environment.
NEEDS_AWS: Final = ("boto3", "aws_kms", "AwsKms")

RUN = [page for page in PAGES if doctest.DocTestParser().get_examples(text_of(page))]


def examples_of(page: Path) -> doctest.DocTest:
    """Return what a page does at the prompt."""
    return doctest.DocTestParser().get_doctest(text_of(page), {"__name__": "__main__"}, name_of(page), str(page), 0)


def test_pages_are_found() -> None:
    assert len(RUN) >= 14
    assert {DOC / "index.rst", ROOT / "README.rst", DOC / "concepts.rst"} <= set(PAGES)


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_page_at_the_prompt(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    test = examples_of(page)
    sources = "".join(example.source for example in test.examples)
    if not READS_ENDPOINT_FROM_ENVIRONMENT and any(word in sources for word in NEEDS_AWS):
        pytest.skip("this boto3 does not read AWS_ENDPOINT_URL_KMS, through which the page finds the emulation")
    if "mock_aws" in sources:
        run_apart(page)
        return
    levels = {name: logging.getLogger(name).level for name in ("", "botocore", "boto3", "aws_encryption_sdk")}
    try:
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    assert result.attempted
    assert not result.failed, capsys.readouterr().out


def run_apart(page: Path) -> None:
    """Run a page in another process: moto's decorator would empty the emulation that the tests of this process share."""
    command = [sys.executable, "-m", "doctest", "-o", "ELLIPSIS", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_python_is_at_the_prompt_or_in_an_example(page: Path) -> None:
    for snippet in snippets(page):
        if snippet.language in {"python", "pycon"}:
            pytest.fail(
                f"{name_of(page)}:{snippet.line}: write Python with >>>, which this test runs, or show a file of examples/"
            )
    for path in included_files(page):
        assert path.is_relative_to(ROOT / "examples"), f"{path} is run by no test"
        assert path.is_file()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_other_blocks_are_known(page: Path) -> None:
    for line, command in nameless_blocks(page):
        module = re.match(r"python -m (\S+)", command)
        assert module, f"{name_of(page)}:{line}: use code-block, and say the language"
        assert importlib.util.find_spec(module[1]), f"{name_of(page)}:{line}"
    for snippet in snippets(page):
        where = f"{name_of(page)}:{snippet.line}"
        if snippet.language == "json":
            assert json.loads(snippet.body), where
        elif snippet.language == "shell":
            known = [command for command in COMMANDS if snippet.body.startswith(command)]
            assert known, f"{where}: say in COMMANDS what runs it"
        else:
            assert snippet.language in NO_PROGRAMS, where


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_run_where_it_is_said(command: str) -> None:
    runner = COMMANDS[command]
    programs = {
        ".venv-demo": "demo",
        ".venv-test": "venv-test",
        ".venv-kms": "kms_quick_start",
        "layer": "lambda-layers.rst",
        "aws_cryptographic": "migration-from-mpl.rst",
    }
    assert programs[command.rsplit(maxsplit=1)[-1]] in runner.read_text(encoding="utf-8")


def test_the_command_that_changes_imports(tmp_path: Path) -> None:
    page = DOC / "migration-from-mpl.rst"
    (command,) = [snippet.body for snippet in snippets(page) if snippet.body.startswith("grep -rl")]
    (tmp_path / "src").mkdir()
    program = tmp_path / "src" / "program.py"
    program.write_text("from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders\n", "utf-8")
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True, timeout=60)
    assert program.read_text("utf-8") == (
        "from aws_encryption_sdk.material_providers.mpl import AwsCryptographicMaterialProviders\n"
    )


def test_a_wrong_page_is_noticed(tmp_path: Path) -> None:
    page = ROOT / "wrong.rst"
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, name_of(page), str(page), 0)
    with warnings.catch_warnings():
        assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda _: None).failed == 1
