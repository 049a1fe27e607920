"""Comments that allow a finding in a file that obsgen did not write."""

import datetime as dt
from pathlib import Path

import pytest

from obsgen import lint, pages
from obsgen.codes import is_for_later
from obsgen.config import Config
from tests.bakery import BAKERY, marked

RULE = """\
groups:
- name: bakery
  rules:
  - alert: FlourLow
    expr: |
      bakery_flour_remaining{kind="ry"}
      < 3
    for: 5m
    annotations: {summary: x}
  - alert: FlourGone
    expr: bakery_flour_remaining{kind="ry"} < 1
    for: 5m
    annotations: {summary: x}
"""
CODE = "query/unknown-label-value"
BOTH = [(CODE, "ry"), (CODE, "ry")]


def found(text: str, folder: Path, today: str = "2026-01-01") -> list[tuple[str, str]]:
    """Return code and word of what `obsgen lint` finds in the rule file *text* beside the bakery's catalog."""
    for path, content in {**BAKERY, "rules.yml": text}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8", newline="")
    config = Config(root=folder, specs=folder / "specs", out=folder / "out")
    linted = lint.lint(config, [folder / "rules.yml"], folder, today=dt.date.fromisoformat(today))
    return [(one.code, marked(linted.sources, one.primary.span)) for one in linted.diagnostics]


def above(line: str, comment: str) -> str:
    """Return the rules with *comment* on a line above *line*, as far to the right."""
    indent = line[: len(line) - len(line.lstrip())]
    assert RULE.count(line) == 1
    return RULE.replace(line, f"{indent}# obsgen: allow {comment}\n{line}")


ALLOW = f"{CODE} rye is spelt so here"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (RULE, BOTH),
        # Above and behind the expression, in it, above the rule, the group, the file.
        (above('    expr: bakery_flour_remaining{kind="ry"} < 1', ALLOW), BOTH[:1]),
        (RULE.replace(" < 1\n", f" < 1 # obsgen: allow {ALLOW}\n"), BOTH[:1]),
        (RULE.replace("    expr: |\n", f"    expr: | # obsgen: allow {ALLOW}\n"), BOTH[:1]),
        (above('      bakery_flour_remaining{kind="ry"}\n', ALLOW), BOTH[:1]),
        (above("  - alert: FlourLow", ALLOW), BOTH[:1]),
        (above("  - alert: FlourLow", f"{ALLOW}\n\n  # and more"), BOTH[:1]),
        (above("- name: bakery", ALLOW), []),
        (f"# obsgen: allow {ALLOW}\n{RULE}", []),
        (above("- name: bakery", ALLOW).replace("\n", "\r\n"), []),
        # Somewhere else, for something else, for nothing.
        (above("    for: 5m\n    annotations: {summary: x}\n  -", ALLOW), [BOTH[0], ("allow/unused", CODE), BOTH[1]]),
        (above("  - alert: FlourLow", "alert/no-for it is quick"), [("allow/unused", "alert/no-for"), *BOTH]),
        (above("  - alert: FlourLow", "alert/no-foo it is quick"), [("allow/unknown-code", "alert/no-foo"), *BOTH]),
        (above("  - alert: FlourLow", "yaml/syntax it is quick"), [("allow/not-allowable", "yaml/syntax"), *BOTH]),
        (above("  - alert: FlourLow", "query/syntax it is quick"), [("allow/unused", "query/syntax"), *BOTH]),
        (above("  - alert: FlourLow", CODE), [("allow/bad-comment", CODE), *BOTH]),
        (above("  - alert: FlourLow", ""), [("allow/bad-comment", "# obsgen: allow"), *BOTH]),
        (above("  - alert: FlourLow", f"{CODE} until soon it is"), [("allow/bad-comment", CODE), *BOTH]),
        # Another word than `allow`.
        (above("  - alert: FlourLow", ALLOW).replace(": allow", ": ignore"), [("allow/bad-comment", "ignore"), *BOTH]),
        (RULE.replace(" < 1\n", f" < 1 #obsgen:disable {ALLOW}\n"), [*BOTH, ("allow/bad-comment", "disable")]),
        (above("  - alert: FlourLow", ALLOW).replace("allow", "alow"), [("allow/bad-comment", "alow"), *BOTH]),
        (f"# obsgen:\n{RULE}", [("allow/bad-comment", "# obsgen:"), *BOTH]),
        (f"# obsgen allows much\n# see obsgen: it is a tool\n{RULE}", BOTH),
        # Days.
        (above("- name: bakery", f"{CODE} until 2026-01-01 it is spelt so"), []),
        (above("- name: bakery", f"{CODE} until 2025-12-31 it is spelt so"), [("allow/expired", CODE), *BOTH]),
        # No comment at all.
        (RULE.replace("summary: x", f"summary: 'x#obsgen: allow {ALLOW}'"), BOTH),
    ],
)  # fmt: skip
def test_allowed(text: str, left: list[tuple[str, str]], tmp_path: Path) -> None:
    """A comment covers what begins on its line or on the next one, of its code; one that does nothing is a finding."""
    assert found(text, tmp_path) == left


def test_other_word(tmp_path: Path) -> None:
    """A comment with the word of another linter is a warning that says what to write."""
    (tmp_path / "rules.yml").write_text(RULE.replace("- name", "# obsgen: ignore alert/no-for it is quick\n- name"))
    config = Config(root=tmp_path, specs=tmp_path / "specs", out=tmp_path / "out")
    (one,) = lint.lint(config, [tmp_path], tmp_path).diagnostics
    assert (one.code, str(one.severity), one.primary.text) == ("allow/bad-comment", "warning", "write `allow`")
    assert one.message == "obsgen knows no comment `ignore`, so that this one does nothing"
    assert one.help.startswith("write `# obsgen: allow CODE reason`")


def test_narrow_before_wide(tmp_path: Path) -> None:
    """Of two comments that cover a finding the nearer one counts as used."""
    text = above("- name: bakery", ALLOW).replace(" < 1\n", f" < 1 # obsgen: allow {ALLOW}\n")
    assert found(text, tmp_path) == []
    assert found(text.replace('"ry"}\n', '"rye"}\n'), tmp_path) == [("allow/unused", CODE)]


DIALECT = """\
groups:
- name: bakery
  rules:
  # obsgen: allow query/syntax this is MetricsQL
  - alert: FlourLow
    expr: bakery_flour_remaining keep_metric_names < 3
    for: 5m
    annotations: {summary: x}
"""
TEMPLATE = """\
# obsgen: allow foreign/template helm renders it, and the result is linted
groups:
{{- range .Values.groups }}
- name: {{ . }}
{{- end }}
"""
ELSE = "# obsgen: allow foreign/unknown-kind the values of the chart lie beside its rules\nreplicas: 3\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [(DIALECT, "query/syntax"), (TEMPLATE, "foreign/template"), (ELSE, "foreign/unknown-kind")],
    ids=["dialect", "template", "else"],
)
def test_whatever_a_baseline_takes(text: str, code: str, tmp_path: Path) -> None:
    """What a baseline of such files may hold a comment may allow, too: nothing is generated from them."""
    assert is_for_later(code)
    assert found(text, tmp_path) == []
    bare = "".join(line for line in text.splitlines(keepends=True) if "# obsgen:" not in line)
    assert [one for one, _ in found(bare, tmp_path)] == [code]


@pytest.mark.parametrize("code", [one for one in pages.codes() if not one.startswith(("allow/", "baseline/"))])
def test_same_codes_as_a_baseline(code: str, tmp_path: Path) -> None:
    """A comment can name exactly the codes that a baseline takes."""
    codes = [one for one, _ in found(above("- name: bakery", f"{code} so it is"), tmp_path)]
    assert ("allow/not-allowable" in codes) is not is_for_later(code)
