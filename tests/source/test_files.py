"""The files of a catalog."""

import os
import threading
from pathlib import Path

import pytest

from obsgen.source import files
from obsgen.source.files import Sources, read, shown


def findings(sources: Sources) -> list[tuple[str, str, str]]:
    """Return code, path and message of each problem."""
    return [(one.code, one.primary.span.path, one.message) for one in sources.diagnostics]


def test_every_yaml_file_below_the_folder(tmp_path: Path) -> None:
    """Files ending in .yaml and .yml are read at any depth, in the order of their paths; hidden ones are not."""
    for name in ("b.yaml", "a/z.yml", "a/b/c.yaml", "c.json", ".hidden.yaml", ".git/x.yaml", "d.yaml.bak", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    found = read(tmp_path, base=tmp_path)
    assert list(found.texts.items()) == [(name, name) for name in ("a/b/c.yaml", "a/z.yml", "b.yaml")]
    assert found.diagnostics == ()


def test_a_single_file(tmp_path: Path) -> None:
    """A catalog may be one file."""
    (tmp_path / "x.txt").write_text("obsgen: 1", encoding="utf-8")
    assert read(tmp_path / "x.txt", base=tmp_path).texts == {"x.txt": "obsgen: 1"}


def test_no_files(tmp_path: Path) -> None:
    """An empty folder and one that is not there are the same finding."""
    expected = [("source/no-files", "specs", "no YAML file below `specs`")]
    assert findings(read(tmp_path / "specs", base=tmp_path)) == expected
    (tmp_path / "specs").mkdir()
    assert findings(read(tmp_path / "specs", base=tmp_path)) == expected


def test_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    """A byte order mark is no part of the text, CRLF is."""
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert read(tmp_path, base=tmp_path).texts == {"a.yaml": "a: 1\r\n"}


@pytest.mark.parametrize(
    ("content", "line", "column", "byte"),
    [
        (b"\xff\xfea\x00", 1, 1, "ff"),
        (b"a: 1\nb: \xc3\xa9\xe9\n", 2, 5, "e9"),
        ("a: 1\n\ud800".encode("utf-8", "surrogatepass"), 2, 1, "ed"),
    ],
)
def test_other_encodings(tmp_path: Path, content: bytes, line: int, column: int, byte: str) -> None:
    """The first byte that is not UTF-8 is pointed at."""
    (tmp_path / "a.yaml").write_bytes(content)
    (finding,) = read(tmp_path, base=tmp_path).diagnostics
    assert (finding.code, finding.message) == ("source/not-utf8", f"byte 0x{byte} is not UTF-8 text")
    assert (finding.primary.span.line, finding.primary.span.column) == (line, column)


def test_large_files(tmp_path: Path) -> None:
    """A file of 32 MiB is read, one byte more is not."""
    with (tmp_path / "a.yaml").open("wb") as file:
        file.truncate(files.MAX_BYTES)
    with (tmp_path / "b.yaml").open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    found = read(tmp_path, base=tmp_path)
    assert list(found.texts) == ["a.yaml"]
    assert findings(found) == [("source/too-large", "b.yaml", "`b.yaml` is larger than 32 MiB")]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_unreadable(tmp_path: Path) -> None:
    """A file and a folder without permission are findings, and the others are read."""
    (tmp_path / "a.yaml").write_text("a", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("b", encoding="utf-8")
    (tmp_path / "a.yaml").chmod(0)
    (tmp_path / "c").mkdir(mode=0)
    found = read(tmp_path, base=tmp_path)
    assert found.texts == {"b.yaml": "b"}
    assert findings(found) == [
        ("source/unreadable", "c", "cannot read `c`: Permission denied"),
        ("source/unreadable", "a.yaml", "cannot read `a.yaml`: Permission denied"),
    ]


def test_things_that_are_no_files(tmp_path: Path) -> None:
    """A pipe, a folder, a link to nothing and a link to itself, all called like a file, are findings; nothing waits."""
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "folder.yaml" / "inside.yaml").write_text("in", encoding="utf-8")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "nothing.yaml").symlink_to("nowhere")
    found: list[Sources] = []
    reader = threading.Thread(target=lambda: found.append(read(tmp_path, base=tmp_path)), daemon=True)
    reader.start()
    reader.join(10)
    assert not reader.is_alive(), "still waiting for the pipe"
    assert found[0].texts == {"folder.yaml/inside.yaml": "in"}
    assert findings(found[0]) == [
        ("source/unreadable", "fifo.yaml", "`fifo.yaml` is not a file"),
        ("source/unreadable", "loop.yaml", "cannot read `loop.yaml`: Too many levels of symbolic links"),
        ("source/unreadable", "nothing.yaml", "cannot read `nothing.yaml`: No such file or directory"),
    ]


def test_links(tmp_path: Path) -> None:
    """A link to a file is read as the file; links to folders, which may be loops, are not followed."""
    specs = tmp_path / "specs"
    specs.mkdir()
    (tmp_path / "elsewhere.yaml").write_text("e", encoding="utf-8")
    (specs / "a.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (specs / "round").symlink_to(specs, target_is_directory=True)
    assert read(specs, base=tmp_path).texts == {"specs/a.yaml": "e"}


def test_a_file_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is removed between listing and reading is a finding."""
    (tmp_path / "a.yaml").write_text("a", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("b", encoding="utf-8")
    really_open = os.open

    def open_late(path: Path, *args: int) -> int:
        (tmp_path / "a.yaml").unlink(missing_ok=True)
        return really_open(path, *args)

    monkeypatch.setattr(files.os, "open", open_late)
    found = read(tmp_path, base=tmp_path)
    assert found.texts == {"b.yaml": "b"}
    assert findings(found) == [("source/unreadable", "a.yaml", "cannot read `a.yaml`: No such file or directory")]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    """Two names that differ in a byte that is no text stay two files, shown in printable characters."""
    for byte in (b"\xfe", b"\xff"):
        with open(os.fsencode(tmp_path) + b"/a" + byte + b".yaml", "wb") as file:
            file.write(b"x: " + byte.hex().encode())
    found = read(tmp_path, base=tmp_path)
    assert found.texts == {r"a\xfe.yaml": "x: fe", r"a\xff.yaml": "x: ff"}


def test_shown(tmp_path: Path) -> None:
    """A path below the base is shown relative to it, another one as it is."""
    assert shown(tmp_path / "a" / ".." / "b.yaml", tmp_path) == "b.yaml"
    assert shown(tmp_path, tmp_path) == "."
    assert shown(Path("/somewhere/else.yaml"), tmp_path) == "/somewhere/else.yaml"


def test_a_link_to_a_folder_is_told(tmp_path):
    """What lies behind a linked folder is not read, and its absence is an error instead of a silence."""
    (tmp_path / "elsewhere").mkdir()
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "team").symlink_to(tmp_path / "elsewhere")
    (finding,) = read(specs, base=tmp_path).diagnostics
    assert (finding.code, finding.message) == (
        "source/unreadable",
        "`specs/team` is a link to a folder, which is not followed",
    )
