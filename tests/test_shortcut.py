"""The memo of an unchanged tree: it never says `clean` where the long way would not."""

import json
import os
import shutil
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obsgen import cli, line, shortcut
from obsgen.cli.group import FORMATS
from obsgen.config import read
from obsgen.output import Places, changes, drift
from obsgen.settings import Settings
from obsgen.source.files import SUFFIXES
from obsgen.source.files import read as read_sources
from tests import tools


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a project that was built without findings; some collectors go into the project itself."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(tools.CHECKOUT / "specs", root / "specs")
    text = '[tool.obsgen.python.packages]\nruntime = "src/runtime_metrics"\n'
    (root / "pyproject.toml").write_text(text, encoding="utf-8")
    outcome = line.build(read(root), root)
    assert outcome.report is not None
    assert outcome.diagnostics == ()
    return root


def hits(root, **changed):
    """Return how many files the memo vouches for."""
    config = replace(read(root), **changed)
    known = shortcut.unchanged(config.root, config.out, shortcut.digest(config.specs, config.deciding))
    return known.files if known else 0


def generated(root):
    """Return every file that was generated."""
    return sorted(path for path in (*(root / "generated").rglob("*"), *(root / "src").rglob("*")) if path.is_file())


def test_an_unchanged_tree_is_known(built):
    """Right after a build everything is vouched for."""
    manifest = json.loads((built / "generated" / "manifest.json").read_bytes())
    assert hits(built) == len(manifest["output"]) + len(manifest["project"]) == len(generated(built)) - 1


def flipped(path, position):
    """Change one bit of a file; return how to undo it."""
    before = path.read_bytes()
    after = bytearray(before)
    after[position % len(after)] ^= 1
    path.write_bytes(after)
    return before


many = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(data=st.data())
@many
def test_any_byte_of_a_spec_counts(built, data):
    """One changed bit in the catalog leads the long way."""
    path = data.draw(st.sampled_from(sorted((built / "specs").rglob("*.yaml"))))
    before = flipped(path, data.draw(st.integers(0, 10_000)))
    assert hits(built) == 0
    path.write_bytes(before)
    assert hits(built) > 0


@pytest.fixture(scope="module")
def rendered(built):
    """Return what the long way compares the files with; no generated file has a say in it."""
    outcome = line.check(read(built), built)
    assert outcome.diagnostics == ()
    return outcome.artifacts


@given(data=st.data())
@many
def test_any_byte_of_a_generated_file_counts(built, rendered, data):
    """One changed bit in a generated file leads the long way, which then names it; the manifest is no exception."""
    path = data.draw(st.sampled_from([path for path in generated(built) if path.stat().st_size]))
    before = flipped(path, data.draw(st.integers(0, 100_000)))
    try:
        assert hits(built) == 0
        compared = changes(rendered, Places(root=built, out=built / "generated"))
        named = {one.primary.span.path for one in drift(compared, lambda path: path.relative_to(built).as_posix())}
        assert path.relative_to(built).as_posix() in named
    finally:
        path.write_bytes(before)
    assert hits(built) > 0


def test_manifest_bytes_one_by_one(built):
    """Not one byte of the manifest can change, be added or be taken away."""
    path = built / "generated" / "manifest.json"
    before = path.read_bytes()
    try:
        for position in range(0, len(before), 37):
            for after in (before[:position] + b" " + before[position:], before[:position] + before[position + 1 :]):
                path.write_bytes(after)
                assert hits(built) == 0, (position, after)
    finally:
        path.write_bytes(before)


def test_the_memo_is_the_users_own(built, tmp_path, monkeypatch):
    """Nothing of it stands in the project, and another user, or a fresh clone, takes the long way."""
    assert "inputs" not in json.loads((built / "generated" / "manifest.json").read_bytes())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert hits(built) == 0
    shortcut.remember(built / "generated", "x" * 32, [])
    (memo,) = (tmp_path / "obsgen").iterdir()
    memo.write_bytes(b"[]")
    assert hits(built) == 0


def test_a_cache_that_cannot_be_written_is_left_alone(built, tmp_path, monkeypatch):
    """A build does not fail for it."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert line.build(read(built), built).report is not None
    assert hits(built) == 0


def test_a_forgotten_entry_counts(built):
    """A manifest that no longer names a file does not vouch for the rest."""
    path = built / "generated" / "manifest.json"
    before = path.read_bytes()
    document = json.loads(before)
    document["output"].popitem()
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    assert hits(built) == 0
    path.write_bytes(before)


def test_a_missing_or_replaced_file_counts(built):
    """So does a file that is gone, and a link to the very same bytes."""
    path = generated(built)[3]
    aside = built / "aside"
    path.rename(aside)
    assert hits(built) == 0
    path.symlink_to(aside)
    assert hits(built) == 0
    path.unlink()
    aside.rename(path)
    assert hits(built) > 0


@pytest.mark.parametrize(
    "changed",
    [
        {"targets": ("alloy", "python")},
        {"settings": Settings(docs_url="https://docs.example")},
        {"python_packages": {}},
    ],
)
def test_settings_count(built, changed):
    """Every setting that decides about the files is part of the memo."""
    assert hits(built, **changed) == 0


@pytest.mark.parametrize("name", ["new.yaml", "deep/er/new.yml", "__pycache__/new.yaml", "empty.yaml"])
def test_new_files_count(built, name):
    """A file that comes or goes is noticed, wherever it lies."""
    path = built / "specs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("" if name == "empty.yaml" else "obsgen: 1\nshared: true\n", encoding="utf-8")
    assert hits(built) == 0
    path.unlink()
    assert hits(built) > 0
    moved = built / "specs" / "renamed.yaml"
    (built / "specs" / "shared.yaml").rename(moved)
    assert hits(built) == 0
    moved.rename(built / "specs" / "shared.yaml")


def test_dead_links_and_pipes_count(built):
    """What is no file is an error on the long way, so the memo does not hide it; a pipe is not waited for."""
    path = built / "specs" / "odd.yaml"
    path.symlink_to("nowhere")
    assert hits(built) == 0
    path.unlink()
    os.mkfifo(path)
    assert hits(built) == 0
    path.unlink()
    path.symlink_to(built, target_is_directory=True)
    assert hits(built) == 0
    assert [one.code for one in line.check(read(built), built).diagnostics] == ["source/unreadable"]
    path.unlink()
    assert hits(built) > 0


def test_closed_folders_count(built):
    """A folder that nobody may read is told on the long way."""
    if os.geteuid() == 0:
        pytest.skip("root may read everywhere")
    folder = built / "specs" / "closed"
    folder.mkdir(mode=0)
    assert hits(built) == 0
    folder.rmdir()


def test_other_files_do_not_count(built):
    """A note beside the catalog or a hidden file changes nothing."""
    for name in ("README.md", ".hidden.yaml", ".git/x.yaml"):
        path = built / "specs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    assert hits(built) > 0


def test_obsgen_itself_counts(built, tmp_path, monkeypatch):
    """Another version of obsgen may write something else."""
    copy = tmp_path / "obsgen"
    shutil.copytree(tools.CHECKOUT / "obsgen", copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = hits(built)
    monkeypatch.setattr(shortcut, "_PACKAGE", copy)
    assert hits(built) == before > 0
    for path in ("plan/words.py", "targets/python/templates/module.py.j2", "spec/catalog-1.schema.json"):
        with (copy / path).open("a", encoding="utf-8") as end:
            end.write("\n")
        assert hits(built) == 0
        shutil.copy(tools.CHECKOUT / "obsgen" / path, copy / path)
        assert hits(built) > 0


def test_nothing_is_recorded_with_findings(tmp_path):
    """A catalog with so much as a note is looked at anew each time."""
    shutil.copytree(tools.CHECKOUT / "specs", tmp_path / "specs")
    alerts = tmp_path / "specs" / "hypertool" / "alerts.yaml"
    text = alerts.read_text(encoding="utf-8")
    raw = "{promql: 'sum(rate(hypertool_persona_switches_total[5m])) > 10'}"
    alerts.write_text(
        text.replace("{rate: hypertool_persona_switches_total, over: 5m, above: 10}", raw), encoding="utf-8"
    )
    outcome = line.build(read(tmp_path), tmp_path)
    assert [one.code for one in outcome.diagnostics] == ["alert/no-test"]
    assert hits(tmp_path) == 0


NAMES = st.sampled_from(
    [
        "a.yaml",
        "b.yml",
        "c.YAML",
        "d.json",
        ".e.yaml",
        "yaml",
        ".yaml",
        "f.yaml.bak",
        "g",
        ".h",
        "__pycache__",
        "i.yaml",
    ]
)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=8))
@settings(deadline=None)
def test_both_see_the_same_files(tmp_path_factory, paths):
    """The memo and the long way agree about which files are the catalog."""
    base = tmp_path_factory.mktemp("specs")
    for path in paths:
        try:
            (base / path).parent.mkdir(parents=True, exist_ok=True)
            (base / path).write_text("x", encoding="utf-8")
        except OSError:  # a file where another path has a folder
            continue
    long = read_sources(base, base=base)
    assert sorted(os.path.relpath(path, base) for path in shortcut.files(base, shortcut._SPECS)) == sorted(long.texts)
    assert shortcut._SPECS == SUFFIXES


def test_one_file_as_catalog(tmp_path):
    """A single file is a catalog, too, whatever its name ends in."""
    path = tmp_path / "catalog.txt"
    path.write_text("x", encoding="utf-8")
    assert list(shortcut.files(path, SUFFIXES)) == [str(path)]
    first = shortcut.digest(path, {})
    path.write_text("y", encoding="utf-8")
    assert shortcut.digest(path, {}) != first


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"\xff", b'{"inputs": 1}', b'{"inputs": "x", "output": []}']
)
def test_a_broken_manifest_is_no_memo(tmp_path, content):
    """Whatever lies there instead, the long way deals with it."""
    (tmp_path / "manifest.json").write_bytes(content)
    shortcut.remember(tmp_path, "0" * 32, [])
    assert shortcut.unchanged(tmp_path, tmp_path, "0" * 32) is None
    assert shortcut.unchanged(tmp_path, tmp_path / "missing", "0" * 32) is None


NOTED = """\
obsgen: 1
service: shop
metrics:
  shop_orders: {counter: Orders.}
"""


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """Return a project in which a build finds a warning and a note, the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "shop.yaml").write_text(NOTED, encoding="utf-8")
    text = '[tool.obsgen.severities]\n"metric/wrong-kind-suffix" = "warning"\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert cli.run(["build"]) == 0
    return tmp_path


@pytest.mark.parametrize("form", FORMATS)
def test_findings_are_told_again(noted, capsys, monkeypatch, form):
    """What was found when the tree was built is found again, word for word, without looking."""
    capsys.readouterr()
    assert cli.run(["check", "--full", "--format", form]) == 0
    long = capsys.readouterr()
    monkeypatch.setattr(line, "check", None)  # the long way would fail
    assert cli.run(["check", "--format", form]) == 0
    assert capsys.readouterr() == long
    assert "metric/wrong-kind-suffix" in long.out


def test_places_count_from_where_one_stands(noted, capsys, monkeypatch):
    """From another folder the paths are others, so the long way is taken."""
    monkeypatch.chdir(noted / "specs")
    capsys.readouterr()
    assert cli.run(["check"]) == 0
    assert capsys.readouterr().out.startswith("shop.yaml:4:3: ")


@pytest.mark.parametrize("found", [[1], [{}], [{"code": "a/b"}], {"a": 1}, "x"])
def test_damaged_findings_lead_the_long_way(noted, capsys, found):
    """A memo that somebody else wrote is not believed."""
    memo = shortcut._memo(noted / "generated")
    memo.write_text(json.dumps({**json.loads(memo.read_bytes()), "found": found}), encoding="utf-8")
    capsys.readouterr()
    assert cli.run(["check"]) == 0
    assert "metric/wrong-kind-suffix" in capsys.readouterr().out


def test_what_depends_on_the_day_holds_for_a_day(noted):
    """Prices get old and allowances end, so that a memo about them is good for its own day only."""
    spec = noted / "specs" / "shop.yaml"
    spec.write_text(
        NOTED.replace("Orders.}", "Orders., allow: {metric/unused: {reason: New., until: 2099-12-31}}}"),
        encoding="utf-8",
    )
    assert cli.run(["build"]) == 0
    config = read(noted)
    inputs = shortcut.digest(config.specs, config.deciding)
    for day, known in ((time.strftime("%Y-%m-%d"), True), ("2099-12-30", False)):
        found = shortcut.unchanged(config.root, config.out, inputs, base=str(noted), day=day)
        assert (found is not None) is known
