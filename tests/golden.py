"""Golden trees: what is generated from a small catalog, compared whole with files that a reviewer has read."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest


def compare_tree(actual: Mapping[str, str], expected_dir: Path, update: bool) -> None:
    """
    Compare generated files with a golden folder, byte for byte and in both directions.

    Args:
        actual: Text by path, relative to the golden folder, with `/` between the parts.
        expected_dir: The golden folder.
        update: Make the folder equal to *actual* instead (`pytest --update-golden`).

    Raises:
        pytest.fail.Exception: If a file differs, is missing or is unexpected; the message shows each as a unified diff.
    """
    if update:
        _write_tree(actual, expected_dir)
        return
    expected = _read_tree(expected_dir)
    findings = [text for path in sorted({*actual, *expected}) for text in _differences(path, actual, expected)]
    if findings:
        findings.append(f"If this is meant: `pytest --update-golden`, then read the diff of {expected_dir}")
        pytest.fail("\n".join(findings), pytrace=False)


def _differences(path: str, actual: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[str]:
    if path not in actual:
        yield f"{path}: in the golden folder, but no longer generated"
    elif path not in expected:
        yield f"{path}: generated, but not in the golden folder"
    elif actual[path] != expected[path]:
        yield f"{path}: generated text differs"
    else:
        return
    before = expected.get(path, "").splitlines(keepends=True)
    after = actual.get(path, "").splitlines(keepends=True)
    for line in difflib.unified_diff(before, after, f"golden/{path}", f"generated/{path}"):
        yield line.removesuffix("\n") if line.endswith("\n") else f"{line}\n\\ no newline at the end of the file"


def _read_tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    # Decoded from bytes: reading as text would turn \r\n into \n and hide the difference.
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8") for path in files}


def _write_tree(actual: Mapping[str, str], folder: Path) -> None:
    for path in _read_tree(folder).keys() - actual.keys():
        (folder / path).unlink()
    for directory in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(directory.iterdir()):
            directory.rmdir()  # else a file could not take the place of a folder
    for path, text in actual.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8"))
