"""Pages that are none: each ends in time, with one failure that says what it is."""

import gzip
import json
import subprocess
import sys

import pytest
from obsgen_runtime.doctor import reaching

from tests.runtime.doctor.served import elapsed, http, speaking
from tests.runtime.doctor.test_command import COMMAND

NOT_THERE = (
    "Nothing listens there. The process says `metrics live` with the real address once it does: compare it with --url. "
    'Without that line, `initialize_observability` was not called, or failed. In a container pass `host="0.0.0.0"`.'
)
STUCK = (
    "Something listens there and does not answer: the process is stuck, or the port is another program's. "
    "`ss -ltnp` shows whose it is."
)
FOREIGN = (
    "This is not a metrics page. Another program has the port, or the page is at another path: compare --url with the "
    "address that the process logs at its start."
)
UNREADABLE = (
    "Prometheus drops the whole page for one such line. Series come from the generated collectors only, never from "
    "text put together by hand."
)
TOO_LARGE = (
    "A page of this size has too many series, or is none. Look for open labels that hold identifiers, and for metrics "
    "that were made without the generated collectors."
)
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "said", "advice"),
    [
        (http("<html><body>It works</body></html>", "text/html"), "the content type is text/html", FOREIGN),
        (http("<html>"), "the page begins with <html>", FOREIGN),
        (http('{"up": 1}'), 'the page begins with {"up": 1}', FOREIGN),
        (http("up 1\n", "application/json"), "the content type is application/json", FOREIGN),
        (http("up 1\n", ""), "the answer has no content type", FOREIGN),
        (http("no", status="404 Not Found"), "the answer is HTTP 404", FOREIGN),
        (http("no", status="500 Oh"), "the answer is HTTP 500", FOREIGN),
        (http("", status="302 Found", extra="Location: http://127.0.0.1:1/\r\n"), "the answer is HTTP 302", FOREIGN),
        (http("up 1\nthis is no sample\n"), "it cannot be read: line 2: this is no sample", UNREADABLE),
        (http("up{a=1\n"), "it cannot be read: line 1: up{a=1", UNREADABLE),
        (http(b"up 1\n\xff\xfe\n"), "it cannot be read: byte 5 is not UTF-8", UNREADABLE),
        (http(gzip.compress(b"up 1\n"), extra="Content-Encoding: gzip\r\n"), "it cannot be read: byte 1 is not UTF-8", UNREADABLE),
        (http("up \x1b[31m" + "x" * 5000), "it cannot be read: line 1: up [31m" + "x" * 110 + "...", UNREADABLE),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "the answer is no HTTP, or was cut off (BadStatusLine)", FOREIGN),
        (b"", "the answer is no HTTP, or was cut off (RemoteDisconnected)", FOREIGN),
        (http("x" * 100)[:-50], "the connection broke in the middle of the answer", FOREIGN),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200, "the answer is no HTTP, or was cut off (HTTPException)", FOREIGN),
    ],
)  # fmt: skip
def test_answers(doctor, answer, said, advice):
    """What is no metrics page is named, in one line without control characters."""
    with speaking(answer) as port:
        code, results, _ = doctor("--url", f"http://127.0.0.1:{port}", "--no-langfuse", "--deadline", "5")
    page = results["page"]
    assert (code, page["status"], page["said"].removeprefix(f"127.0.0.1:{port}: ")) == (1, "failed", said)
    assert page["advice"] == advice
    assert results["catalog"] == {
        "name": "catalog",
        "status": "skipped",
        "said": "there is no page to look at",
        "advice": "",
    }


def test_nobody_there(doctor):
    """A port where nobody listens is the case that the advice begins with."""
    with speaking() as port:
        pass
    _, results, _ = doctor("--url", f"http://127.0.0.1:{port}", "--no-langfuse")
    assert results["page"]["said"] == f"127.0.0.1:{port}: cannot connect: Connection refused"
    assert results["page"]["advice"] == NOT_THERE


@pytest.mark.parametrize(
    "server",
    [
        {"forever": b"", "pause": 0.1},
        {"pieces": [CHUNKED], "forever": b"u", "pause": 0.05},
        {"pieces": [b"HTTP/1.1 200 OK\r\n"], "forever": b"X: y\r\n", "pause": 0.2},
        {"pieces": [http("up 1\n")[:20]], "forever": b"", "pause": 0.1},
    ],
    ids=["silent", "drips-body", "drips-head", "stops"],
)
def test_those_that_do_not_come_to_an_end(doctor, server):
    """Whatever is slow ends within the deadline, and is said to be stuck."""
    with speaking(*server.pop("pieces", ()), **server) as port:
        (code, results, _), seconds = elapsed(
            lambda: doctor("--url", f"http://127.0.0.1:{port}", "--no-langfuse", "--deadline", "1.5")
        )
    assert code == 1
    assert seconds <= 1.8
    assert "no whole answer within" in results["page"]["said"]
    assert results["page"]["advice"] == STUCK


def test_endless(doctor, monkeypatch):
    """A page that never stops is cut off at its size, long before the memory is full."""
    monkeypatch.setattr(reaching, "LARGEST_BYTES", 2**21)
    monkeypatch.setitem(reaching.fetch.__kwdefaults__, "largest", 2**21)
    with speaking(CHUNKED, forever=b"up 1\n" * 10_000) as port:
        _, results, _ = doctor("--url", f"http://127.0.0.1:{port}", "--no-langfuse")
    assert results["page"]["said"] == f"127.0.0.1:{port}: the answer is larger than 2 MB"
    assert results["page"]["advice"] == TOO_LARGE


def test_huge(child_environment):
    """A page that takes too long to read is left behind at the deadline, and does not hold up the end of the process."""
    page = "".join(f'up{{a="{number}",b="{"x" * 50}"}} 1\n' for number in range(150_000))
    with speaking(http(page)) as port:
        # In this process, the thread that reads would go on for half a minute.
        arguments = ["--url", f"http://127.0.0.1:{port}", "--no-langfuse", "--deadline", "1", "--format", "json"]
        done, seconds = elapsed(
            lambda: subprocess.run(
                [sys.executable, "-c", COMMAND, "doctor", *arguments],
                env=child_environment, capture_output=True, text=True, timeout=60, check=False,
            )
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert document["seconds"] <= 2
    assert seconds < 5  # the interpreter's own start included
    (found,) = (one for one in document["results"] if one["name"] == "page")
    assert found["status"] == "failed"
    assert found["said"] == "its 10 MB take too long to read"
    assert found["advice"] == TOO_LARGE


def test_openmetrics_that_is_not_well_formed(doctor):
    """A page is read in the format that Prometheus asks for first, too, and as strictly."""
    with speaking(http("# TYPE up gauge\nup 1\n", "application/openmetrics-text; version=1.0.0")) as port:
        _, results, _ = doctor("--url", f"http://127.0.0.1:{port}", "--no-langfuse")
    assert results["page"]["status"] == "ok"
    assert results["openmetrics"]["said"].startswith("it is not well-formed: ValueError: Missing # EOF")
    assert results["openmetrics"]["advice"] == UNREADABLE
