"""A build killed at any moment leaves each file wholly old or wholly new, and the next build heals."""

import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from obsgen.output import writer
from tests.output.trees import build, codes, findings, on_disk, places_in


@dataclass(frozen=True)
class Case:
    """Two trees, each below the output folder and below the project, and what somebody did in between."""

    old: Mapping[str, str]
    new: Mapping[str, str]
    old_project: Mapping[str, str] = field(default_factory=dict)
    new_project: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, str] = field(default_factory=dict)
    force: bool = False


CASES = {
    "first build": Case(old={}, new={"a": "1\n", "b/c": "1\n"}, new_project={"s/m.py": "a = 1\n"}),
    "all changes": Case(
        old={"a": "1\n", "b/c": "1\n", "stale/d": "1\n", "same": "1\n"},
        new={"a": "2\n", "b/c": "2\n", "new/e/f": "2\n", "same": "1\n"},
        old_project={"s/m.py": "a = 1\n", "t/m.py": "a = 1\n"},
        new_project={"s/m.py": "a = 2\n", "u/m.py": "a = 2\n"},
    ),
    "file and folder": Case(old={"a": "1\n", "b/c": "1\n"}, new={"a/b": "2\n", "b": "2\n"}),
    "everything goes": Case(old={"a": "1\n", "b/c": "1\n"}, new={}, old_project={"s/m.py": "a = 1\n"}),
    "hand edit": Case(old={"a": "1\n", "b": "1\n"}, new={"a": "2\n", "b": "2\n"}, edits={"a": "mine\n"}),
    "force": Case(
        old={"b": "1\n", "c": "1\n"}, new={"a": "2\n", "b": "2\n"}, edits={"a": "mine\n", "c": "mine\n"}, force=True
    ),
}


def prepare(folder: Path, case: Case):
    """Build the old tree and do the edits."""
    places = places_in(folder)
    build(places, case.old, case.old_project)
    for name, text in case.edits.items():
        (places.out / name).write_text(text)
    return places


EFFECTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "open"}


def at_an_effect(die: Callable[[], None]) -> None:
    """Call *die* before everything that changes the disk: what the interpreter reports to audit hooks."""

    def hook(event, arguments):
        if event in EFFECTS and (event != "open" or arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
            die()

    sys.addaudithook(hook)


def at_a_line(die: Callable[[], None]) -> None:
    """Call *die* before every line of the writer."""

    def trace(frame, event, argument):
        if frame.f_code.co_filename != writer.__file__:
            return None
        if event == "line":
            die()
        return trace

    sys.settrace(trace)


def killed(work: Callable[[], object], at: int, moments=at_a_line) -> bool:
    """Run *work* in a child that kills itself at the moment number *at*; return whether it got that far."""
    child = os.fork()
    if child == 0:
        left = at

        def die():
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

        moments(die)
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    status = os.waitpid(child, 0)[1]
    assert status in {0, signal.SIGKILL}, "the build failed instead of being killed"
    return status == signal.SIGKILL


def contents(case: Case) -> dict[str, set[bytes | None]]:
    """Return every content that each file may have: old, new, or none where it comes or goes."""
    allowed: dict[str, set[bytes | None]] = {}
    for prefix, old, new in (("generated/", case.old, case.new), ("", case.old_project, case.new_project)):
        for name in old.keys() | new.keys():
            before = case.edits.get(name, old.get(name)) if prefix else old.get(name)
            allowed[prefix + name] = {text.encode() if text is not None else None for text in (before, new.get(name))}
    return allowed


@pytest.mark.parametrize("name", CASES)
def test_killed_at_every_effect(tmp_path, name):
    """Before whatever change of the disk the kill comes: old or new, no invented edit, and healed by the next build."""
    case = CASES[name]
    at = 0
    while True:
        folder = tmp_path / str(at)
        folder.mkdir()
        places = prepare(folder, case)
        if not killed(lambda: build(places, case.new, case.new_project, force=case.force), at, at_an_effect):  # noqa: B023
            break
        left = on_disk(places.root)
        for file, allowed in contents(case).items():
            assert left.get(file) in allowed, (at, file)
        suspected = {
            file for code, file in codes(findings(places, case.new, case.new_project)) if code == "drift/edited"
        }
        assert suspected <= {f"generated/{edited}" for edited in case.edits}, at
        build(places, case.new, case.new_project, force=case.force)
        healed = {path.removeprefix("generated/") for path in on_disk(places.out)}
        assert findings(places, case.new, case.new_project) == [], at
        assert healed - {"manifest.json"} == set(case.new), at
        assert {file for file in on_disk(places.root) if not file.startswith("generated/")} == set(case.new_project), at
        at += 1
    assert at > 10


@pytest.mark.parametrize("name", ["first build", "all changes", "file and folder"])
def test_killed_again_and_again(tmp_path, name):
    """Also if the catalog changes between two kills, nothing is taken for a hand edit or for somebody else's file."""
    case = CASES[name]
    chosen = random.Random(name)
    third = {"a/b": "3\n", "z": "3\n"} if name == "file and folder" else {"a": "3\n", "z/c": "3\n"}
    for attempt in range(25):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        places = prepare(folder, case)
        killed(lambda: build(places, case.new, case.new_project), chosen.randrange(250))  # noqa: B023
        killed(lambda: build(places, third), chosen.randrange(250))  # noqa: B023
        killed(lambda: build(places, case.old, case.old_project), chosen.randrange(250))  # noqa: B023
        report = build(places, third)
        assert (report.replaced, report.kept) == ((), ())
        assert findings(places, third) == []
        assert sorted(on_disk(places.root)) == sorted(f"generated/{name}" for name in (*third, "manifest.json"))


def test_a_killed_force_makes_nobodys_file_ours(tmp_path):
    """A forced build killed before it overwrote a foreign file leaves that file foreign: the next build asks again."""
    case = Case(old={}, new={"a": "2\n"}, edits={"a": "mine\n"}, force=True)
    for at in range(500):
        folder = tmp_path / str(at)
        folder.mkdir()
        places = places_in(folder)
        places.out.mkdir()
        (places.out / "a").write_text("mine\n")
        if not killed(lambda: build(places, case.new, force=True), at, at_an_effect):  # noqa: B023
            break
        if (places.out / "a").read_text() == "mine\n":
            assert ("drift/foreign-file", "generated/a") in codes(findings(places, case.new))
        else:
            assert ("drift/edited", "generated/a") not in codes(findings(places, case.new))
    assert at > 10


def test_a_killed_removal_makes_nobodys_file_ours(tmp_path):
    """A file that somebody puts where a killed build had removed one is foreign, not a hand edit to be replaced."""
    seen = set()
    for at in range(500):
        folder = tmp_path / str(at)
        folder.mkdir()
        places = places_in(folder)
        build(places, {"a": "1\n", "b": "1\n"})
        if not killed(lambda: build(places, {"b": "1\n"}), at, at_an_effect):  # noqa: B023
            break
        if not (places.out / "a").exists():
            (places.out / "a").write_text("mine\n")
            seen |= set(codes(findings(places, {"a": "1\n", "b": "1\n"})))
    assert ("drift/foreign-file", "generated/a") in seen
    assert ("drift/edited", "generated/a") not in seen


TREES = [
    ({f"{name}": f"{number}\n" * 2000 for name in ("a", "b/c", f"only{number}/d")}, {"s/m.py": f"a = {number}\n"})
    for number in (1, 2)
]


def build_for_ever(folder: Path, first: int) -> None:
    """Build one tree after the other, until somebody kills this process."""
    places = places_in(folder)
    while True:
        for number in (first, 1 - first):
            build(places, *TREES[number])


def build_often(folder: Path, number: int) -> None:
    """Build one tree a few times."""
    places = places_in(folder)
    for _ in range(20):
        build(places, *TREES[number])


def expected(number: int) -> dict[str, bytes]:
    """Return what a build of one tree leaves, without the manifest."""
    output, project = TREES[number]
    return {
        **{f"generated/{name}": text.encode() for name, text in output.items()},
        **{name: text.encode() for name, text in project.items()},
    }


def test_two_builds_at_once(tmp_path):
    """Two processes that build different trees wait for one another; the end is one of the trees, and clean."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=build_often, args=(tmp_path, number)) for number in (0, 1)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    left = on_disk(tmp_path / "project")
    assert left.pop("generated/manifest.json")
    number = [expected(0), expected(1)].index(left)
    assert findings(places_in(tmp_path), *TREES[number]) == []


def test_two_builds_killed_at_once(tmp_path):
    """Two processes killed at a random moment, in whatever they were doing, leave nothing that a build cannot heal."""
    context = multiprocessing.get_context("spawn")
    places = places_in(tmp_path)
    chosen = random.Random(7)
    for _ in range(4):
        processes = [context.Process(target=build_for_ever, args=(tmp_path, number)) for number in (0, 1)]
        for process in processes:
            process.start()
        while not places.manifest.exists():
            time.sleep(0.01)
        time.sleep(0.5 + chosen.random() / 5)
        for process in processes:
            process.kill()
            process.join()
        possible = [expected(0), expected(1)]
        for file, content in on_disk(places.root).items():
            if ".obsgen-" not in file and not file.endswith("manifest.json"):
                assert content in {each.get(file) for each in possible}
        assert not {"drift/edited", "drift/foreign-file"} & {code for code, _ in codes(findings(places, *TREES[0]))}
        build(places, *TREES[0])
        left = on_disk(places.root)
        left.pop("generated/manifest.json")
        assert left == possible[0]
