"""Whatever people do between builds, their work is not lost unasked, and what a build leaves is current."""

import itertools
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from obsgen.output import OutputError
from obsgen.output.manifest import read
from obsgen.output.places import first_clash
from tests.output.test_killed import killed
from tests.output.trees import blocked, build, codes, findings, on_disk, places_in

PATHS = ["a", "b", "a/x", "a/y", "b/x/z", "c"]
TREE = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["1\n", "2\n", "3\r\n", ""]), max_size=5).filter(
    lambda tree: first_clash(tree) is None
)
PROJECT = st.dictionaries(st.sampled_from(["s/m.py", "s/n.py", "t/m.py"]), st.sampled_from(["1\n", "2\n"]), max_size=2)


class History(RuleBasedStateMachine):
    """Builds, killed builds, hand edits, lost files and manifests, and foreign files, in any order."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.places = places_in(self.folder)
        self.numbers = itertools.count()
        self.foreign: dict[str, bytes] = {}

    def teardown(self):
        shutil.rmtree(self.folder)

    def owned(self) -> set[str]:
        return {("" if key.in_project else "generated/") + key.path for key in read(self.places).known}

    @rule(tree=TREE, project=PROJECT)
    def build(self, tree, project):
        before, owned = on_disk(self.places.root), self.owned()
        obstacles = blocked(self.places, tree, project)
        try:
            report = build(self.places, tree, project)
        except OutputError:
            assert obstacles
            assert on_disk(self.places.root) == before
            return
        assert not obstacles
        after = on_disk(self.places.root)
        rendered = {**{f"generated/{path}": text for path, text in tree.items()}, **project}
        assert {path: after[path] for path in rendered} == {path: text.encode() for path, text in rendered.items()}
        named = {
            path.relative_to(self.places.root).as_posix()
            for path in (*report.replaced, *report.removed, *report.updated)
        }
        changed = {path for path in before.keys() - {"generated/manifest.json"} if after.get(path) != before[path]}
        assert changed <= {path for path in named if path in owned} | {path for path in before if ".obsgen-" in path}
        lost = [path for path in changed if isinstance(before[path], bytes) and before[path].startswith(b"mine")]
        assert set(lost) <= {path.relative_to(self.places.root).as_posix() for path in report.replaced}
        kept = {path.relative_to(self.places.root).as_posix() for path in report.kept}
        assert set(codes(findings(self.places, tree, project))) == {("drift/stale", path) for path in kept}

    @rule(tree=TREE, project=PROJECT)
    def build_with_force(self, tree, project):
        try:
            report = build(self.places, tree, project, force=True)
        except OutputError:
            assert any(
                "in the way" in each.message or "a folder" in each.message
                for each in blocked(self.places, tree, project)
            )
            return
        assert report.kept == ()
        assert findings(self.places, tree, project) == []
        self.foreign = {
            path: text for path, text in self.foreign.items() if on_disk(self.places.root).get(path) == text
        }

    @rule(tree=TREE, project=PROJECT, at=st.integers(0, 250))
    def build_and_kill(self, tree, project, at):
        if not blocked(self.places, tree, project):
            killed(lambda: build(self.places, tree, project), at)

    @precondition(lambda self: self.places.out.exists())
    @rule(data=st.data())
    def edit(self, data):
        files = sorted(path for path in on_disk(self.places.root) if path in self.owned() and path not in self.foreign)
        if files:
            path = data.draw(st.sampled_from(files))
            (self.places.root / path).write_text(f"mine {next(self.numbers)}\n")

    @precondition(lambda self: self.places.out.exists())
    @rule(data=st.data())
    def remove(self, data):
        files = sorted(path for path in on_disk(self.places.root) if path not in self.foreign)
        if files:
            (self.places.root / data.draw(st.sampled_from(files))).unlink()

    @rule(path=st.sampled_from([f"generated/{path}" for path in PATHS] + ["s/n.py"]))
    def put(self, path):
        file = self.places.root / path
        if path in self.owned() or file.exists() or any(parent.is_file() for parent in file.parents):
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        self.foreign[path] = f"mine {next(self.numbers)}\n".encode()
        file.write_bytes(self.foreign[path])

    @invariant()
    def foreign_files_are_untouched(self):
        left = on_disk(self.places.root)
        assert {path: left.get(path) for path in self.foreign} == self.foreign


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
