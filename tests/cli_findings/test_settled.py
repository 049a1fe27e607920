"""Severities and the baseline of a project, from the settings to the exit code."""

import json
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen import baseline, cli, shortcut
from obsgen.config import ConfigError, read
from obsgen.diagnostics import Diagnostic, Label, Severity, Span
from obsgen.severities import CHOICES, changed

SUFFIX = "metric/wrong-kind-suffix"
LOAVES = "obsgen: 1\nservice: bakery\nmetrics:\n  bakery_loaves: {counter: Loaves.}\n"
# Shows every metric, so that nothing is said about coverage.
BOARD = """\
obsgen: 1
service: bakery
dashboards:
  all: {title: All, rows: {all: {title: All, panels: {all: {stat: All, show: {promql: 'count({__name__=~"bakery_.+"})'}}}}}}
"""
MESSAGE = "a counter ends in `_total`"
BASELINE = '[tool.obsgen]\nbaseline = "known.json"\n'


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project with one finding, the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "specs").mkdir()
    write(tmp_path, LOAVES)
    (tmp_path / "specs" / "board.yaml").write_text(BOARD, encoding="utf-8")
    return tmp_path


def write(project, text):
    """Let *text* be the whole catalog."""
    (project / "specs" / "a.yaml").write_text(text, encoding="utf-8")


def configure(project, text):
    """Let *text* be the settings."""
    (project / "pyproject.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def obsgen(capsys):
    """Return a function that runs a command and returns exit code, output and errors."""

    def run(*arguments):
        code = cli.run(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def last(output):
    """Return the summary of a command."""
    return output.splitlines()[-1]


def test_without_any_setting(project, obsgen):
    """To begin with there is an error that stops the line."""
    code, output, _ = obsgen("check")
    assert (code, last(output)) == (1, "failed: 1 error; generated files were not compared")


@pytest.mark.parametrize(
    ("severity", "codes", "summary"),
    [
        ("error", (1, 1), "failed: 1 error; generated files were not compared"),
        ("warning", (0, 0), "clean: 1 warning"),
        ("info", (0, 0), "clean: 1 note"),
        ("off", (0, 0), "clean: {} files are up to date"),
    ],
)
def test_severities(project, obsgen, severity, codes, summary):
    """A code has the severity of the settings, everywhere."""
    configure(project, f'[tool.obsgen.severities]\n"{SUFFIX}" = "{severity}"\n')
    assert (obsgen("build")[0], (checked := obsgen("check"))[0]) == codes
    count = sum(path.is_file() for path in (project / "generated").rglob("*")) - 1
    assert last(checked[1]) == summary.format(count)


REFUSED = [
    ('"metric/wrong-suffix" = "off"', "there is no finding `metric/wrong-suffix`, which stands in [tool.obsgen.severities] of pyproject.toml; did you mean `metric/wrong-kind-suffix`?"),
    ('zz = "off"', "there is no finding `zz`, which stands in [tool.obsgen.severities] of pyproject.toml; `obsgen explain` lists all of them"),
    ('"yaml/syntax" = "off"', "`yaml/syntax` in [tool.obsgen.severities] of pyproject.toml has a severity that cannot be changed; remove it"),
    ('"query/syntax" = "warning"', "`query/syntax` in [tool.obsgen.severities] of pyproject.toml has a severity that cannot be changed; remove it"),
    (f'"{SUFFIX}" = "never"', f"`{SUFFIX}` in [tool.obsgen.severities] of pyproject.toml has to be one of `error`, `warning`, `info`, `off`"),
    (f'"{SUFFIX}" = []', f"`{SUFFIX}` in [tool.obsgen.severities] of pyproject.toml has to be one of `error`, `warning`, `info`, `off`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_refused_severities(tmp_path, text, expected):
    """A severity that cannot be meant is refused by name."""
    configure(tmp_path, f"[tool.obsgen.severities]\n{text}\n")
    with pytest.raises(ConfigError) as refused:
        read(tmp_path)
    assert str(refused.value) == expected


def test_severities_have_to_be_a_table(project, obsgen):
    """A setting of the wrong kind is an error before anything is read."""
    configure(project, "[tool.obsgen]\nseverities = 1\n")
    assert obsgen("check")[::2] == (2, "error: `severities` in [tool.obsgen] of pyproject.toml has to be a table\n")


def finding(code="group/name", path="specs/a.yaml", line=1, message="wrong", severity=Severity.ERROR):
    """Return a finding."""
    return Diagnostic(code=code, severity=severity, message=message, primary=Label(Span(path, line, 1, line, 2)))


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(CHOICES)), st.lists(st.sampled_from("abcd")))
def test_changed(severities, codes):
    """Only the severity changes, and only what is off goes."""
    after = list(changed([finding(code) for code in codes], severities))
    assert [one.code for one in after] == [code for code in codes if severities.get(code) != "off"]
    assert all(str(one.severity) == severities.get(one.code, "error") for one in after)


def test_a_baseline_leaves_out_what_it_knows(project, obsgen):
    """After `obsgen baseline` only new findings fail; edits above an old one do not make it new."""
    configure(project, BASELINE)
    assert obsgen("baseline") == (0, "noted 1 finding in known.json\n", "")
    assert json.loads((project / "known.json").read_text()) == {
        "obsgen_baseline": 1,
        "findings": [{"code": SUFFIX, "file": "specs/a.yaml", "message": MESSAGE, "count": 1}],
    }
    assert last(obsgen("build")[1]).endswith(" files are up to date; 1 finding of the baseline left out")
    code, output, _ = obsgen("build")
    assert (code, output.startswith("nothing to do, ")) == (0, True)
    write(project, "# A note.\n\n" + LOAVES)
    code, output, _ = obsgen("check")
    assert (code, output.endswith(" files are up to date; 1 finding of the baseline left out\n")) == (0, True)
    write(project, LOAVES + "  bakery_rolls: {counter: Rolls.}\n")
    code, output, _ = obsgen("check")
    assert (code, output.count(f"[{SUFFIX}]"), "specs/a.yaml:5:3: error" in output) == (1, 1, True)
    assert last(output) == "failed: 1 error; generated files were not compared; 1 finding of the baseline left out"
    assert last(obsgen("build")[1]) == "failed: 1 error; nothing was written; 1 finding of the baseline left out"


def test_names_in_a_baseline_count_from_the_project(project, obsgen, monkeypatch):
    """The baseline means the same from every folder."""
    configure(project, BASELINE)
    obsgen("baseline")
    before = (project / "known.json").read_bytes()
    monkeypatch.chdir(project / "specs")
    assert obsgen("build")[0] == 0
    assert obsgen("baseline") == (0, f"noted 1 finding in {project / 'known.json'}\n", "")
    assert (project / "known.json").read_bytes() == before


def test_what_is_mended_is_told(project, obsgen):
    """An entry that is found no more is a note that says what to do."""
    configure(project, BASELINE)
    obsgen("baseline")
    write(project, LOAVES.replace("loaves", "loaves_total"))
    obsgen("build")
    code, output, _ = obsgen("check")
    assert (code, output) == (
        0,
        "known.json:1:1: info[baseline/unused]: the baseline knows `metric/wrong-kind-suffix` in `specs/a.yaml` that is not "
        "found any more: a counter ends in `_total`\n  = help: run `obsgen baseline` again\n\nclean: 1 note\n",
    )
    assert obsgen("baseline") == (0, "noted 0 findings in known.json\n", "")
    assert obsgen("check")[1].startswith("clean: ")


def test_a_baseline_holds_notes_of_the_targets_too(project, obsgen):
    """With an error among the findings everything is looked at all the same, so that nothing new turns up afterwards."""
    configure(project, BASELINE + 'fail_on = "info"\n')
    alert = "alerts:\n  X:\n    when: {promql: 'sum(rate(bakery_loaves[5m])) > 10'}\n    for: 5m\n    severity: s\n    summary: X\n    impact: X\n    mitigation: X\n"
    write(project, LOAVES + alert)
    (project / "specs" / "s.yaml").write_text("obsgen: 1\nshared: true\nseverities:\n  s: {means: S, respond_in: 1d}\n")
    assert obsgen("baseline")[0] == 0
    known = json.loads((project / "known.json").read_text())["findings"]
    assert {SUFFIX, "alert/no-test"} <= {one["code"] for one in known}
    assert obsgen("build")[0] == 0
    assert obsgen("check")[0] == 0


def test_a_baseline_needs_a_readable_catalog(project, obsgen):
    """With an error that hides others nothing is written, and the one before stays."""
    configure(project, BASELINE)
    (project / "known.json").write_text("kept")
    write(project, "obsgen: 1\nservice: [\n")
    code, output, _ = obsgen("baseline")
    assert (code, last(output)) == (1, "failed: 1 error; the baseline was not written")
    assert (project / "known.json").read_text() == "kept"


def test_a_baseline_needs_a_name(project, obsgen):
    """Without a setting there is no file to write to."""
    assert obsgen("baseline") == (
        2, "", 'error: no baseline is set; add `baseline = "obsgen-baseline.json"` to [tool.obsgen] of pyproject.toml\n',
    )  # fmt: skip


DAMAGED = [
    (None, "there is no baseline at `known.json`; write it with `obsgen baseline`"),
    (b"\xff", "the baseline `known.json` is no UTF-8; write it anew with `obsgen baseline`"),
    (b"{", "the baseline `known.json` is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1); write it anew with `obsgen baseline`"),
    (b"[]", "the baseline `known.json` has not the keys `obsgen_baseline` and `findings`; write it anew with `obsgen baseline`"),
    (b'{"obsgen_baseline": 2, "findings": []}', "the baseline `known.json` is of another version than 1; write it anew with `obsgen baseline`"),
    (b'{"obsgen_baseline": 1, "findings": 1}', "the baseline `known.json` has no list of `findings`; write it anew with `obsgen baseline`"),
    (b'{"obsgen_baseline": 1, "findings": [{"code": "a/b", "file": "c", "message": "d", "count": 0}]}', "the baseline `known.json` has a finding (number 1) without code, file, message and a count of 1 or more; write it anew with `obsgen baseline`"),
    (b'{"obsgen_baseline": 1, "findings": [{"code": 1, "file": "c", "message": "d", "count": 1}]}', "the baseline `known.json` has a finding (number 1) without code, file, message and a count of 1 or more; write it anew with `obsgen baseline`"),
]  # fmt: skip


@pytest.mark.parametrize("command", ["check", "build"])
@pytest.mark.parametrize(("content", "expected"), DAMAGED)
def test_damaged(project, obsgen, command, content, expected):
    """A baseline that is missing or damaged stops check and build before anything is written."""
    configure(project, BASELINE)
    if content is not None:
        (project / "known.json").write_bytes(content)
    assert obsgen(command) == (2, "", f"error: {expected}\n")
    assert not (project / "generated").exists()


def test_a_folder_is_no_baseline(project, obsgen):
    """Nor is anything else that cannot be read as a file."""
    configure(project, BASELINE)
    (project / "known.json").mkdir()
    assert obsgen("check")[::2] == (2, "error: cannot read the baseline `known.json`: Is a directory\n")
    assert obsgen("baseline")[0] == 2


KNOWN = st.lists(
    st.builds(
        finding,
        code=st.sampled_from(["metric/a", "query/b", "yaml/syntax", "drift/stale", "allow/unused"]),
        path=st.sampled_from(["a", "b"]),
        line=st.integers(1, 3),
        message=st.sampled_from(["x", "y\u2028\ud800"]),
    ),
    max_size=12,
    unique=True,
)


@given(KNOWN, KNOWN)
def test_a_baseline_takes_what_was_there(before, now):
    """Each entry takes as many findings as were counted, never more, never one that has to be mended."""
    text = baseline.text(before, str)
    assert text.isascii()
    known = baseline.parse(text)
    kept = baseline.left_out(now, known, str)

    def count(findings):
        return Counter((one.code, one.primary.span.path, one.message) for one in findings)

    taken = count(now) - count(kept.findings)
    assert taken == count(now) & known
    assert kept.left_out == taken.total()
    assert kept.gone == known - taken
    assert not any(code.startswith(("yaml/", "drift/", "allow/")) for code, _, _ in known)
    again = baseline.left_out(before, known, str)
    assert not again.gone
    assert baseline.text(reversed(before), str) == text


def test_several_of_the_same_words():
    """What is counted twice is said so."""
    (one,) = baseline.unused(Counter({("a/b", "c.yaml", "wrong"): 2}), "known.json")
    assert one.message == "the baseline knows 2 times `a/b` in `c.yaml` that is not found any more: wrong"


@pytest.mark.parametrize("built", [False, True])
def test_formats_on_the_command_line(project, obsgen, built):
    """SARIF and JUnit are whole documents, also where nothing was found and nothing had to be looked at."""
    if built:
        write(project, LOAVES.replace("loaves", "loaves_total"))
        assert obsgen("build")[0] == 0
    code, log, _ = obsgen("check", "--format", "sarif")
    assert (code, [one["ruleId"] for one in json.loads(log)["runs"][0]["results"]]) == (
        int(not built),
        [] if built else [SUFFIX],
    )
    code, text, _ = obsgen("check", "--format", "junit")
    assert (code, len(ET.fromstring(text).findall(".//failure"))) == (int(not built), int(not built))


def sealed(project):
    """Return whether the last build is remembered."""
    return shortcut._memo(project / "generated").is_file()


ALLOW = f"  bakery_loaves: {{counter: Loaves., allow: {{{SUFFIX}: LINE}}}}\n"


@pytest.mark.parametrize(
    ("said", "settings", "remembered"),
    [
        ("Old.", "", True),
        ("{reason: Old.}", "", True),
        ("{reason: Old., until: 2099-12-31}", "", True),
        ("Old.", BASELINE, False),
        (None, f'[tool.obsgen.severities]\n"{SUFFIX}" = "off"\n', True),
        (None, f'[tool.obsgen.severities]\n"{SUFFIX}" = "info"\n', True),
    ],
)
def test_what_is_remembered(project, obsgen, said, settings, remembered):
    """A tree whose findings can change with a file beside it is looked at anew each time."""
    configure(project, settings)
    if settings == BASELINE:
        (project / "known.json").write_text(baseline.text([], str))
    if said:
        write(project, LOAVES.partition("  bakery")[0] + ALLOW.replace("LINE", said))
    assert obsgen("build")[0] == 0
    assert sealed(project) is remembered
    assert obsgen("check")[0] == 0


def test_a_memo_ends_with_its_settings(project, obsgen):
    """What was clean with a severity off or without a baseline is not vouched for under other settings."""
    configure(project, f'[tool.obsgen.severities]\n"{SUFFIX}" = "off"\n')
    assert obsgen("build")[0] == 0
    assert sealed(project)
    configure(project, "")
    assert obsgen("check")[0] == 1
    shortcut._memo(project / "generated").unlink()
    write(project, LOAVES.replace("loaves", "loaves_total"))
    assert obsgen("build")[0] == 0
    assert sealed(project)
    configure(project, BASELINE)
    assert obsgen("check")[0] == 2


def test_an_expired_allowance_on_the_command_line(project, obsgen):
    """The command line knows what day it is."""
    write(project, LOAVES.partition("  bakery")[0] + ALLOW.replace("LINE", "{reason: Old., until: 2001-01-01}"))
    code, output, _ = obsgen("check")
    assert (code, last(output)) == (1, "failed: 1 error, 1 warning; generated files were not compared")


def test_an_allowed_note_of_a_target(project, obsgen):
    """What only a target finds can be allowed as well, and is not called unused before the target was asked."""
    alert = "alerts:\n  X:\n    when: {promql: 'sum(rate(bakery_loaves_total[5m])) > 10'}\n    for: 5m\n    severity: s\n    summary: X\n    impact: X\n    mitigation: X\n    allow: {alert/no-test: Tested by hand.}\n"
    (project / "specs" / "s.yaml").write_text("obsgen: 1\nshared: true\nseverities:\n  s: {means: S, respond_in: 1d}\n")
    write(project, LOAVES.replace("loaves", "loaves_total") + alert)
    assert "allow/" not in (output := obsgen("build")[1])
    assert "alert/no-test" not in output
    write(project, LOAVES + alert)
    assert "allow/" not in obsgen("check")[1]
