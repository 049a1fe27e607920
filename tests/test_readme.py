"""What README and the pages below docs/ show is true."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from obsgen.config import read as read_settings
from obsgen.load import load_texts
from obsgen.report import text
from obsgen.source.files import read
from tests import tools
from tests.bakery import besides
from tests.cli.projects import COMMAND, environment

PAGES = sorted(
    path.relative_to(tools.CHECKOUT).as_posix()
    for path in (tools.CHECKOUT / "README.md", *(tools.CHECKOUT / "docs").rglob("*.md"))
)
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
    printed = run(block, tmp_path)
    assert 'hypertool_workflow_quality_gate_total{result="passed",stage="quality_validation",' in printed


def run(block, folder):
    """Run Python code as a service would that has the generated collectors and the runtime; return what it prints."""
    path = [str(tools.CHECKOUT / "generated" / "python"), str(tools.CHECKOUT / "runtime")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{block}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/targets/")])
def test_python_of_the_targets(page, tmp_path):
    """Python code on the page of a target runs."""
    for block in blocks(page, "python"):
        run(block, tmp_path)


def test_some_target_shows_python():
    """The search for such code finds some."""
    assert [page for page in PAGES if page.startswith("docs/targets/") and blocks(page, "python")] != []


def test_starting_your_own(tmp_path):
    """The commands for a project of one's own end with a clean check."""
    (script,) = (body for body in blocks("README.md", "") if body.startswith("obsgen init"))
    command = tmp_path / "bin" / "obsgen"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    variables = environment()
    variables["PATH"] = f"{command.parent}:{variables['PATH']}"
    done = subprocess.run(
        ["bash", "-ec", script], cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("clean: ")


def test_the_settings_of_the_guide(tmp_path):
    """The settings that the guide shows are the defaults, those in comments included."""
    (block,) = blocks("docs/catalog.md", "toml")
    default = read_settings(tmp_path)
    (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
    assert read_settings(tmp_path) == default
    commented = re.sub(r"^# (?=[\w\"]+(/[\w\"-]+)? =)", "", block, flags=re.MULTILINE)
    assert commented != block
    (tmp_path / "pyproject.toml").write_text(
        re.sub(r"   [a-z\"].*$", "", commented, flags=re.MULTILINE), encoding="utf-8"
    )
    assert read_settings(tmp_path).python_packages == {"shop": "src/shop/metrics"}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    """Every relative link of a page leads to a file or a folder."""
    here = (tools.CHECKOUT / page).parent
    words = _FENCE.sub("", (tools.CHECKOUT / page).read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"`[^`\n]*`", "", words))
    assert [link for link in links if "://" not in link and not (here / link).exists()] == []


def test_every_page_is_found():
    """From README one gets to every page by links; a link to a folder leads to the pages in it. Fragments of the changelog are none."""
    seen, left = set(), [tools.CHECKOUT / "README.md"]
    while left:
        page = left.pop()
        seen.add(page.relative_to(tools.CHECKOUT).as_posix())
        words = _FENCE.sub("", page.read_text(encoding="utf-8"))
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", words):
            to = (page.parent / link).resolve()
            left += [one for one in ((to,) if to.is_file() else to.glob("*.md")) if one.suffix == ".md"]
        left = [one for one in left if one.relative_to(tools.CHECKOUT).as_posix() not in seen]
    assert [page for page in PAGES if page not in seen and not page.startswith("docs/changelog.d/")] == []


def test_the_first_page_is_short():
    """README fits on a few screens."""
    assert len((tools.CHECKOUT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


@pytest.mark.parametrize("page", [page for page in PAGES if not page.startswith(("docs/checks/", "docs/decisions/"))])
def test_named_files_exist(page):
    """Files below generated/, scripts/ and obsgen/ that a page names are there."""
    text = (tools.CHECKOUT / page).read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/.-])(?:generated|scripts|obsgen)/[\w./-]*\w", text)
    assert sorted({path for path in named if not (tools.CHECKOUT / path).exists()}) == []


def test_the_examples_of_the_guide():
    """Every catalog of docs/catalog.md loads without a finding, apart from boards that short ones lack; named blocks belong together."""
    alone, together = [], {}
    for body in blocks("docs/catalog.md", "yaml"):
        named = _FILE.match(body)
        if named:
            together[named[1]] = body
        else:
            alone.append({"specs/x.yaml": body})
    for texts in (*alone, together):
        loaded = load_texts(texts)
        assert text.render(besides(loaded.diagnostics), loaded.sources) == ""


def test_the_check_that_contributing_shows():
    """The diff of a small check is that of the check as it stands."""
    text = (tools.CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (diff,) = re.findall(r"^````diff\n(.*?)^````$", text, re.MULTILINE | re.DOTALL)
    files = re.findall(
        r"^\+\+\+ b/(\S+)\n@@[^\n]*\n((?:\+[^\n]*\n)+)", diff.replace("@@ CHECKS @@\n", ""), re.MULTILINE
    )
    assert len(files) == 3
    for path, added in files:
        lines = [line.removeprefix("+") for line in added.splitlines()]
        whole = (tools.CHECKOUT / path).read_text(encoding="utf-8").splitlines()
        assert lines == ([line for line in whole if line in lines] if path.endswith("__init__.py") else whole)
