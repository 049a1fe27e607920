"""What a build leaves on disk, what it names, and what it refuses."""

import ctypes
import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from obsgen.output import OutputError, Places, Report, writer
from tests.output.trees import RULES, TEXT, blocked, build, codes, findings, names, on_disk, places_in

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def places(tmp_path):
    """An empty project."""
    return places_in(tmp_path)


def test_nothing_rendered_nothing_written(places):
    """No artifacts and no manifest: not even the output folder is made."""
    assert build(places, {}) == Report()
    assert list(places.root.iterdir()) == []


def test_create_update_remove(places):
    """A build creates, updates and removes, names each file, and leaves no empty folder behind."""
    first = build(places, {RULES: TEXT, "old/deep/a.yml": "a\n"}, {"service/metrics/__init__.py": "a = 1\n"})
    assert names(first.created, places) == [
        "generated/old/deep/a.yml",
        f"generated/{RULES}",
        "service/metrics/__init__.py",
    ]
    second = build(places, {RULES: "groups: []\n", "b.yml": "b\n"})
    assert names(second.created, places) == ["generated/b.yml"]
    assert names(second.updated, places) == [f"generated/{RULES}"]
    assert names(second.removed, places) == ["generated/old/deep/a.yml", "service/metrics/__init__.py"]
    assert sorted(path.name for path in places.root.rglob("*")) == [
        "b.yml",
        "generated",
        "manifest.json",
        "prometheus",
        "rules.yml",
    ]


def test_folders_with_other_files_stay(places):
    """A folder is removed only if nothing of anybody's is left in it, and the output folder never."""
    build(places, {"a/b/c.yml": TEXT}, {"service/metrics.py": "a = 1\n"})
    (places.out / "a/notes.txt").write_text("mine")
    (places.root / "service/app.py").write_text("mine")
    build(places, {})
    assert sorted(on_disk(places.root)) == ["generated/a/notes.txt", "generated/manifest.json", "service/app.py"]
    assert not (places.out / "a/b").exists()


def test_the_project_itself_stays(tmp_path):
    """Neither the project root nor the output folder is ever removed, even if nothing is left in it."""
    root = places_in(tmp_path).root
    places = Places(root=root, out=tmp_path / "far" / "away")
    build(places, {"a/b": TEXT}, {"service/metrics.py": "a = 1\n"})
    build(places, {})
    assert list(root.iterdir()) == []
    assert sorted(on_disk(tmp_path)) == ["far/away/manifest.json"]


def test_an_unchanged_tree_is_not_touched(places):
    """A second build writes nothing: no time of any file or folder moves, the manifest's neither."""
    build(places, {RULES: TEXT}, {"service/metrics.py": "a = 1\n"})
    before = {path: path.stat().st_mtime_ns for path in [places.root, *places.root.rglob("*")]}
    assert build(places, {RULES: TEXT}, {"service/metrics.py": "a = 1\n"}) == Report()
    assert {path: path.stat().st_mtime_ns for path in [places.root, *places.root.rglob("*")]} == before


def test_only_what_differs_is_written(places):
    """Files that are current keep their times when others change."""
    build(places, {"a": "1\n", "b": "1\n"})
    before = (places.out / "a").stat()
    build(places, {"a": "1\n", "b": "2\n"})
    assert ((places.out / "a").stat().st_mtime_ns, (places.out / "a").stat().st_ino) == (
        before.st_mtime_ns,
        before.st_ino,
    )


def test_bytes_are_utf8_without_translation(places):
    """The text is written as UTF-8, line ends as they are."""
    build(places, {"a": "ä\r\n\u2028\n"})
    assert (places.out / "a").read_bytes() == b"\xc3\xa4\r\n\xe2\x80\xa8\n"


def test_modes(places):
    """An existing file keeps its permissions, a new one gets those the umask allows."""
    old = os.umask(0o027)
    try:
        build(places, {"a": "1\n", "b": "1\n"})
        (places.out / "a").chmod(0o755)
        places.manifest.chmod(0o600)
        build(places, {"a": "2\n", "b": "2\n"})
    finally:
        os.umask(old)
    modes = [stat.S_IMODE((places.out / name).stat().st_mode) for name in ("a", "b", "manifest.json")]
    assert modes == [0o755, 0o640, 0o600]


def test_a_hand_edit_is_replaced_and_named(places):
    """A build puts the rendered content back and says which file somebody had changed."""
    build(places, {"a": "1\n", "b": "1\n"})
    (places.out / "a").write_text("mine\n")
    report = build(places, {"a": "1\n", "b": "2\n"})
    assert names(report.replaced, places) == ["generated/a"]
    assert names(report.updated, places) == ["generated/b"]
    assert findings(places, {"a": "1\n", "b": "2\n"}) == []


def test_an_edited_link_is_replaced_and_not_followed(places, tmp_path):
    """Where somebody put a link, the link goes and what it leads to stays."""
    build(places, {"a": "1\n"})
    (tmp_path / "victim").write_text("precious")
    (places.out / "a").unlink()
    (places.out / "a").symlink_to(tmp_path / "victim")
    assert names(build(places, {"a": "1\n"}).replaced, places) == ["generated/a"]
    assert not (places.out / "a").is_symlink()
    assert (tmp_path / "victim").read_text() == "precious"


@pytest.mark.parametrize("kind", ["file", "link", "dangling"])
def test_a_foreign_file_stops_everything(places, tmp_path, kind):
    """Without force not one byte is written, not even elsewhere; with force the file is replaced and named."""
    places.out.mkdir()
    (tmp_path / "victim").write_text("precious")
    if kind == "file":
        (places.out / "b").write_text("mine\n")
    else:
        (places.out / "b").symlink_to(tmp_path / ("victim" if kind == "link" else "nowhere"))
    before = on_disk(tmp_path)
    with pytest.raises(OutputError) as caught:
        build(places, {"a": "1\n", "b": "1\n", "c": "1\n"}, {"service/metrics.py": "a = 1\n"})
    assert str(caught.value) == f"{places.out / 'b'}: is in the way: obsgen did not write it"
    assert caught.value.help == "move it away, or run `obsgen build --force` to overwrite it"
    assert on_disk(tmp_path) == before
    report = build(places, {"a": "1\n", "b": "1\n"}, force=True)
    assert names(report.replaced, places) == ["generated/b"]
    assert (places.out / "b").read_bytes() == b"1\n"
    assert (tmp_path / "victim").read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_a_foreign_file_that_comes_in_between(places):
    """What appears between comparing and writing is found under the lock."""
    from obsgen.output import apply, changes
    from tests.output.trees import artifacts

    compared = changes(artifacts({"a": "1\n", "b": "1\n"}), places)
    places.out.mkdir()
    (places.out / "b").write_text("mine\n")
    with pytest.raises(OutputError, match="obsgen did not write it"):
        apply(compared, places)
    assert on_disk(places.out) == {"b": b"mine\n"}


def test_a_stale_file_that_was_edited_stays(places):
    """Work of somebody's hands is kept and named until force, and `check` does not forget it."""
    build(places, {"a": "1\n", "b": "1\n"})
    (places.out / "a").write_text("mine\n")
    for _ in range(2):
        report = build(places, {"b": "1\n"})
        assert names(report.kept, places) == ["generated/a"]
        assert report.removed == ()
        assert codes(findings(places, {"b": "1\n"})) == [("drift/stale", "generated/a")]
    assert names(build(places, {"b": "1\n"}, force=True).removed, places) == ["generated/a"]
    assert sorted(on_disk(places.out)) == ["b", "manifest.json"]
    assert findings(places, {"b": "1\n"}) == []


def test_a_stale_link_is_removed_but_not_followed(places, tmp_path):
    """With force a link goes, what it leads to stays."""
    build(places, {"a": "1\n"})
    (tmp_path / "victim").write_text("1\n")
    (places.out / "a").unlink()
    (places.out / "a").symlink_to(tmp_path / "victim")
    assert names(build(places, {}).kept, places) == ["generated/a"]
    build(places, {}, force=True)
    assert (tmp_path / "victim").read_text() == "1\n"
    assert sorted(on_disk(places.out)) == ["manifest.json"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": "1\n"}, {"a/b/c": "1\n"}),
        ({"a/b/c": "1\n", "a/d": "1\n"}, {"a": "1\n"}),
        ({"a/b": "1\n"}, {"a/b/c": "1\n", "a/d": "1\n"}),
        ({"Rules.yml": "1\n"}, {"rules.yml": "1\n"}),
    ],
)
def test_a_file_becomes_a_folder(places, before, after):
    """A file may become a folder between two builds and the other way round."""
    for section in (lambda tree: (tree, {"p": "1\n"}), lambda tree: ({}, tree)):
        build(places, *section(before))
        build(places, *section(after))
        assert findings(places, *section(after)) == []
        build(places, {})
        assert sorted(on_disk(places.root)) == ["generated/manifest.json"]


@pytest.mark.parametrize("link", [False, True])
def test_a_folder_in_the_way(places, link):
    """A folder with somebody's files or links is never removed, not even with force, nor are the files beside them."""
    build(places, {"a/b": "1\n"})
    mine = places.out / "a/mine"
    if link:
        mine.symlink_to(places.root)
    else:
        mine.write_text("mine")
    before = on_disk(places.root)
    for force in (False, True):
        with pytest.raises(OutputError) as caught:
            build(places, {"a": "1\n"}, force=force)
        assert str(caught.value) == f"{places.out / 'a'}: is a folder, but a file is generated there"
    assert on_disk(places.root) == before


def test_a_pipe_in_the_way(places):
    """A named pipe is neither read, which would wait for ever, nor replaced."""
    places.out.mkdir()
    os.mkfifo(places.out / "a")
    os.mkfifo(places.manifest)
    with pytest.raises(OutputError, match="is not a regular file"):
        build(places, {"a": "1\n"})
    with pytest.raises(OutputError, match="is neither a file nor a folder, but a file is generated there"):
        build(places, {"a": "1\n"}, force=True)


def test_a_read_only_file(places):
    """A file without any write permission is not replaced behind its owner's back; with force it is, and stays so."""
    build(places, {"a": "1\n", "b": "1\n"})
    (places.out / "b").chmod(0o444)
    with pytest.raises(OutputError) as caught:
        build(places, {"a": "2\n", "b": "2\n"})
    assert str(caught.value) == f"{places.out / 'b'}: is read-only"
    assert (places.out / "a").read_text() == "1\n"
    assert build(places, {"a": "1\n", "b": "1\n"}) == Report()
    build(places, {"a": "2\n", "b": "2\n"}, force=True)
    assert stat.S_IMODE((places.out / "b").stat().st_mode) == 0o444


def test_leftovers_of_killed_builds_go(places):
    """The next build removes temporary files in every folder it knows, even if nothing else is to do; no other file."""
    tree = ({"a/b": "1\n"}, {"service/metrics.py": "a = 1\n"})
    build(places, *tree)
    leftovers = [
        folder / f".obsgen-{number:016x}.tmp"
        for number, folder in enumerate([places.out, places.out / "a", places.root, places.root / "service"])
    ]
    others = [
        places.out / ".obsgen-1.tmp",
        places.out / "a/obsgen.tmp",
        places.root / ".obsgen-0000000000000000.tmp.bak",
    ]
    for path in [*leftovers, *others]:
        path.write_text("half")
    assert build(places, *tree) == Report()
    assert not any(path.exists() for path in leftovers)
    assert all(path.exists() for path in others)


def run(code, folder, **options):
    """Run *code* in another Python process, with `places` for a project in *folder*."""
    head = """
        import os, sys
        from pathlib import Path
        from obsgen.output import OutputError
        from tests.output.trees import build, places_in
        places = places_in(Path(sys.argv[1]))
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(code), str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_a_full_disk(places, tmp_path):
    """When the system takes no more bytes, nothing has changed yet and no half file is left."""
    build(places, {"a": "1\n", "stale": "1\n"})
    before = on_disk(tmp_path)

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = run(
        """
        try:
            build(places, {"a": "2\\n", "b": "2\\n" * 100_000})
        except OutputError as error:
            print(error.path.name, error.message, error.help, sep="|")
        """,
        tmp_path,
        preexec_fn=small,
    )
    assert (done.stdout, done.stderr) == (
        "b|cannot be written: file too large|mend that, then run `obsgen build` again\n",
        "",
    )
    assert on_disk(tmp_path) == before


@pytest.mark.parametrize(
    ("number", "message", "help"),
    [
        (errno.ENOSPC, "there is no space left", "free some space, then run `obsgen build` again"),
        (errno.EROFS, "the file system is read-only", "name another output folder with `--out`"),
    ],
)
def test_what_the_system_says(places, monkeypatch, number, message, help):
    """Every refusal of the system comes with words and advice; the failing call is the last one of the first file."""
    build(places, {"a": "1\n"})
    before = on_disk(places.root)

    def refuse(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputError) as caught:
        build(places, {"a": "2\n"})
    assert (str(caught.value), caught.value.help) == (f"{places.out / 'a'}: cannot be written: {message}", help)
    assert on_disk(places.root) == before


def like_anybody():
    """Take from root the right to pass over permissions (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH), so that modes count."""
    if os.geteuid() == 0:
        drop_bound_capability = 24
        for capability in (1, 2):
            assert ctypes.CDLL(None).prctl(drop_bound_capability, capability, 0, 0, 0) == 0


def test_folders_that_may_not_be_written(places, tmp_path):
    """Somebody without the right to write, or to read, gets one clear error, and nothing changes."""
    build(places, {"a/b": "1\n", "c": "1\n"})
    before = on_disk(places.root)
    modes = {
        "a": (0o555, "a/b: cannot be written: permission denied"),
        ".": (0o555, "generated/manifest.json: cannot be written: permission denied"),
    }
    modes["c"] = (0o000, "c: cannot be read: Permission denied")
    for name, (mode, expected) in modes.items():
        path = places.out / name
        old = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode)
        done = run(
            """
            try:
                build(places, {"a/b": "2\\n", "c": "1\\n"})
            except OutputError as error:
                print(error)
            """,
            tmp_path,
            preexec_fn=like_anybody,
        )
        path.chmod(old)
        assert done.stderr == ""
        assert expected in done.stdout
        assert on_disk(places.root) == before


def test_a_lock_that_does_not_come_free(places):
    """A build waits for another one, but not for ever, and then says what holds it up."""
    import fcntl

    build(places, {"a": "1\n"})
    descriptor = os.open(places.out, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(OutputError) as caught:
        build(places, {"a": "2\n"}, wait_seconds=0.05)
    assert str(caught.value) == f"{places.out}: is locked by another build"
    os.close(descriptor)
    assert names(build(places, {"a": "2\n"}).updated, places) == ["generated/a"]


def test_without_locks(places, monkeypatch):
    """Where the system has no such locks, a build works all the same."""
    monkeypatch.setattr(writer, "fcntl", None)
    build(places, {"a": "1\n"})
    assert findings(places, {"a": "1\n"}) == []


def test_a_failure_half_way(places, monkeypatch):
    """If a file cannot take its place, each file is old or new, nothing looks edited, and the next build heals."""
    old, new = {f"{name}": "1\n" for name in "abcd"}, {f"{name}": "2\n" for name in "abcde"}
    build(places, old)
    calls = iter(range(100))
    real = Path.replace

    def third(self, target):
        if next(calls) == 3:
            raise OSError(errno.EIO, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", third)
    with pytest.raises(OutputError, match="c: cannot be written: input/output error"):
        build(places, new)
    monkeypatch.undo()
    assert [(places.out / name).read_text() for name in "abcd"] == ["2\n", "2\n", "1\n", "1\n"]
    assert {each.code for each in findings(places, new)} == {"drift/manifest", "drift/out-of-date", "drift/missing"}
    assert not list(places.out.glob(".obsgen-*"))
    assert blocked(places, new) == []
    build(places, new)
    assert findings(places, new) == []
