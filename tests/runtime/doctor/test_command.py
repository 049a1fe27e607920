"""The command: exit codes, formats, bad arguments, deadline, and what it never prints."""

import json
import os
import subprocess
import sys

import pytest
from obsgen_runtime.doctor import run
from obsgen_runtime.doctor.report import redacted
from obsgen_runtime.doctor.results import failed, shown
from obsgen_runtime.testing import RecordingServer

from tests.runtime.conftest import SAMPLES
from tests.runtime.doctor.served import elapsed, http, process, speaking

COMMAND = "import sys; from obsgen_runtime.cli import main; sys.exit(main(sys.argv[1:]))"
SECRET = "sk-lf-planted-0123456789abcdef"
PUBLIC = "pk-lf-planted-fedcba98765432100"


@pytest.fixture
def sample_path(monkeypatch):
    monkeypatch.syspath_prepend(str(SAMPLES))


def test_a_healthy_process(live, doctor, sample_path):
    """A process that serves the named package has no failure; that Langfuse is not configured is a warning."""
    code, results, _ = doctor("--url", live, "--metrics", "hypertool_metrics")
    assert code == 0
    assert {name for name, each in results.items() if each["status"] in ("failed", "warning")} == {"keys"}
    assert results["catalog"]["said"] == "all 7 metrics are there"
    assert results["unlisted"]["said"] == "nothing is served that the catalog lacks"
    assert results["openmetrics"]["status"] == "ok"


def test_in_a_process_of_its_own(live, child_environment):
    """The command line prints a mark and a line for each check, and a summary, and ends with 0."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "doctor", "--url", live, "--metrics", "hypertool_metrics", "--no-langfuse"],
        env=child_environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"obsgen-runtime doctor, {live}"
    assert "ok    catalog         all 7 metrics are there" in lines
    assert lines[-1].split(" ok")[0].isdecimal()


def test_collectors_in_another_registry(child_environment, doctor, sample_path):
    """Collectors that are not in the registry that is served are missed, though all runs and answers."""
    code = "from prometheus_client import REGISTRY; [REGISTRY.unregister(each) for each in"
    code += " {REGISTRY._names_to_collectors[name] for name in REGISTRY._names_to_collectors if 'hypertool' in name}]"
    with process(child_environment, code) as url:
        ended, results, _ = doctor("--url", url, "--metrics", "hypertool_metrics")
    assert (ended, results["catalog"]["status"]) == (1, "failed")
    assert results["catalog"]["said"].startswith("none of the 7 metrics is there; the page shows ")


def test_a_token_in_the_address(doctor, live):
    """What follows the path of --url is asked for and not shown."""
    code, _, printed = doctor("--url", f"{live}?token=hush", "--no-langfuse")
    assert (code, "hush" in printed) == (0, False)


def test_the_working_directory(tmp_path, monkeypatch, doctor, live):
    """A package beside the caller is found, and one that breaks when it is imported is an argument that makes no sense."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "breaking_metrics.py").write_text("raise SystemExit(7)")
    assert run(["--url", live, "--metrics", "breaking_metrics"]) == 2


def test_strict(live, doctor, sample_path):
    """With --strict a warning is a failure."""
    assert doctor("--url", live, "--strict")[0] == 1
    assert doctor("--url", live, "--strict", "--no-langfuse")[0] == 0


def test_required(live, doctor):
    """Without keys, --required langfuse fails with the words of a warning otherwise."""
    wanted, needed = doctor("--url", live), doctor("--url", live, "--required", "langfuse")
    assert (wanted[0], needed[0]) == (0, 1)
    assert wanted[1]["keys"] == {**needed[1]["keys"], "status": "warning"}


@pytest.mark.parametrize("switch", ["LANGFUSE_ENABLED", "LANGFUSE_TRACING_ENABLED", "OTEL_SDK_DISABLED"])
def test_switched_off(doctor, live, monkeypatch, switch):
    """What is switched off is skipped, unless it is required."""
    monkeypatch.setenv(switch, "true" if switch == "OTEL_SDK_DISABLED" else "false")
    said = f"{switch} is {'on' if switch == 'OTEL_SDK_DISABLED' else 'off'}"
    assert doctor("--url", live)[1]["keys"] == {"name": "keys", "status": "skipped", "said": said, "advice": ""}
    assert doctor("--url", live, "--required", "langfuse")[1]["keys"]["status"] == "failed"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--url", "ftp://host/metrics"], "--url is no URL: write http://host:port"),
        (["--url", "http://host:99999"], "--url is no URL: write http://host:port"),
        (["--url", "http://me:hush@host"], "--url holds a user name, and it would be printed: write it without"),
        (["--prometheus", "x"], "--prometheus is no URL: write http://host:port"),
        (["--deadline", "0"], "--deadline is out of range: write seconds between 0.5 and 600"),
        (["--deadline", "soon"], "--deadline is out of range: write seconds between 0.5 and 600"),
        (["--rules", "x"], "--rules needs --prometheus: the server that should have them"),
        (
            ["--required", "langfuse", "--no-langfuse"],
            "--required langfuse and --no-langfuse contradict each other",
        ),
        (
            ["--metrics", "no_such_package"],
            "--metrics: cannot import no_such_package (ModuleNotFoundError): run this where the service runs, in its "
            "environment",
        ),
        (
            ["--metrics", "json"],
            "--metrics: json has no table DESCRIPTORS: name a package that `obsgen build` wrote",
        ),
    ],
)
def test_arguments_that_make_no_sense(arguments, message, capsys):
    """They end with 2 and one line, before anything is asked."""
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"obsgen-runtime doctor: {message}\n")


def test_unknown_arguments_and_help(capsys):
    """An unknown argument ends with 2, --help with 0; neither raises."""
    assert run(["--format", "xml"]) == 2
    assert run(["--help"]) == 0
    assert "usage: obsgen-runtime doctor" in capsys.readouterr().out


def test_the_deadline_holds(child_environment):
    """With a page, a Langfuse and a Prometheus that never answer, the whole process ends in about the deadline."""
    with RecordingServer("silent") as server:
        environment = {**child_environment, "LANGFUSE_PUBLIC_KEY": PUBLIC, "LANGFUSE_SECRET_KEY": SECRET}
        environment["LANGFUSE_BASE_URL"] = environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = server.url
        command = [sys.executable, "-c", COMMAND, "doctor", "--deadline", "1.5", "--format", "json"]
        done, seconds = elapsed(
            lambda: subprocess.run(
                [*command, "--url", server.url, "--prometheus", server.url],
                env=environment, capture_output=True, text=True, timeout=30, check=False,
            )
        )  # fmt: skip
    document = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert document["seconds"] <= 1.6
    assert seconds < 5  # the interpreter's own start included
    failed = {each["name"] for each in document["results"] if each["status"] == "failed"}
    assert {"page", "health", "scraped"} <= failed


def test_a_reader_that_goes_away(live, child_environment):
    """A closed pipe behind the command is no traceback."""
    done = subprocess.run(
        ["bash", "-c", '"$0" -c "$1" doctor --url "$2" --no-langfuse | head -n 1', sys.executable, COMMAND, live],
        env=child_environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == ""


def test_a_terminal_without_letters(live, child_environment):
    """Where the output cannot show a letter, it is spelled out."""
    with speaking(http("größe{ 1\n".encode())) as port:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, "doctor", "--url", f"http://127.0.0.1:{port}", "--no-langfuse"],
            env={**child_environment, "PYTHONIOENCODING": "ascii"},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert "line 1: gr\\xf6\\xdfe{ 1" in done.stdout


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_planted_secret(form, capsys, monkeypatch, tmp_path):
    """Keys that page and servers echo, and that stand in URLs and files, are never printed, encoded or not."""
    import base64

    pair = base64.b64encode(f"{PUBLIC}:{SECRET}".encode()).decode()
    file = tmp_path / "hush.env"
    file.write_text(f"LANGFUSE_SECRET_KEY={SECRET}\nAPP_TOKEN=token-0123456789\n")
    file.chmod(0o600)
    monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", PUBLIC)
    monkeypatch.setenv(f"LANGFUSE_HOS_{SECRET}", "x")
    body = {"status": f"{SECRET} {pair}", "version": f"{PUBLIC} token-0123456789", "data": [{"name": SECRET}]}
    with RecordingServer() as server, speaking(http(f"bad {SECRET} {pair} token-0123456789\n")) as port:
        monkeypatch.setenv("LANGFUSE_BASE_URL", server.url)
        for path in ("health", "projects"):
            server.answer("GET", f"/api/public/{path}", body)
        run(["--url", f"http://127.0.0.1:{port}", "--env-file", str(file), "--format", form, "--deadline", "3"])
    printed = capsys.readouterr()
    assert "[secret]" in printed.out
    for hidden in (SECRET, pair, PUBLIC, "token-0123456789"):
        assert hidden not in printed.out + printed.err


@pytest.mark.parametrize("before", range(60, 121, 3))
@pytest.mark.parametrize("hidden", ["key", "pair"])
def test_a_secret_at_the_end_of_a_line(hidden, before):
    """A line that is cut off in the middle of a key shows nothing of it, wherever the cut is."""
    import base64

    pair = base64.b64encode(f"{PUBLIC}:{SECRET}".encode()).decode()
    key = SECRET if hidden == "key" else pair
    (found,) = redacted([failed("x", shown("." * before + key + "." * 200), "")], [SECRET, PUBLIC])
    assert key[:8] not in found.said
    assert "[secret]" in found.said or before > 117 - 8


def test_advice_is_not_taken_for_a_secret(doctor, live, monkeypatch):
    """How keys begin stands in the advice even if one of them is set."""
    monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", PUBLIC)
    assert 'LANGFUSE_PUBLIC_KEY="pk-lf-..."' in doctor("--url", live)[1]["keys"]["advice"]


def test_user_in_the_address(doctor, live, monkeypatch):
    """A user name in an address of the environment is refused, and not shown."""
    for password in ("hush-hush", "hush-hush" * 20):
        monkeypatch.setenv("LANGFUSE_BASE_URL", f"https://me:{password}@host")
        _, results, printed = doctor("--url", live)
        assert "hush" not in printed
        assert results["settings"]["status"] == "failed"


def test_several_processes(tmp_path, child_environment, doctor, sample_path):
    """In multiprocess mode a metric without series is a warning, since it cannot be seen yet."""
    with process({**child_environment, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}) as url:
        _, results, _ = doctor("--url", url, "--metrics", "hypertool_metrics")
    assert results["catalog"]["status"] in ("ok", "warning")
    assert results["labels"]["status"] == "ok"
    assert results["types"]["status"] == "ok"
    assert os.environ.get("PROMETHEUS_MULTIPROC_DIR") is None
