"""What the command prints where: colours and progress on a terminal, plain text into pipes, and no word when nobody reads."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.projects import COMMAND, SMALL, environment, files, here, hypertool, process, small

BROKEN = SMALL.replace("rate: shop_orders", "rate: shop_oders")


def on_terminal(folder, *command, **more):
    """Run a command with a terminal as its output and return what arrives there."""
    ours, theirs = pty.openpty()
    try:
        running = subprocess.Popen(
            command, cwd=folder, env=environment(**more), stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        parts = []
        while True:
            ready, _, _ = select.select([ours], [], [], 60)
            assert ready, "nothing more came"
            try:
                part = os.read(ours, 65_536)
            except OSError:  # Linux says so when the other side has closed
                break
            if not part:
                break
            parts.append(part)
        return running.wait(timeout=60), b"".join(parts).decode("utf-8")
    finally:
        os.close(ours)


def test_colours_on_a_terminal(tmp_path):
    """Severity and carets stand out; below the colours is the text that pipes get."""
    project = small(tmp_path / "p", BROKEN)
    code, shown = on_terminal(project, *COMMAND, "check")
    assert code == 1
    assert "\x1b[1;31merror\x1b[0m[query/unknown-metric]" in shown
    plain = process(project, "check").stdout
    assert "\x1b" not in plain
    assert _stripped(shown) == plain


def _stripped(shown):
    for code in ("\x1b[1;31m", "\x1b[31m", "\x1b[1m", "\x1b[0m"):
        shown = shown.replace(code, "")
    return shown.replace("\r\n", "\n")


@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colours_on_request(tmp_path, more):
    """NO_COLOR and a terminal that cannot do better are respected."""
    code, shown = on_terminal(small(tmp_path / "p", BROKEN), *COMMAND, "check", **more)
    assert code == 1
    assert "\x1b" not in shown


def test_json_is_never_coloured(tmp_path):
    """What programs read has no escape codes, on a terminal neither."""
    _, shown = on_terminal(small(tmp_path / "p", BROKEN), *COMMAND, "check", "--format", "json")
    assert "\x1b" not in shown


def test_a_list_fits_a_terminal(tmp_path):
    """On a terminal the codes stand out, and each finding takes one line."""
    _, shown = on_terminal(tmp_path, *COMMAND, "explain", COLUMNS="60")
    assert "\x1b[1mquery/syntax\x1b[0m" in shown
    lines = _stripped(shown).splitlines()
    assert max(map(len, lines)) == 60
    assert any(line.endswith("\N{HORIZONTAL ELLIPSIS}") for line in lines)
    assert process(tmp_path, "explain").stdout.count("\n") == len(lines)


SLOW = """
import sys, time
from obsgen import cli, line
real = line.check
def slow(*args, **more):
    time.sleep(1.5)
    return real(*args, **more)
line.check = slow
sys.exit(cli.run(sys.argv[1:]))
"""


def test_progress_on_a_terminal(tmp_path):
    """What takes long says so after a moment, and takes the words away again; in a pipe there is silence."""
    project = small(tmp_path / "p")
    command = [sys.executable, "-c", SLOW, "check", "--full"]
    _, shown = on_terminal(project, *command, NO_COLOR="1")
    assert shown.startswith("checking ...\r            \r")
    assert "\x1b" not in shown
    piped = subprocess.run(command, cwd=project, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert piped.stderr == ""
    assert "checking" not in piped.stdout


def test_quick_work_shows_no_progress(tmp_path):
    """Nothing flickers where everything is done at once."""
    _, shown = on_terminal(small(tmp_path / "p"), *COMMAND, "init", "x")
    assert "..." not in shown


def test_nobody_reads(tmp_path):
    """A reader that leaves early, such as `head -1`, brings no traceback and no complaint."""
    text = SMALL + "".join(
        f"  a:b:c{number}: {{record: X., query: {{rate: nope_total, over: 5m}}}}\n" for number in range(3000)
    )
    project = small(tmp_path / "p", text)
    command = " ".join(COMMAND) + " check | head -1; echo ${PIPESTATUS[0]}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=project, env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    first, code = done.stdout.splitlines()
    assert "error[query/unknown-metric]" in first
    assert code == "2"
    assert done.stderr == ""


def test_thousands_of_findings(tmp_path):
    """A catalog that is wrong all over is reported in full, and in good time."""
    text = SMALL + "".join(
        f"  a:b:c{number}: {{record: X., query: {{rate: shop_oders_total, over: 5m}}}}\n" for number in range(3000)
    )
    project = small(tmp_path / "p", text)
    start = time.monotonic()
    done = process(project, "check", "--format", "github")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 3000
    assert time.monotonic() - start < 60


def test_a_full_pipe_end(tmp_path):
    """Output that cannot be written is told, not traced."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [*COMMAND, "check"],
            cwd=small(tmp_path / "p"),
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_without_unicode(tmp_path):
    """Where the output knows no Unicode, there is text all the same: click writes UTF-8, or the sign is spelled out."""
    text = SMALL.replace("Orders.}", "Örders}").replace("rate: shop_orders", "rate: shop_örders")
    done = process(small(tmp_path / "p", text), "check", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1
    assert any(name in done.stdout for name in ("shop_\\xf6rders", "shop_örders"))
    text = SMALL.replace("rate: shop_orders", "rate: shop_\u0151rders")
    done = process(small(tmp_path / "q", text), "check", PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (1, "")
    assert "shop_\\u0151rders" in done.stdout
    assert done.stderr == ""


def test_killed_builds_heal(tmp_path, monkeypatch, capsys):
    """A build that is killed at any moment leaves each file wholly old or wholly new, and the next build puts it right."""
    project = hypertool(tmp_path / "project")
    catalog = project / "specs" / "hypertool" / "metrics.yaml"
    one = catalog.read_text(encoding="utf-8")
    other = one.replace("Persona switches;", "Switches of personas;")
    clean = {}
    for text in (other, one):
        catalog.write_text(text, encoding="utf-8")
        assert process(project, "build").returncode == 0
        clean[text] = files(project / "generated")
    changing = [
        path for path, content in clean[one].items() if content != clean[other].get(path) and path != "manifest.json"
    ]
    assert len(changing) > 1
    for text in (other, one) * 4:
        catalog.write_text(text, encoding="utf-8")
        start = time.monotonic()
        running = subprocess.Popen([*COMMAND, "build"], cwd=project, env=environment(), stdout=subprocess.DEVNULL)
        _until(
            running,
            lambda start=start: any((project / "generated").glob(".obsgen-*.tmp")) or time.monotonic() - start > 30,
        )
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=30)
        left = files(project / "generated")
        assert all(left[path] in (clean[one][path], clean[other][path]) for path in changing)
        assert here(project, monkeypatch, "build") == 0
        assert capsys.readouterr().err == ""
        assert not [path for path in files(project) if path.endswith(".tmp")]
        assert files(project / "generated") == clean[text]
    assert process(project, "check", "--full").returncode == 0


def _until(running, reached):
    while running.poll() is None and not reached():
        time.sleep(0.001)


def test_two_builds_at_once(tmp_path):
    """Builds that meet do not mix: afterwards everything is up to date."""
    project = hypertool(tmp_path / "project")
    both = [
        subprocess.Popen([*COMMAND, "build"], cwd=project, env=environment(), stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]
    assert [one.wait(timeout=120) for one in both] == [0, 0, 0]
    done = process(project, "check", "--full")
    assert (done.returncode, done.stdout.startswith("clean: ")) == (0, True)
