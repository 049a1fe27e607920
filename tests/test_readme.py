"""What README and docs/catalog.md show is true."""

from __future__ import annotations

import re
import subprocess
import sys

from obsgen.load import load_texts
from obsgen.report import text
from obsgen.source.files import read
from tests import tools

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# file: (\S+)\n")


def blocks(path, language):
    """Return the fenced blocks of one language on a page."""
    page = (tools.CHECKOUT / path).read_text(encoding="utf-8")
    return [body for name, body in _FENCE.findall(page) if name == language]


def test_the_finding_on_the_first_page():
    """The finding that README shows is what obsgen prints for that slip in the shipped catalog."""
    shown = next(body for body in blocks("README.md", "") if body.startswith("$ obsgen check"))
    texts = dict(read(tools.CHECKOUT / "specs", base=tools.CHECKOUT).texts)
    alerts = "specs/hypertool/alerts.yaml"
    texts[alerts] = texts[alerts].replace("part: {result: failed}", "part: {result: fail}")
    loaded = load_texts(texts)
    assert text.render(loaded.diagnostics, loaded.sources) in shown


def test_recording_something(tmp_path):
    """The lines that record something run with the generated collectors, and are seen on the metrics page."""
    (block,) = (body for body in blocks("README.md", "python") if "initialize_observability" in body)
    block = block.replace("prometheus_port=9464", "prometheus_port=0")
    block += "import urllib.request\nprint(urllib.request.urlopen(listener.url).read().decode())\n"
    path = [str(tools.CHECKOUT / "generated" / "python"), str(tools.CHECKOUT / "runtime")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{block}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert 'hypertool_workflow_quality_gate_total{result="passed",stage="quality_validation",' in done.stdout


def test_the_examples_of_the_guide():
    """Every catalog of docs/catalog.md loads without a finding; blocks with a file name belong together."""
    alone, together = [], {}
    for body in blocks("docs/catalog.md", "yaml"):
        named = _FILE.match(body)
        if named:
            together[named[1]] = body
        else:
            alone.append({"specs/x.yaml": body})
    for texts in (*alone, together):
        loaded = load_texts(texts)
        assert text.render(loaded.diagnostics, loaded.sources) == ""
