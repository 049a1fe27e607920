"""Diffs are bounded, show what cannot be seen, and point at a place inside the file."""

import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from obsgen.output.textdiff import LONGEST_DIFF_LINES, LONGEST_LINE, first_difference, unified

HEADERS = "--- f (on disk)\n+++ f (generated)\n"


@pytest.mark.parametrize(
    ("disk", "rendered", "body"),
    [
        (b"a\n", b"b\n", "@@ -1 +1 @@\n-a\n+b"),
        (b"", b"a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b"),
        (b"a\nb\n", b"", "@@ -1,2 +0,0 @@\n-a\n-b"),
        (b"a\r\n", b"a\n", "@@ -1 +1 @@\n-a\\r\n+a"),
        (b"a", b"a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a"),
        (b"\xff\n", b"a\n", "@@ -1 +1 @@\n-\\xff\n+a"),
        (b"\x1b[31m\n", "\u202e\n".encode(), "@@ -1 +1 @@\n-\\x1b[31m\n+\\u202e"),
        (b"\tx\n", "\tä\n".encode(), "@@ -1 +1 @@\n-\tx\n+\tä"),
        (b"a\0", b"a\n", "binary content, 2 and 2 bytes"),
        (
            b"1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            b"1\n2\n3\n4\n5!\n6\n7\n8\n9\n",
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+5!\n 6\n 7\n 8",
        ),
        (b"x" * 300 + b"\n", b"", "@@ -1 +0,0 @@\n-" + "x" * LONGEST_LINE + "..."),
        (
            b"x" * 300 + b"old\n" + b"z\n",
            b"x" * 300 + b"new\n",
            "@@ -1,2 +1 @@\n-..." + "x" * (LONGEST_LINE // 4) + "old\n-z\n+..." + "x" * (LONGEST_LINE // 4) + "new",
        ),
    ],
)
def test_unified(disk, rendered, body):
    """
    The diff leads from the disk to the rendered text, with carriage returns and odd bytes spelled out; of long lines it shows where
    they part.
    """
    assert unified(disk, rendered, "f") == HEADERS + body


def test_equal_contents_have_no_diff():
    """No difference, no lines."""
    assert unified(b"a\n", b"a\n", "f") == ""


@pytest.mark.parametrize("lines", [100, 100_000])
def test_the_length_is_bounded(lines):
    """However much differs, the diff stays short and says that it was cut."""
    shown = unified(b"a\n" * lines, b"b\n" * lines, "f").split("\n")
    assert len(shown) == LONGEST_DIFF_LINES + 3
    assert shown[-1] == "... and more"


def test_a_difference_far_down():
    """Line numbers count from the start of the file, although the matcher sees only a part of it."""
    disk = [f"{number}\n".encode() for number in range(1, 2001)]
    rendered = [*disk[:1499], b"new\n", *disk[1500:]]
    expected = "@@ -1497,7 +1497,7 @@\n 1497\n 1498\n 1499\n-1500\n+new\n 1501\n 1502\n 1503\n... and more"
    assert unified(b"".join(disk), b"".join(rendered), "f") == HEADERS + expected


TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "dd"]), max_size=12).map("\n".join)


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
@given(TEXTS, TEXTS)
@example("a\n" * 20 + "b\n", "a\n" * 20 + "c\n")
def test_patch_applies_it(tmp_path_factory, disk, rendered):
    """For ordinary text the diff is one that `patch` turns the file on disk into the rendered one with."""
    folder = tmp_path_factory.mktemp("patch")
    (folder / "f").write_text(disk)
    diff = unified(disk.encode(), rendered.encode(), "f")
    if not diff:
        return
    lines = diff.split("\n", 2)[2] + "\n"
    run = subprocess.run(
        ["patch", "--unified", "--silent", "f"],
        cwd=folder,
        input=f"--- f\n+++ f\n{lines}",
        text=True,
        check=False,
        capture_output=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    left = (folder / "f").read_text() if (folder / "f").exists() else ""
    assert left == rendered


@given(st.binary(), st.binary())
def test_any_bytes(disk, rendered):
    """No content raises, and what is shown is printable."""
    shown = unified(disk, rendered, "f")
    assert all(line.replace("\t", "").isprintable() for line in shown.split("\n"))


@given(st.text("ab\r\n", max_size=20).map(str.encode), st.text("ab\r\n", max_size=20).map(str.encode))
def test_the_first_difference_lies_inside_the_file(disk, rendered):
    """The place is a line that the file has, also if the file ends before the difference."""
    line, end_column = first_difference(disk, rendered)
    lines = disk.split(b"\n")
    shown = lines[line - 1]
    assert 1 <= line <= max(len(lines) - (not lines[-1]), 1)
    assert 1 <= end_column <= len(shown) + 1


@pytest.mark.parametrize(
    ("disk", "rendered", "place"),
    [
        (b"a\nb\nc\n", b"a\nX\nc\n", (2, 2)),
        (b"a\nb\n", b"a\nb\nc\n", (2, 2)),
        (b"a\nb", b"a\nb\n", (2, 2)),
        (b"", b"a\n", (1, 1)),
        (b"a\r\n", b"a\n", (1, 2)),
        ("äöü\n".encode(), b"a\n", (1, 4)),
    ],
)
def test_first_difference(disk, rendered, place):
    """The first differing line, as characters; the last line if the file is too short."""
    assert first_difference(disk, rendered) == place
