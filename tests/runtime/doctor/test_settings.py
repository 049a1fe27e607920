"""What the doctor says of environment, file, keys, address and installed libraries."""

import tomllib

import pytest
from obsgen_runtime.doctor import setting_checks
from obsgen_runtime.doctor.setting_checks import RANGES, check_extras, check_names, read_surroundings

from tests import tools

KEYS = {"LANGFUSE_PUBLIC_KEY": "pk-lf-0123456789", "LANGFUSE_SECRET_KEY": "sk-lf-0123456789"}
COLLECTOR = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
UNSET = (
    "Langfuse is not configured, and nothing is sent to it. Create keys in the settings of your project, set "
    'LANGFUSE_PUBLIC_KEY="pk-lf-..." and LANGFUSE_SECRET_KEY="sk-lf-...", and restart the process.'
)
ENCRYPTED = "Set LANGFUSE_BASE_URL to https://host, or to http://127.0.0.1:port for a server on this machine."


def told(name, variables, *, required=False):
    around = read_surroundings(variables, None)
    if name == "settings":
        return around.result
    if name == "keys":
        return setting_checks.check_keys(around, required=required)
    return setting_checks.check_address(around)


@pytest.mark.parametrize(
    ("name", "variables", "status", "said", "advice"),
    [
        ("settings", {}, "ok", "every value of the environment makes sense; SERVICE_NAME is not set, so the code has to say", ""),
        ("settings", {"SERVICE_NAME": "bakery"}, "ok", "every value of the environment makes sense; service bakery", ""),
        ("settings", {"OBSGEN_PROMETHEUS_PORT": "many"}, "failed",
         "OBSGEN_PROMETHEUS_PORT in the environment: 'many' is not a port: give a whole number between 0 and 65535",
         "The process refuses to start with it: correct the value where it says."),
        ("settings", {"OBSGEN_ENV_FILE": "/nowhere/.env"}, "failed", "cannot read /nowhere/.env: no file /nowhere/.env: "
         "correct env_file or OBSGEN_ENV_FILE, or name none", "Correct --env-file or OBSGEN_ENV_FILE, or name none."),
        ("keys", {}, "warning", "no LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY", UNSET),
        ("keys", {"LANGFUSE_SECRET_KEY": "x"}, "warning", "no LANGFUSE_PUBLIC_KEY", UNSET),
        ("keys", KEYS, "ok", "both are set (the public one begins with pk-lf-01)", ""),
        ("keys", COLLECTOR, "skipped", "no LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY: spans go to the collector", ""),
        ("keys", {**COLLECTOR, "LANGFUSE_SECRET_KEY": "x"}, "warning", "no LANGFUSE_PUBLIC_KEY", UNSET),
        ("settings", {"LANGFUSE_PUBLIC_KEY": "sk-lf-1", "LANGFUSE_SECRET_KEY": "pk-lf-1"}, "failed",
         "LANGFUSE_PUBLIC_KEY in the environment: its value begins with sk-, not pk-: swap it with LANGFUSE_SECRET_KEY",
         "The process refuses to start with it: correct the value where it says."),
        ("address", KEYS, "ok", "https://cloud.langfuse.com", ""),
        ("address", {}, "skipped", "Langfuse is not configured", ""),
        ("address", {**KEYS, "LANGFUSE_BASE_URL": "http://langfuse.example.org"}, "failed",
         "http://langfuse.example.org would send the keys in the clear: use https, or allow_insecure=True inside a closed "
         "network", ENCRYPTED),
    ],
)  # fmt: skip
def test_settings(name, variables, status, said, advice):
    """Each state has its words."""
    found = told(name, variables)
    assert (found.status, found.said, found.advice) == (status, said, advice)


def test_required():
    """What was switched off and is required is a failure that says how it came."""
    assert told("keys", COLLECTOR, required=True).status == "failed"
    found = told("keys", {**KEYS, "LANGFUSE_ENABLED": "no"}, required=True)
    assert (found.status, found.said) == ("failed", "LANGFUSE_ENABLED is off")
    assert found.advice == "Langfuse is required here: switch it on again, or run without --required langfuse."


@pytest.mark.parametrize(
    ("variables", "said", "advice"),
    [
        ({"LANGFUSE_HOST": "https://a"}, "LANGFUSE_HOST is an old name", "Name it LANGFUSE_BASE_URL: it is the one that counts."),
        ({"LANGFUSE_HOST": "https://a", "LANGFUSE_BASE_URL": "https://b"},
         "LANGFUSE_BASE_URL and LANGFUSE_HOST differ; the first one counts",
         "Remove LANGFUSE_HOST, the old name: other programs may read that one."),
        ({"LANGFUSE_PUBLIC_KYE": "x"}, "nobody reads LANGFUSE_PUBLIC_KYE (did you mean LANGFUSE_PUBLIC_KEY?)",
         "Correct the name, or remove the variable."),
        ({"LANGFUSE_DEBUG": "true"}, "LANGFUSE_DEBUG is on", "Langfuse's SDK then logs prompts and headers. Remove it "
         "once you have seen what you looked for."),
        ({"prometheus_multiproc_dir": "/x"}, "prometheus_multiproc_dir is an old name",
         "Name it PROMETHEUS_MULTIPROC_DIR: the client may stop reading the old one."),
    ],
)  # fmt: skip
def test_names(variables, said, advice):
    """Old, misspelt and dangerous names are warned of."""
    found = check_names(variables)
    assert (found.status, found.said, found.advice) == ("warning", said, advice)


def test_names_that_are_read():
    """Every variable of the pages about start and Langfuse is known."""
    import re

    pages = "".join((tools.CHECKOUT / f"docs/runtime/{name}.md").read_text("utf-8") for name in ("start", "langfuse"))
    names = set(re.findall(r"\b(?:LANGFUSE|OBSGEN)_[A-Z_]+\b", pages))
    assert names
    assert names - setting_checks._READ - setting_checks._OF_THE_SDK == set()


def test_the_file(tmp_path):
    """A file of its owner alone is read, below the environment; one that others may read is refused."""
    file = tmp_path / "hush.env"
    file.write_text("SERVICE_NAME=bakery\nLANGFUSE_SECRET_KEY='sk-lf-0123456789'\nLANGFUSE_PUBLIC_KEY=pk-lf-x\n")
    file.chmod(0o600)
    around = read_surroundings({"SERVICE_NAME": "shop"}, str(file))
    assert around.result.said == f"every value of the environment and {file} makes sense; service shop"
    assert "sk-lf-0123456789" in around.secrets
    file.chmod(0o644)
    refused = read_surroundings({}, str(file)).result
    assert (refused.status, refused.said) == ("failed", f"{file} may be read by others, or not by you")
    assert refused.advice == f"It holds keys: chmod 600 {file}"


def test_ranges_are_those_of_the_extras():
    """The releases that will do are those that the distribution asks for."""
    extras = tomllib.loads((tools.CHECKOUT / "runtime/pyproject.toml").read_text())["project"]["optional-dependencies"]
    written = {
        f"{name}>={'.'.join(map(str, least))},<{'.'.join(map(str, below))}"
        for name, (_, least, below) in RANGES.items()
    }
    assert written == {*extras["otel"], *extras["langfuse"]}


@pytest.mark.parametrize(
    ("installed", "variables", "status", "said", "advice"),
    [
        ({}, {}, "ok", "none is installed, and none is needed", ""),
        ({}, KEYS, "failed", "opentelemetry-sdk, opentelemetry-exporter-otlp-proto-http is not installed",
         "pip install 'obsgen-runtime[otel]'"),
        ({"langfuse": "2.60.10"}, {}, "failed", "langfuse 2.60.10 is out of range",
         "pip install 'obsgen-runtime[langfuse]' brings a release that was tested."),
        ({"langfuse": "6.0.0rc1"}, {}, "failed", "langfuse 6.0.0rc1 is out of range",
         "pip install 'obsgen-runtime[langfuse]' brings a release that was tested."),
        ({"langfuse": "5.0.4"}, {}, "ok", "langfuse 5.0.4", ""),
    ],
)  # fmt: skip
def test_extras(installed, variables, status, said, advice, tmp_path, monkeypatch):
    """Missing libraries are named with their extra, releases out of range with what brings another."""
    for name, version in installed.items():
        folder = tmp_path / f"{name}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    found = check_extras(read_surroundings(variables, None))
    assert (found.status, found.said, found.advice) == (status, said, advice)
