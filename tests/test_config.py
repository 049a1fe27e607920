"""Settings: what is read, what is refused, and in which words."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen import targets
from obsgen.config import TARGET_NAMES, Config, ConfigError, find_root, read, refuse_overlap
from obsgen.diagnostics import Severity
from obsgen.output.places import path_problem
from obsgen.settings import Budget, Policy, Server, Settings


def settings(tmp_path, text):
    """Return the settings of a project with this pyproject.toml."""
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    return read(tmp_path)


def test_defaults(tmp_path):
    """Nothing has to be set, and no file has to be there."""
    expected = Config(root=tmp_path, specs=tmp_path / "specs", out=tmp_path / "generated")
    assert read(tmp_path) == expected
    assert settings(tmp_path, "[project]\nname = 'x'\n") == expected
    assert settings(tmp_path, "[tool.obsgen]\n") == expected
    assert (expected.targets, expected.fail_on, expected.settings.docs_url) == (TARGET_NAMES, Severity.ERROR, "")


def test_every_target_may_be_named():
    """The names that the settings know are those of the targets."""
    assert tuple(target.name for target in targets.registered()) == TARGET_NAMES


def test_everything_set(tmp_path):
    """Each setting arrives."""
    text = """
[tool.obsgen]
specs = "catalog"
out = "build/obs"
targets = ["prometheus", "alloy", "alloy"]
fail_on = "warning"
docs_url = "https://docs.example/obs"
[tool.obsgen.python.packages]
shop = "src/shop/metrics/"
"""
    assert settings(tmp_path, text) == Config(
        root=tmp_path,
        specs=tmp_path / "catalog",
        out=tmp_path / "build/obs",
        targets=("alloy", "prometheus"),
        fail_on=Severity.WARNING,
        settings=Settings(docs_url="https://docs.example/obs"),
        python_packages={"shop": "src/shop/metrics"},
    )


SETTINGS = """
[tool.obsgen.server]
scrape_interval = "15s"
evaluation_interval = "1m30s"
retention = "15d"
prometheus = "2.42"
external_labels = {replica = "a", cluster = "eu"}
[tool.obsgen.budget]
series_per_query = 5000
[tool.obsgen.policy]
alert_name = "Shop[A-Z].*"
record_name = "[a-z]+:shop_.*"
required_annotations = ["summary"]
required_labels = {team = "ovens|till"}
forbidden_annotations = {"dash.*" = "http://.*"}
forbidden_labels = ["inst.*"]
for_at_least = "1m"
for_at_most = "1h"
required_matchers = {"shop_.*" = ["tenant"]}
keep_labels = {"shop_.*" = ["tenant", "kind", "tenant"]}
strip_labels = {".*" = ["instance"]}
owner_required = true
"""


def test_server_and_policy(tmp_path):
    """What is set about the server and what was agreed on arrives in seconds, numbers and patterns."""
    assert settings(tmp_path, SETTINGS).settings == Settings(
        server=Server(
            scrape_seconds=15.0,
            evaluation_seconds=90.0,
            retention_seconds=15 * 86_400.0,
            prometheus=(2, 42),
            external_labels={"cluster": "eu", "replica": "a"},
        ),
        budget=Budget(series_per_query=5000),
        policy=Policy(
            alert_name="Shop[A-Z].*",
            record_name="[a-z]+:shop_.*",
            required_annotations={"summary": ".+"},
            required_labels={"team": "ovens|till"},
            forbidden_annotations={"dash.*": "http://.*"},
            forbidden_labels={"inst.*": ".*"},
            for_at_least=60.0,
            for_at_most=3600.0,
            required_matchers={"shop_.*": ("tenant",)},
            keep_labels={"shop_.*": ("tenant", "kind")},
            strip_labels={".*": ("instance",)},
            owner_required=True,
        ),
    )


def test_every_setting_decides(tmp_path):
    """Whatever changes about the server or the policy, the memo of the last build does not hold any more."""
    lines = SETTINGS.splitlines()
    fewer = ["\n".join([*lines[:at], *lines[at + 1 :]]) for at, line in enumerate(lines) if "=" in line]
    told = {json.dumps(settings(tmp_path, text).deciding, sort_keys=True) for text in (SETTINGS, *fewer)}
    assert len(told) == len(fewer) + 1


@pytest.mark.parametrize("pattern", [r"a\++", r"[+]+b?", r"(?i)shop.*", r"\\\\1", r"(?:a|b)\.c{2,3}", r"(?P<a>b)"])
def test_patterns_of_both_languages(tmp_path, pattern):
    """What Python and RE2 read alike is taken."""
    assert settings(tmp_path, f"[tool.obsgen.policy]\nalert_name = '{pattern}'\n").settings.policy.alert_name == pattern


def test_no_external_labels_is_an_answer(tmp_path):
    """That the server adds no labels is something else than that nobody said it."""
    assert settings(tmp_path, "[tool.obsgen.server]\nexternal_labels = {}\n").settings.server.external_labels == {}
    assert settings(tmp_path, "").settings.server.external_labels is None


REFUSED = [
    ("[tool.obsgen]\nserver = 1\n", "`server` in [tool.obsgen] of pyproject.toml has to be a table"),
    ("[tool.obsgen.server]\nretension = '1d'\n", "unknown setting `retension` in [tool.obsgen.server] of pyproject.toml; did you mean `retention`?"),
    ("[tool.obsgen.server]\nretention = '15 days'\n", "`retention` in [tool.obsgen.server] of pyproject.toml has to be a duration above 0, such as `30s` or `15d`"),
    ("[tool.obsgen.server]\nretention = 15\n", "has to be a duration above 0"),
    ("[tool.obsgen.server]\nscrape_interval = '0s'\n", "has to be a duration above 0"),
    ("[tool.obsgen.server]\nprometheus = 2.42\n", '`prometheus` in [tool.obsgen.server] of pyproject.toml has to be a version in quotes, such as `"2.42"`'),
    ("[tool.obsgen.server]\nprometheus = 'v2'\n", "has to be a version in quotes"),
    ("[tool.obsgen.server]\nexternal_labels = ['a']\n", "`external_labels` in [tool.obsgen.server] of pyproject.toml has to be a table"),
    ("[tool.obsgen.server]\nexternal_labels = {a = 1}\n", "`external_labels.a` in [tool.obsgen.server] of pyproject.toml has to be a text"),
    ("[tool.obsgen.server]\nexternal_labels = {'a-b' = 'x'}\n", "`a-b` under `external_labels` in [tool.obsgen.server] of pyproject.toml is no name of a label"),
    ("[tool.obsgen.budget]\nseries_per_query = 0\n", "`series_per_query` in [tool.obsgen.budget] of pyproject.toml has to be a whole number above 0"),
    ("[tool.obsgen.budget]\nseries_per_query = true\n", "has to be a whole number above 0"),
    ("[tool.obsgen.policy]\nalert_names = 'x'\n", "unknown setting `alert_names` in [tool.obsgen.policy] of pyproject.toml; did you mean `alert_name`?"),
    ("[tool.obsgen.policy]\nalert_name = '('\n", "`alert_name` in [tool.obsgen.policy] of pyproject.toml has to be a regular expression, which `(` is not: missing )"),
    ("[tool.obsgen.policy]\nalert_name = 1\n", "has to be a regular expression in quotes"),
    ("[tool.obsgen.policy]\nalert_name = '(?!Shop).*'\n", "which `(?!Shop).*` is not: it uses what RE2, the regular expressions of Prometheus, do not have"),
    ("[tool.obsgen.policy]\nalert_name = '(a)\\1'\n", "it uses what RE2"),
    ("[tool.obsgen.policy]\nalert_name = '[[:alpha:]]+'\n", "which `[[:alpha:]]+` is not: Possible nested set"),
    ("[tool.obsgen.policy]\nrequired_labels = {team = '['}\n", "`required_labels.team` in [tool.obsgen.policy] of pyproject.toml has to be a regular expression"),
    ("[tool.obsgen.policy]\nrequired_labels = ['a b']\n", "`a b` under `required_labels` in [tool.obsgen.policy] of pyproject.toml is no name of a label"),
    ("[tool.obsgen.policy]\nrequired_labels = 'team'\n", "`required_labels` in [tool.obsgen.policy] of pyproject.toml has to be a list of names, or a table"),
    ("[tool.obsgen.policy]\nforbidden_labels = ['*']\n", "`forbidden_labels` in [tool.obsgen.policy] of pyproject.toml has to be a regular expression"),
    ("[tool.obsgen.policy]\nforbidden_labels = 1\n", "has to be a list of patterns, or a table"),
    ("[tool.obsgen.policy]\nkeep_labels = {'(' = ['a']}\n", "`keep_labels` in [tool.obsgen.policy] of pyproject.toml has to be a regular expression"),
    ("[tool.obsgen.policy]\nkeep_labels = {'x' = 'a'}\n", "`keep_labels.x` in [tool.obsgen.policy] of pyproject.toml has to be a list of labels"),
    ("[tool.obsgen.policy]\nkeep_labels = {'x' = []}\n", "has to be a list of labels"),
    ("[tool.obsgen.policy]\nfor_at_least = '1h'\nfor_at_most = '1m'\n", "`for_at_most` in [tool.obsgen.policy] of pyproject.toml has to be `for_at_least` or more"),
    ("[tool.obsgen.policy]\nowner_required = 'yes'\n", "`owner_required` in [tool.obsgen.policy] of pyproject.toml has to be true or false"),
    ("obsgen = 1\n", None),
    ("tool = 1\n", None),
    ("[tool]\nobsgen = 1\n", "[tool.obsgen] of pyproject.toml has to be a table"),
    ("[tool.obsgen]\nspec = 'x'\n", "unknown setting `spec` in [tool.obsgen] of pyproject.toml; did you mean `specs`?"),
    ("[tool.obsgen]\nzzz = 1\n", "unknown setting `zzz` in [tool.obsgen] of pyproject.toml; known: `python`, `specs`, `out`"),
    ("[tool.obsgen]\nspecs = 1\n", "`specs` in [tool.obsgen] of pyproject.toml has to be a text"),
    ("[tool.obsgen]\nout = ''\n", "`out` in [tool.obsgen] of pyproject.toml has to be a text"),
    ("[tool.obsgen]\ntargets = 'alloy'\n", "`targets` in [tool.obsgen] of pyproject.toml has to be a list out of `alloy`"),
    ("[tool.obsgen]\ntargets = ['aloy']\n", "`targets` in [tool.obsgen] of pyproject.toml has to be a list out of `alloy`"),
    ("[tool.obsgen]\ntargets = [[]]\n", "`targets` in [tool.obsgen] of pyproject.toml has to be a list out of `alloy`"),
    ("[tool.obsgen]\nfail_on = 'never'\n", "`fail_on` in [tool.obsgen] of pyproject.toml has to be one of `error`, `warning`, `info`"),
    ("[tool.obsgen]\nfail_on = true\n", "`fail_on` in"),
    ("[tool.obsgen]\ndocs_url = 'javascript:x'\n", "has to be an address that begins with https://"),
    ("[tool.obsgen]\ndocs_url = 'https://a.b/{{x}}'\n", "has to be an address that begins with https://"),
    ("[tool.obsgen]\ndocs_url = 'https://a.b/ c'\n", "has to be an address that begins with https://"),
    ("[tool.obsgen]\npython = 1\n", "`python` in [tool.obsgen] of pyproject.toml has to be a table"),
    ("[tool.obsgen.python]\npackages = []\n", "`packages` in [tool.obsgen.python] of pyproject.toml has to be a table"),
    ("[tool.obsgen.python]\npackage = {}\n", "unknown setting `package` in [tool.obsgen.python]"),
    ("[tool.obsgen\n", "pyproject.toml` is no TOML: "),
    ("[tool.obsgen]\nspecs = 'a'\nspecs = 'b'\n", "pyproject.toml` is no TOML: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_refused(tmp_path, text, expected):
    """A setting that cannot be meant is told by name, with what to write instead; other tools' tables are theirs."""
    if expected is None:
        assert settings(tmp_path, text).specs == tmp_path / "specs"
        return
    with pytest.raises(ConfigError) as refused:
        settings(tmp_path, text)
    assert expected in str(refused.value)


def package(folder):
    """Return the settings that place the collectors of one service."""
    return f"[tool.obsgen.python.packages]\nshop = {_toml(folder)}\n"


def _toml(text):
    escaped = "".join(f"\\U{ord(char):08x}" if not char.isalnum() else char for char in text)
    return f'"{escaped}"'


@pytest.mark.parametrize(
    "folder",
    ["/etc/x", "../x", "a/../../x", "./a", "", "/", "a//b", "C:/x", "a\\b", ".git/x", "aux/m", "src/con", "a/b.", "a\nb",
     "a/x-y", "a/1", "a/class", "src/my package"],
)  # fmt: skip
def test_bad_packages(tmp_path, folder):
    """A folder outside the project, one that some system cannot have, or one that Python cannot import is refused."""
    with pytest.raises(ConfigError, match=r"`packages.shop` in \[tool.obsgen.python\] .* such as `src/shop/metrics`; "):
        settings(tmp_path, package(folder))


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.from_regex(r"[a-z_./]{1,12}", fullmatch=True)
)
def test_no_package_leaves_the_project(tmp_path_factory, folder):
    """Whatever folder is accepted is one that the writer takes, too."""
    root = tmp_path_factory.mktemp("project")
    assert tomllib.loads(package(folder))
    try:
        found = settings(root, package(folder)).python_packages["shop"]
    except ConfigError:
        return
    assert path_problem(f"{found}/__init__.py") == ""
    assert found.rpartition("/")[2].isidentifier()


def test_two_services_in_one_package(tmp_path):
    """One of them would overwrite the other, on some systems also under another case."""
    with pytest.raises(ConfigError, match="another package than that of `shop`"):
        settings(tmp_path, '[tool.obsgen.python.packages]\nshop = "src/metrics"\ncart = "src/Metrics/"\n')
    nested = settings(tmp_path, '[tool.obsgen.python.packages]\nshop = "src/metrics"\ncart = "src/metrics/cart"\n')
    assert nested.python_packages["cart"] == "src/metrics/cart"


@pytest.mark.parametrize("out", [".", "/", "~"])
def test_output_all_over_a_folder(tmp_path, out, monkeypatch):
    """The project itself, the top of the file system and a home are no folders to write forty files into."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    place = str(tmp_path / "home") if out == "~" else out
    with pytest.raises(ConfigError, match="the output folder cannot be"):
        refuse_overlap(settings(tmp_path, f'[tool.obsgen]\nout = "{place}"\n'))


@pytest.mark.parametrize("out", ["specs", "specs/generated", "./specs/../specs/x"])
def test_output_among_the_catalog(tmp_path, out):
    """Generated YAML would be read as part of the catalog."""
    (tmp_path / "specs").mkdir()
    with pytest.raises(ConfigError, match="lies in the catalog's folder"):
        refuse_overlap(settings(tmp_path, f'[tool.obsgen]\nspecs = "specs"\nout = "{out}"\n'))
    refuse_overlap(settings(tmp_path, '[tool.obsgen]\nspecs = "specs"\nout = "specs-generated"\n'))


def test_the_root_is_found_from_below(tmp_path):
    """The nearest folder with settings for obsgen is the project, whatever other projects lie between."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.obsgen]\n", encoding="utf-8")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    assert find_root(inner) == tmp_path
    assert find_root(tmp_path / "a") == tmp_path


def test_without_settings_the_current_folder_is_the_project(tmp_path):
    """Nobody has to write a pyproject.toml."""
    assert find_root(tmp_path) == tmp_path


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[tool", b"a = " + b"[" * 5000])
def test_a_broken_file_is_named(tmp_path, content):
    """The message says which file of several is no TOML."""
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"pyproject\.toml` is no TOML"):
        find_root(tmp_path)
