"""Finds the folder of published test vectors, and opens what is in it."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs

#: The environment variable that names the folder.
FOLDER_VARIABLE: Final = "AWS_ENCRYPTION_SDK_VECTORS"
_PROJECT_ROOT: Final = Path(__file__).resolve().parents[2]

#: An object of JSON.
Json = Mapping[str, Any]


def vectors_folder() -> Path:
    """Return the folder that should hold the vectors; it need not exist."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else _PROJECT_ROOT.parent / "shared" / "vectors"


def why_folder_is_missing() -> str | None:
    """Say that there is no folder of vectors, and what to do about it; None where there is one."""
    folder = vectors_folder()
    if folder.is_dir():
        return None
    return f"the folder of published vectors is missing ({folder}); set {FOLDER_VARIABLE} to where it is"


def known_answers(name: str) -> Any:
    """Read one file of known answers."""
    return json.loads((vectors_folder() / "known-answers" / f"{name}.json").read_bytes())


@attrs.frozen(eq=False)
class Archive:
    """One zip file of vectors: its manifest, its keys, and files that are read when they are asked for."""

    name: str
    manifest: Json
    keys: Json
    _zip: zipfile.ZipFile = attrs.field(repr=False)

    def read(self, address: str) -> bytes:
        """Return the file at a ``file://`` address."""
        return self._zip.read(_member(address))

    def check_form(self, form: str, versions: tuple[int, ...]) -> None:
        """Fail on a manifest that would be misread."""
        head = self.manifest["manifest"]
        if head["type"] != form or head["version"] not in versions:
            raise ValueError(f"{self.name}: the manifest is {head}; {form} of a version in {versions} was expected")


@cache
def archive(name: str) -> Archive:
    """Open one archive; it is kept in memory."""
    zip_file = zipfile.ZipFile(io.BytesIO((vectors_folder() / f"{name}.zip").read_bytes()))
    manifest = json.loads(zip_file.read("manifest.json"))
    keys = json.loads(zip_file.read(_member(manifest["keys"])))["keys"]
    return Archive(name, manifest, keys, zip_file)


def _member(address: str) -> str:
    return address.removeprefix("file://")
