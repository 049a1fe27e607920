"""Every way out of the command ends in a sentence and the code that the help names."""

from __future__ import annotations

import errno
import json
import os

import pytest

from obsgen import __version__, line, pages, shortcut
from obsgen.config import read
from obsgen.output import OutputError, Places, changes, drift
from tests import tools
from tests.cli.projects import files, here, process, shipped, small


def test_clean_and_findings(tmp_path, monkeypatch, capsys):
    """0 for a clean catalog, 1 with an error among the findings and 1 with drift."""
    project = small(tmp_path / "project")
    assert here(project, monkeypatch, "check") == 1
    assert here(project, monkeypatch, "build") == 0
    assert here(project, monkeypatch, "check") == 0
    (project / "specs" / "shop.yaml").write_text("obsgen: 2\n", encoding="utf-8")
    assert here(project, monkeypatch, "check") == 1
    assert here(project, monkeypatch, "build") == 1
    assert "nothing was written" in capsys.readouterr().out


def test_in_ci_the_long_way_is_taken(tmp_path, monkeypatch, capsys):
    """With CI set, and with --full, `check` renders everything whatever the memo says."""
    project = small(tmp_path / "project")
    assert here(project, monkeypatch, "build") == 0
    called = []
    real = line.check
    monkeypatch.setattr(line, "check", lambda *args, **more: called.append(1) or real(*args, **more))
    assert here(project, monkeypatch, "check") == 0
    assert called == []
    assert here(project, monkeypatch, "check", "--full") == 0
    monkeypatch.setenv("CI", "true")
    monkeypatch.chdir(project)
    from obsgen.cli import run

    assert run(["check"]) == 0
    assert called == [1, 1]
    assert capsys.readouterr().err == ""


def test_a_bug_of_ours(tmp_path, monkeypatch, capsys):
    """3 where obsgen itself is wrong: one sentence, the place, and no traceback."""
    project = small(tmp_path / "project")

    def broken(*_args, **_more):
        raise KeyError("gone")

    for command in ("check", "build"):
        monkeypatch.setattr(line, command, broken)
        assert here(project, monkeypatch, command) == 3
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("bug in obsgen: KeyError: 'gone'\n  at test_exit_codes.py:")
        assert "Traceback" not in said.err
        assert "please report" in said.err


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (KeyboardInterrupt(), "\ninterrupted\n"),
        (
            PermissionError(errno.EACCES, "Permission denied", "specs/a.yaml"),
            "error: specs/a.yaml: Permission denied\n",
        ),
        (OSError(errno.EMFILE, "Too many open files"), "error: system: Too many open files\n"),
    ],
)
def test_could_not_run(tmp_path, monkeypatch, capsys, problem, said):
    """2 where the system or the user stops it."""
    project = small(tmp_path / "project")

    def stopped(*_args, **_more):
        raise problem

    monkeypatch.setattr(line, "check", stopped)
    assert here(project, monkeypatch, "check") == 2
    assert capsys.readouterr().err == said


def test_a_full_disk(tmp_path, monkeypatch, capsys):
    """2 and a word on what to do; every file is as it was, and the next build heals."""
    project = small(tmp_path / "project")
    assert here(project, monkeypatch, "build") == 0
    catalog = project / "specs" / "shop.yaml"
    catalog.write_text(catalog.read_text(encoding="utf-8").replace("over: 5m", "over: 10m"), encoding="utf-8")
    before = files(project)
    real = os.fsync

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    capsys.readouterr()
    assert here(project, monkeypatch, "build") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: `generated/")
    assert "cannot be written: there is no space left" in said.err
    assert "  = help: free some space" in said.err
    assert files(project) == before
    monkeypatch.setattr(os, "fsync", real)
    assert here(project, monkeypatch, "build") == 0
    assert here(project, monkeypatch, "check", "--full") == 0


def test_an_output_folder_that_cannot_be(tmp_path, monkeypatch, capsys):
    """2 where a file stands in the place of the output folder, or the system has no such place."""
    project = small(tmp_path / "project")
    (project / "generated").write_text("a file", encoding="utf-8")
    assert here(project, monkeypatch, "build") == 2
    assert "`generated` is not a folder" in capsys.readouterr().err
    assert here(project, monkeypatch, "--out", "/proc/obsgen", "build") == 2
    assert capsys.readouterr().err.startswith("error: `/proc/obsgen")


def test_an_unwritable_output_folder(tmp_path, monkeypatch, capsys):
    """2 where nobody may write."""
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    project = small(tmp_path / "project")
    (project / "generated").mkdir(mode=0o500)
    assert here(project, monkeypatch, "build") == 2
    assert "permission denied" in capsys.readouterr().err


def test_places_are_named_as_the_user_sees_them(tmp_path, monkeypatch, capsys):
    """A place below the current folder is named relative to it."""
    project = small(tmp_path / "project")

    def refused(*_args, **_more):
        raise OutputError(project / "generated" / "x", "is odd", help="mend it")

    monkeypatch.setattr(line, "build", refused)
    assert here(project, monkeypatch, "build") == 2
    assert capsys.readouterr().err == "error: `generated/x` is odd\n  = help: mend it\n"


#: Content -> the same with one byte changed, added or taken away.
SLIPS = {
    "changed": lambda text: text[: len(text) // 2] + bytes([text[len(text) // 2] ^ 1]) + text[len(text) // 2 + 1 :],
    "added": lambda text: text + b"\n",
    "taken": lambda text: text[:-1],
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a project with everything that the shipped catalog gives, what was rendered, and each file's content."""
    project = shipped(tmp_path_factory.mktemp("shipped") / "project")
    outcome = line.build(read(project), project)
    assert outcome.diagnostics == ()
    content = {
        path: text
        for path, text in files(project).items()
        if not path.startswith("specs/") and path != "pyproject.toml"
    }
    assert {path.partition("/")[0] for path in content} == {"generated", "src"}
    return project, outcome.artifacts, content


@pytest.mark.parametrize("slip", SLIPS)
def test_any_byte_below_generated(built, slip):
    """Changing, adding or taking one byte in any one generated file of the shipped catalog is found, and the file is named."""
    project, rendered, content = built
    config = read(project)
    inputs = shortcut.digest(config.specs, config.deciding)
    assert shortcut.unchanged(config.root, config.out, inputs) is not None
    for path, text in content.items():
        (project / path).write_bytes(SLIPS[slip](text) if text else b"x")
        assert shortcut.unchanged(config.root, config.out, inputs) is None, path
        # What is rendered does not depend on these files, so it is the same for all of them.
        compared = changes(rendered, Places(root=config.root, out=config.out))
        named = {one.primary.span.path for one in drift(compared, lambda file: file.relative_to(project).as_posix())}
        assert path in named
        (project / path).write_bytes(text)
    assert line.check(config, project).diagnostics == ()


@pytest.mark.parametrize("only", ["generated/manifest.json", None])
@pytest.mark.parametrize("slip", SLIPS)
def test_all_that_changed_is_named(built, monkeypatch, capsys, slip, only):
    """With one byte changed, added or taken in the manifest, or in every other file, the command names them all."""
    project, _, content = built
    changed = {path for path in content if (path == "generated/manifest.json") == (only is not None)}
    assert changed
    for path in changed:
        (project / path).write_bytes(SLIPS[slip](content[path]) if content[path] else b"x")
    try:
        assert here(project, monkeypatch, "check", "--format", "json") == 1
    finally:
        for path in changed:
            (project / path).write_bytes(content[path])
    assert {json.loads(text)["file"] for text in capsys.readouterr().out.splitlines()} >= changed


def test_json_has_the_documented_fields(tmp_path, monkeypatch, capsys):
    """One object a line, with every field that a program may count on, whatever kind of finding it is."""
    project = small(tmp_path / "project")
    catalog = project / "specs" / "shop.yaml"
    catalog.write_text(catalog.read_text(encoding="utf-8").replace("rate: shop", "rate: shp"), encoding="utf-8")
    assert here(project, monkeypatch, "check", "--format", "json") == 1
    findings = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    catalog.write_text(catalog.read_text(encoding="utf-8").replace("rate: shp", "rate: shop"), encoding="utf-8")
    assert here(project, monkeypatch, "check", "--format", "json") == 1
    findings += [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert {one["code"] for one in findings} >= {"query/unknown-metric", "drift/missing"}
    needed = {"code", "severity", "file", "line", "column", "end_line", "end_column", "message", "help"}
    for one in findings:
        assert needed <= set(one) <= needed | {"related", "detail"}
        assert {type(one[name]) for name in ("line", "column", "end_line", "end_column")} == {int}


@pytest.mark.parametrize("code", pages.codes())
def test_every_page_can_be_printed(code, tmp_path, monkeypatch, capsys):
    """`obsgen explain CODE` prints the page of each finding, from any folder."""
    assert here(tmp_path, monkeypatch, "explain", code) == 0
    assert capsys.readouterr().out.startswith(f"# {code}\n")


def test_the_list_of_pages(tmp_path, monkeypatch, capsys):
    """Without a code all of them are listed with what they are, one a line, a blank line between groups; plain in a pipe."""
    assert here(tmp_path, monkeypatch, "explain") == 0
    listed = capsys.readouterr().out
    assert "\x1b" not in listed
    groups = [[line.split(maxsplit=1) for line in part.splitlines()] for part in listed.split("\n\n")]
    assert tuple(code for group in groups for code, _ in group) == pages.codes()
    assert all(len({code.partition("/")[0] for code, _ in group}) == 1 for group in groups)
    assert [said for group in groups for _, said in group] == [pages.summary(code) for code in pages.codes()]
    assert all(len(pages.summary(code)) > 20 for code in pages.codes())
    assert len(pages.codes()) > 20


@pytest.mark.parametrize("group", sorted({code.partition("/")[0] for code in pages.codes()}))
def test_the_list_of_a_group(group, tmp_path, monkeypatch, capsys):
    """Of a group its own codes are listed, as in the whole list."""
    assert here(tmp_path, monkeypatch, "explain") == 0
    whole = capsys.readouterr().out.splitlines()
    for name in (group, f"{group}/"):
        assert here(tmp_path, monkeypatch, "explain", name) == 0
        assert capsys.readouterr().out.splitlines() == [line for line in whole if line.startswith(f"{group}/")]


def test_version(tmp_path):
    """Both ways to start it say the same version, and nothing else."""
    assert process(tmp_path, "--version").stdout == f"obsgen {__version__}\n"
    late = process(tmp_path, "--out", "x", "--version")
    assert (late.returncode, late.stdout) == (0, f"obsgen {__version__}\n")


def test_the_checkout_itself_is_a_project(monkeypatch, capsys):
    """The settings of this repository are read, and its catalog has no error."""
    assert here(tools.CHECKOUT / "docs", monkeypatch, "check", "--format", "json") in (0, 1)
    found = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [one for one in found if not one["code"].startswith("drift/")] == []
