"""Our Alloy printer and parser against Alloy's own, in a small Go program that is built for the occasion."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obsgen.targets.alloy.parser import AlloySyntaxError, parse
from obsgen.targets.alloy.printer import print_file
from obsgen.targets.alloy.syntax import Attribute, File, RawString, String, walk
from tests import tools
from tests.targets.alloy.samples import ACCEPTED, REFUSED, TIGHTER
from tests.targets.alloy.test_printer import PIPELINE_TEXT, UNALIGNED_TEXT
from tests.targets.alloy.trees import HOSTILE, damaged, files, texts, word_salad

SOURCE = Path(__file__).parent / "oracle"


@dataclass(frozen=True)
class Oracle:
    program: Path

    def run(self, *args, text=""):
        return subprocess.run(
            [self.program, *args], input=text, capture_output=True, encoding="utf-8", timeout=60, check=False
        )

    def judge(self, texts):
        done = self.run("-batch", text=json.dumps(texts))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def oracle(tmp_path_factory):
    program = tmp_path_factory.mktemp("alloyoracle") / "oracle"
    built = tools.run("go", "build", "-o", program, ".", cwd=SOURCE, timeout_seconds=600)
    if built.returncode and not tools.in_ci():
        pytest.skip(f"the Alloy oracle could not be built: {built.stderr}")
    assert built.returncode == 0, built.stderr
    return Oracle(program)


many = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@given(st.lists(files, min_size=1, max_size=4))
@many
def test_the_formatter_leaves_what_we_print_unchanged(oracle, trees):
    """Printed trees are in canonical form, whatever their strings hold."""
    printed = [print_file(tree) for tree in trees if tree.body]
    for text, verdict in zip(printed, oracle.judge(printed), strict=True):
        assert verdict["error"] == ""
        assert verdict["formatted"] == text


@given(st.lists(texts, min_size=1))
@many
def test_strings_mean_the_same_there(oracle, values):
    """What Alloy reads out of a printed string is the value that went in."""
    text = print_file(File(tuple(Attribute("a", String(value)) for value in values)))
    assert oracle.judge([text])[0]["strings"] == values


def test_hostile_strings_mean_the_same_there(oracle):
    """No text can break out of its quotes."""
    text = print_file(File(tuple(Attribute("a", String(value)) for value in HOSTILE)))
    assert oracle.judge([text])[0]["strings"] == list(HOSTILE)


def test_both_parsers_accept_and_refuse_the_same_samples(oracle):
    """The tables of accepted and refused texts are what Alloy's parser says."""
    accepted = dict(zip(ACCEPTED, oracle.judge(ACCEPTED), strict=True))
    refused = dict(zip(REFUSED, oracle.judge(REFUSED), strict=True))
    assert [text for text, verdict in accepted.items() if not verdict["ok"]] == []
    assert [text for text, verdict in refused.items() if verdict["ok"]] == []


@given(st.lists(word_salad | damaged(), min_size=1, max_size=10))
@many
def test_both_parsers_agree_about_broken_texts(oracle, broken):
    """A text is Alloy for both or for neither, but for the keys that we refuse on purpose."""
    for text, verdict in zip(broken, oracle.judge(broken), strict=True):
        complaint = _complaint(text)
        if "a key must" not in complaint:
            assert (complaint == "") == verdict["ok"], (text, complaint, verdict["error"])


def _complaint(text):
    try:
        parse(text)
    except AlloySyntaxError as error:
        return str(error)
    return ""


def test_we_are_tighter_only_where_we_say_so(oracle):
    """Alloy accepts what we refuse beyond its grammar, so the list stays honest."""
    assert [text for text, verdict in zip(TIGHTER, oracle.judge(TIGHTER), strict=True) if not verdict["ok"]] == []


def test_both_parsers_read_the_same_strings(oracle):
    """String literals of the accepted samples have the same meaning in both."""
    for text, verdict in zip(ACCEPTED, oracle.judge(ACCEPTED), strict=True):
        ours = [node.value for node in walk(parse(text)) if isinstance(node, String | RawString)]
        assert ours == verdict["strings"], text


def test_reprinted_samples_are_canonical(oracle):
    """Whatever was read by hand and printed by us is in canonical form."""
    printed = [print_file(tree) for tree in map(parse, ACCEPTED) if tree.body]
    assert [verdict["formatted"] for verdict in oracle.judge(printed)] == printed


def test_single_texts_on_the_command_line(oracle, tmp_path):
    """The program formats, compares, dumps and complains like `alloy fmt`."""
    assert oracle.run("-t", text=PIPELINE_TEXT).returncode == 0
    assert oracle.run("-t", text=UNALIGNED_TEXT).returncode == 0
    assert oracle.run(text="a=1\nbb = [1,2]").stdout == "a  = 1\nbb = [1, 2]\n"
    assert oracle.run("-t", text="a=1").returncode == 1

    broken = tmp_path / "broken.alloy"
    broken.write_text('scrape "a-b" { }\n', encoding="utf-8")
    done = oracle.run(str(broken))
    assert done.returncode == 1
    assert "valid identifier" in done.stderr

    dumped = json.loads(oracle.run("-dump", text='a.b "c" {\n\td = 1\n\n\te { }\n}\n').stdout)
    assert dumped == [
        {
            "name": "a.b",
            "label": "c",
            "line": 1,
            "attributes": ["d"],
            "blocks": [{"name": "e", "label": "", "line": 4, "attributes": [], "blocks": []}],
        }
    ]
