"""Nothing that may lie in a folder breaks `obsgen lint`: whatever cannot be read is a finding at its place."""

import os
import re
import string
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from obsgen import lint
from obsgen.config import Config
from obsgen.diagnostics import Diagnostic, Severity
from obsgen.lint import lint_texts
from obsgen.load import load_texts
from obsgen.source import nodes
from tests.bakery import BAKERY
from tests.foreign import linted
from tests.foreign.test_config_maps import config_map
from tests.foreign.test_rule_files import GROUPS, MANIFEST
from tests.foreign.test_rule_tests import FIRES, QUIET, RULES, suite
from tests.foreign.test_scrape_configs import BAKED, OVEN, prometheus
from tests.source.places import assert_inside, nodes_below, spans_of

CATALOG = load_texts(BAKERY).catalog
BASES = {
    "rules.yml": RULES,
    "manifest.yml": MANIFEST,
    "test.yml": suite(FIRES, QUIET),
    "prometheus.yml": prometheus(OVEN, BAKED),
    "board.json": '{"title": "x", "panels": [{"id": 1, "type": "stat", "targets": [{"expr": "bakery_orders_total"}]}]}',
    "rules-map.yml": config_map("x.yml", GROUPS),
    "quoted-map.yml": config_map("x.yml", GROUPS, '"'),
    "map.yml": 'kind: ConfigMap\ndata:\n  x.json: |\n    {"title": "x", "panels": [{"targets": [{"expr": "up{"}]}]}\n',
}
_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
_PIECES = sorted({token for text in BASES.values() for token in _TOKEN.findall(text)})
_ODD = [
    "{{",
    "}}",
    "<<: *x",
    "&x ",
    "*x",
    "!!x ",
    "---\n",
    "\u2028",
    "\x00",
    "\t",
    "null",
    "[]",
    "{}",
    "5",
    "''",
    "# obsgen: allow ",
    "|\n",
    "1e999",
]


@st.composite
def edited(draw: st.DrawFn) -> dict[str, str]:
    """Return the files with some of their words exchanged, repeated or lost."""
    texts = {}
    for path in draw(st.lists(st.sampled_from(sorted(BASES)), min_size=1, max_size=3, unique=True)):
        tokens = _TOKEN.findall(BASES[path])
        for _ in range(draw(st.integers(1, 4))):
            at = draw(st.integers(0, len(tokens) - 1))
            change = draw(st.sampled_from(["word", "odd", "lose", "repeat", "cut"]))
            if change == "word":
                tokens[at] = draw(st.sampled_from(_PIECES))
            elif change == "odd":
                tokens[at] = draw(st.sampled_from(_ODD))
            elif change == "lose":
                tokens[at] = ""
            elif change == "repeat":
                tokens[at] *= 2
            else:
                tokens = tokens[: at + 1]
        texts[path] = "".join(tokens)
    return texts


def assert_sound(texts: dict[str, str]) -> None:
    """Everything is judged, and findings stand in these files, inside."""
    for one in lint_texts(CATALOG, texts):
        assert one.primary.span.path in texts
        for span in spans_of(one):
            assert_inside(span, {**BAKERY, **texts}[span.path])


@given(edited())
@settings(deadline=None, max_examples=300)
def test_edited_files(texts: dict[str, str]) -> None:
    """Whatever was changed in files of every kind, the result is findings inside them."""
    assert_sound(texts)


@given(
    st.text(max_size=80)
    | st.text(string.printable, max_size=80)
    | st.lists(st.sampled_from(_PIECES + _ODD), max_size=30).map("".join)
)
@example("a: &x\n  <<: *x\n")
@example("? [a]\n: b\n---\ngroups: *a\n")
@settings(deadline=None, max_examples=300)
def test_any_text(text: str) -> None:
    """No text raises, as YAML or as JSON; every node of every document lies inside the file."""
    read = nodes.parse_all(text, "a.yml")
    for root in read.roots:
        for node in nodes_below(root):
            assert_inside(node.span, text)
    assert_sound({"a.yml": text, "b.json": text})


DEEP = 100_000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("groups: " + "[" * DEEP, "yaml/too-deep"),
        ("groups: &x [*x]\n", "yaml/recursive-alias"),
        ("a: &a [x, x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)), "yaml/too-large"),
        ("groups: *nothing\n", "yaml/unknown-alias"),
        ("a: &x []\n---\ngroups: *x\n", "yaml/unknown-alias"),
        ("groups:\n- name: \x00\n", "yaml/character"),
        ("groups: []\ngroups: []\n", "yaml/duplicate-key"),
    ],
)  # fmt: skip
def test_bombs(text: str, code: str) -> None:
    """Depth without end, aliases without end and the like are one finding."""
    assert [code for code, _ in linted({"x.yml": text})] == [code]


def test_merges() -> None:
    """Merged keys count as if they were written out, the mapping's own ones and earlier ones first."""
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\n---\nc: {<<: {x: 1}}\n"
    read = nodes.parse_all(text, "x.yml")
    assert read.diagnostics == ()
    assert [nodes.plain(root)["c"] for root in read.roots] == [{"x": 3, "y": 1, "z": 2}, {"x": 1}]


def lint_folder(folder: Path, *names: str) -> tuple[list[Diagnostic], lint.Linted]:
    """Lint *folder*, or files in it, without a catalog."""
    config = Config(root=folder, specs=folder / "specs", out=folder / "out")
    found = lint.lint(config, [folder / name for name in names] or [folder], folder)
    return list(found.diagnostics), found


def test_folder(tmp_path: Path) -> None:
    """In a folder all files that obsgen knows are read, hidden ones and others are not, links are not followed."""
    (tmp_path / "a").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "a" / "x.yml").write_text(GROUPS)
    (tmp_path / ".git" / "y.yml").write_text("groups: [")
    (tmp_path / "compose.YAML").write_text("services: {}\nservices: {}\n")
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "tsconfig.json").write_text('{ // comments\n"exclude": ["tests", "groups"]}')
    (tmp_path / "deployment.yaml").write_text("kind: Deployment\nspec: {{ .Values.spec }}\n")
    (tmp_path / "readme.md").write_text("groups: [")
    (tmp_path / "loop").symlink_to(tmp_path)
    found, linted_ = lint_folder(tmp_path)
    assert [(one.code, one.severity, one.primary.span.path) for one in found] == [
        ("source/unreadable", Severity.WARNING, "loop")
    ]
    assert (linted_.files, linted_.skipped) == ("1 rule file", 4)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"groups: \xff\n", "source/not-utf8"), (b"groups:\x00\n", "yaml/character"), (b"\xef\xbb\xbfgroups: []\n", None), (b"", "foreign/unknown-kind"), (b"x: 1\n", "foreign/unknown-kind"), (b"- x\n", "foreign/unknown-kind")],
)  # fmt: skip
def test_named_file(content: bytes, code: str | None, tmp_path: Path) -> None:
    """A file that was named is read or it is said why not."""
    (tmp_path / "x.yml").write_bytes(content)
    assert [one.code for one in lint_folder(tmp_path, "x.yml")[0]] == ([code] if code else [])


def test_no_file(tmp_path: Path) -> None:
    """A pipe and a link that leads nowhere are findings, and nobody waits for them."""
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "gone.yml").symlink_to(tmp_path / "nothing.yml")
    found, _ = lint_folder(tmp_path)
    assert [(one.code, one.primary.span.path) for one in found] == [
        ("source/unreadable", "gone.yml"),
        ("source/unreadable", "pipe.yml"),
    ]


def test_broken_in_folder(tmp_path: Path) -> None:
    """A file of a folder that cannot be read, and may be one of those that matter, is not passed over."""
    (tmp_path / "a.yml").write_text("groups: [")
    (tmp_path / "b.yml").write_text("groups: {{ .Values.groups }}\n")
    (tmp_path / "c.json").write_text('{"panels": [')
    found, linted_ = lint_folder(tmp_path)
    assert [(one.code, one.primary.span.path) for one in found] == [
        ("yaml/syntax", "a.yml"),
        ("foreign/template", "b.yml"),
        ("json/syntax", "c.json"),
    ]
    assert linted_.skipped == 0


def test_named_twice(tmp_path: Path) -> None:
    """A file is looked at once, however often its folder and itself are named."""
    (tmp_path / "x.yml").write_text("x: 1\n")
    for names in (("x.yml", "."), (".", "x.yml", "x.yml")):
        found, linted_ = lint_folder(tmp_path, *names)
        assert [one.code for one in found] == ["foreign/unknown-kind"]
        assert linted_.skipped == 0


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [("api.yaml", "openapi: 3.0.0\n", False), ("x.txt", "", False), ("a.yaml", "{obsgen: 1}\n", True), ("a.yaml", "obsgen: 2\n", True), ("a.yaml", '"obsgen": 1\nx: 1\n', True), ("a.yaml", b"\xff", True)],
)  # fmt: skip
def test_a_folder_called_like_a_catalog(name: str, text: str | bytes, is_one: bool, tmp_path: Path) -> None:
    """A folder that only has the usual name is the catalog if a file says so, or may say so; one that was named always is."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "x.yml").write_text(GROUPS)
    config = Config(root=tmp_path, specs=tmp_path / "specs", out=tmp_path / "out")
    assert lint.lint(config, [tmp_path / "x.yml"], tmp_path, named=False).broken is is_one
    assert lint.lint(config, [tmp_path / "x.yml"], tmp_path).broken
