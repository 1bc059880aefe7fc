"""Makes pytest parameters of test cases; a case that is not run is skipped, and carries its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from .archives import vectors_folder, why_folder_is_missing
from .keys import why_not_built
from .manifests import Case


def archive_parameters(names: Iterable[str], read: Callable[[str], Iterable[Case]]) -> list[object]:
    """Return a parameter for each case of the archives ``names``, read by ``read``."""
    return list(_parameters(names, "{}.zip", lambda name: map(_case_parameter, read(name))))


def known_answer_parameters(names: Iterable[str], read: Callable[[str], Any], reason: str | None = None) -> list[object]:
    """Return a parameter for each entry of the files of known answers ``names``; with a ``reason``, all are skipped."""

    def parameters(name: str) -> Iterator[object]:
        for number, entry in enumerate(read(name), start=1):
            entry_id = f"{name}/{number:02}"
            yield pytest.param(entry, id=entry_id) if reason is None else _skipped(entry_id, reason)

    return list(_parameters(names, "known-answers/{}.json", parameters))


def _parameters(names: Iterable[str], file_form: str, read: Callable[[str], Iterable[object]]) -> Iterator[object]:
    missing = why_folder_is_missing()
    if missing is not None:
        yield _skipped("no-vectors", missing)
        return
    for name in names:
        file = file_form.format(name)
        if (vectors_folder() / file).is_file():
            yield from read(name)
        else:
            yield _skipped(f"no-{name}", f"{file} is not in the folder of published vectors")


def _case_parameter(case: Case) -> object:
    reason = why_not_built(case.key_description, case.archive.keys)
    return pytest.param(case, id=case.id) if reason is None else _skipped(case.id, reason)


def _skipped(parameter_id: str, reason: str) -> object:
    return pytest.param(None, id=parameter_id, marks=pytest.mark.skip(reason=reason))
