"""`obsgen init`: a catalog that works at once, in a project of one's own, and never at its cost."""

import os
import tomllib

import pytest
import yaml

from obsgen import line, scaffold
from obsgen.config import ConfigError, find_root, read
from obsgen.targets import registered
from tests import tools
from tests.rule_tests import alerts, asserted_states, problems

OWN = '# mine\n[project]\nname = "mine"  # keep\n\n[tool.other]\nx = [1,\n  2]\n'


def tree(folder):
    """Return path -> bytes of everything below *folder*."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def built(folder):
    """Build and check the catalog in *folder*; return what was written."""
    config = read(find_root(folder))
    outcome = line.build(config, folder)
    assert outcome.report is not None
    assert outcome.diagnostics == ()
    assert line.check(config, folder).diagnostics == ()
    return outcome


def test_in_an_empty_folder(tmp_path):
    """The example builds and checks clean at once, with something for every target."""
    target = tmp_path / "my service" / "deep"
    written = scaffold.write(target)
    assert sorted(tree(target)) == sorted(path.relative_to(target).as_posix() for path in written) == [
        ".github/workflows/obsgen.yml", "pyproject.toml", "specs/shared.yaml", "specs/shop.yaml",
    ]  # fmt: skip
    outcome = built(target)
    assert {one.path.partition("/")[0] for one in outcome.artifacts} == {one.name for one in registered()}


@pytest.mark.parametrize(
    "before",
    [OWN, OWN.rstrip("\n"), OWN.replace("\n", "\r\n"), OWN.replace("\n", "\r\n").rstrip(), "", "\n\n", OWN + "\n\n\n",
     'tool.other.x = 1\n[project]\nname = "ü"\n'],
)  # fmt: skip
def test_beside_other_settings(tmp_path, before):
    """What pyproject.toml says stays as it is, to the byte, line ends included."""
    file = tmp_path / "pyproject.toml"
    file.write_bytes(before.encode())
    scaffold.write(tmp_path)
    after = file.read_bytes()
    assert after.startswith(before.encode())
    expected = tomllib.loads(before)
    found = tomllib.loads(after.decode())
    found["tool"].pop("obsgen")
    assert {key: value for key, value in found.items() if value} == expected
    if "\r\n" in before:
        assert after.count(b"\n") == after.count(b"\r\n")
    built(tmp_path)


TAKEN = {
    "specs/shop.yaml": "x",
    "specs/of/others.yml": "x",
    ".github/workflows/obsgen.yml": "x",
    "pyproject.toml": "[tool.obsgen]\n",
}


@pytest.mark.parametrize("path", TAKEN)
def test_nothing_is_overwritten(tmp_path, path):
    """Whatever is there already stops it, is named, and nothing is written."""
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(TAKEN[path], encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(ConfigError) as refused:
        scaffold.write(tmp_path)
    assert path in str(refused.value)
    assert "obsgen init DIR" in str(refused.value)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("content", [b"[tool", b"\xff", b"tool = {}\n", b"[tool]\nobsgen = {}\n", b"[[tool.obsgen]]\n"])
def test_a_file_that_cannot_be_added_to(tmp_path, content):
    """A pyproject.toml that would be broken by the settings is left alone."""
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(ConfigError):
        scaffold.write(tmp_path)
    assert tree(tmp_path) == {"pyproject.toml": content}


def test_a_folder_that_cannot_be_written(tmp_path):
    """The system's refusal is passed on, and what was written before is gone again."""
    (tmp_path / ".github").write_text("a file", encoding="utf-8")
    with pytest.raises(OSError, match=r"\.github"):
        scaffold.write(tmp_path)
    assert tree(tmp_path) == {".github": b"a file"}


def test_the_example_reads_well(tmp_path):
    """The job of the CI file checks, the schema line leads to the generated schema."""
    scaffold.write(tmp_path)
    built(tmp_path)
    workflow = yaml.safe_load((tmp_path / ".github/workflows/obsgen.yml").read_text(encoding="utf-8"))
    assert [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step] == [
        "pip install wheels/obsgen-*.whl", "obsgen check --format github",
    ]  # fmt: skip
    for path in (tmp_path / "specs").glob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        schema = os.path.normpath(path.parent / first.rpartition("$schema=")[2])
        assert os.path.isfile(schema)


def test_its_alerts_pass_their_tests(tmp_path):
    """promtool fires and quietens each alert of the example."""
    scaffold.write(tmp_path)
    built(tmp_path)
    folder = tmp_path / "generated" / "prometheus"
    files = sorted((folder / "tests").glob("*.yml"))
    assert [found for file in files for found in problems(file)] == []
    assert {name for file in files for name in asserted_states(file)} == set(alerts(folder / "rules/shop.yml"))
    result = tools.run("promtool", "test", "rules", *files)
    assert result.returncode == 0, result.stdout + result.stderr
