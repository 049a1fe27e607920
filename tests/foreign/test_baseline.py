"""The baseline of foreign files: nothing is generated from them, so that any finding but an unreadable file can wait."""

import pytest

from obsgen import cli

RULES = "groups:\n- name: g\n  rules:\n  - {{alert: A, expr: '{}', for: 5m, annotations: {{summary: X}}}}\n"


@pytest.mark.parametrize("expr", ["sum(rate(a_total[5m]) > 1", "absent(up) > 1"])
def test_any_finding_can_wait(tmp_path, monkeypatch, capsys, expr):
    """A query that does not parse is left for later like others; one that is new fails."""
    monkeypatch.chdir(tmp_path)
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES.format(expr), encoding="utf-8")
    assert cli.run(["lint", "rules.yml", "--fail-on", "info"]) == 1
    assert cli.run(["lint", "rules.yml", "--baseline", "known.json", "--write-baseline"]) == 0
    assert cli.run(["lint", "rules.yml", "--baseline", "known.json", "--fail-on", "info"]) == 0
    rules.write_text(RULES.format(expr) + RULES.format("up ==").partition("rules:\n")[2], encoding="utf-8")
    assert cli.run(["lint", "rules.yml", "--baseline", "known.json"]) == 1


def test_an_unreadable_file_cannot_wait(tmp_path, monkeypatch, capsys):
    """What cannot be read hides other findings."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yml").write_text("groups: [\n", encoding="utf-8")
    assert cli.run(["lint", "rules.yml", "--baseline", "known.json", "--write-baseline"]) != 0 or (
        cli.run(["lint", "rules.yml", "--baseline", "known.json"]) == 1
    )
