"""With any extra absent: every name can be imported, everything works unconfigured, and one line names what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import tools

EXTRAS = tuple(
    tomllib.loads((tools.CHECKOUT / "runtime" / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
)
ENVIRONMENTS = ("none", *EXTRAS)
LIBRARIES = {"dotenv": "dotenv", "otel": "opentelemetry", "langfuse": "langfuse", "retry": "tenacity"}
BRINGS = {"langfuse": {"langfuse", "otel"}}
"""An extra that brings the libraries of others along."""


def unavailable(reason: str) -> None:
    if tools.in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """Install nothing but the wheel of the runtime, built from this checkout, into a folder."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    steps = (
        [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", folder, tools.CHECKOUT / "runtime"],
        [*pip, "install", *offline, "--find-links", folder, "--target", folder / "installed", "obsgen-runtime"],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False, timeout=120)
        if "No module named 'hatchling'" in done.stderr or "Cannot import 'hatchling" in done.stderr:
            unavailable("hatchling is not installed; `scripts/setup` makes an environment that has it")
        assert done.returncode == 0, done.stderr
    return folder / "installed"


class Clean:
    """An interpreter with one extra and the wheel, in an empty folder, without settings."""

    def __init__(self, extra: str, wheel: Path, folder: Path) -> None:
        self.extra = extra
        self.has = {extra} | BRINGS.get(extra, set())
        self.folder = folder
        self._python = tools.CHECKOUT / ".tools" / f"extra-{extra}" / "bin" / "python"
        self._wheel = wheel
        if not (self._python.parents[1] / "obsgen-stamp").is_file():
            unavailable(f"there is no environment with the extra {extra}; `scripts/setup --extras` makes it")

    def run(self, code: str, *, exit_code: int = 0, **variables: str) -> tuple[str, str]:
        """Return what the code writes to its output and its errors; there is never a traceback in these."""
        done = subprocess.run(
            [self._python, "-c", code],
            cwd=self.folder,
            env={"PATH": os.defpath, "HOME": str(self.folder), "PYTHONPATH": str(self._wheel), **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == exit_code, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout, done.stderr


@pytest.fixture(params=ENVIRONMENTS)
def clean(request, wheel, tmp_path) -> Clean:
    return Clean(request.param, wheel, tmp_path)


def test_the_environment_is_clean(clean):
    """There is what the extra brings, and nothing of the other extras."""
    code = f"from importlib.util import find_spec; print([e for e, m in {LIBRARIES!r}.items() if find_spec(m)])"
    out, _ = clean.run(code)
    assert out.strip() == str([extra for extra in LIBRARIES if extra in clean.has])


def test_every_public_name_can_be_imported(clean):
    """None of the names of `__all__` needs an extra to be imported."""
    code = "import obsgen_runtime; print(len([getattr(obsgen_runtime, name) for name in obsgen_runtime.__all__]))"
    out, _ = clean.run(code)
    assert int(out) > 50


def test_every_module_can_be_imported_or_names_its_extra(clean):
    """What a module cannot do without is an extra that one line tells to install, or it is private to the module."""
    code = """
import importlib, pkgutil, obsgen_runtime
for found in pkgutil.walk_packages(obsgen_runtime.__path__, "obsgen_runtime."):
    if found.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(found.name)
    except ModuleNotFoundError as missing:
        print(found.name, (missing.name or "").split(".")[0])
"""
    out, _ = clean.run(code)
    missing = dict(line.split() for line in out.splitlines())
    absent = {LIBRARIES[extra] for extra in LIBRARIES if extra not in clean.has} | {"google"}
    if "langfuse" not in clean.has:
        absent.add("httpx")  # comes with langfuse, and is asked for beside it
    assert set(missing.values()) <= absent
    # Modules that are all about a library. Who imports them for the application catches this and names the extra.
    inner = ("obsgen_runtime.otlp.", "obsgen_runtime.langfuse.sdk_client")
    assert [name for name in missing if not name.startswith(inner)] == []


EVERYTHING = """
import asyncio, warnings
from datetime import date
from prometheus_client import CollectorRegistry
import obsgen_runtime as o

warnings.simplefilter("error")

registry = CollectorRegistry()
handle = o.initialize_observability("clean", 0, registry=registry)
assert o.is_observability_enabled()
print([(one.signal, one.is_live) for one in o.observability_status()])

@o.observe_llm(model="gpt-4o")
def ask(prompt):
    return {"text": prompt, "usage": {"prompt_tokens": 10, "completion_tokens": 2}}

@o.observe_llm(model="gpt-4o")
async def ask_later(prompt):
    return ask(prompt)

@o.observe_llm(model="gpt-4o")
def stream(prompt):
    yield from prompt

async def main():
    async with o.WorkflowTracer("release") as run:
        assert await run.trace_stage("build", "baker", ask_later, "rye") == ask("rye")
        assert run.run_stage("build", "baker", ask, "rye")["text"] == "rye"
        run.quality_gate("build", passed=True)

asyncio.run(main())
assert list(stream("abc")) == ["a", "b", "c"]
with o.switch_persona("baker", "demo"), o.use(session="s-1"):
    headers = o.inject({})
    assert o.current().persona == "baker"
with o.continue_from(headers) as context:
    assert context.session == "s-1"
with o.observe("prove") as one:
    one.event("risen")
result = o.ObservableLLM(ask, "gpt-4o").generate("rye", persona="baker")
assert result.tokens_used == 12 and result.cost_usd > 0
o.count_retry("gpt-4o")()
table = o.PriceTable(as_of=date(2026, 11, 1), models={"m": o.ModelPrice(input=1, output=1)})
o.set_default_prices(table)
langfuse = o.get_langfuse_integration()
assert not langfuse.enabled
trace = langfuse.start_trace("bake", persona="baker")
langfuse.create_generation(trace, "ask", "gpt-4o", "prompt", "completion", {"input": 1, "output": 1})
langfuse.score(trace, 1.0)
langfuse.end_trace(trace, "success")
assert langfuse.get_prompt("greeting", fallback="Hello").compile() == "Hello"
assert langfuse.auth_check().state == "not_configured"
assert o.run_in_context(lambda: 1)() == 1

class Double(o.InstrumentedPrimitive):
    async def _execute_impl(self, input_data, context):
        return input_data * 2

assert asyncio.run(o.check_primitive(Double(), 1)) == []
assert asyncio.run((Double() >> Double()).execute(1)) == 4
assert o.metrics_app() and o.metrics_wsgi_app() and o.lifespan_with(service_name="x")
o.write_textfile("clean.prom", registry=registry)
assert o.shutdown_observability()
assert not o.is_observability_enabled()
"""


def test_everything_works_without_any_configuration(clean):
    """The whole public surface runs, says what is off and why, and leaves with 0."""
    out, err = clean.run(EVERYTHING)
    assert out.strip() == "[('metrics', True), ('tracing', False)]"
    assert [line for line in err.splitlines() if "obsgen" not in line.lower() and "LANGFUSE" not in line] == []


LANGFUSE = {
    "SERVICE_NAME": "clean",
    "OBSGEN_PROMETHEUS_PORT": "0",
    "LANGFUSE_PUBLIC_KEY": "pk-lf-clean",
    "LANGFUSE_SECRET_KEY": "sk-lf-clean",
    "LANGFUSE_BASE_URL": "http://127.0.0.1:1",
}
ASKED = {
    "otel": (
        "import obsgen_runtime as o; o.initialize_observability(); print(o.observability_status()[1].is_live); "
        "o.shutdown_observability(0.1)",
        LANGFUSE,
    ),
    "langfuse": (
        "from obsgen_runtime.langfuse import Access, LangfuseSdkBackend, MissingLangfuse\n"
        "access = Access(base_url='http://127.0.0.1:1', public_key='pk-lf-clean', secret_key='sk-lf-clean')\n"
        "try:\n    backend = LangfuseSdkBackend(access=access)\n"
        "except MissingLangfuse as missing:\n    import sys; print(missing, file=sys.stderr); print(False)\n"
        "else:\n    print(backend.is_live); backend.shutdown(0.1)",
        {},
    ),
    "dotenv": (
        "from pathlib import Path\nimport obsgen_runtime as o\n"
        "Path('.env').write_text('SERVICE_NAME=clean\\n'); Path('.env').chmod(0o600)\n"
        "try:\n    print(o.read_settings({}, env_file='.env').service_name == 'clean')\n"
        "except ModuleNotFoundError as missing:\n    import sys; print(missing, file=sys.stderr); print(False)",
        {},
    ),
    "retry": (
        "import asyncio, obsgen_runtime as o\nfrom obsgen_runtime.primitives import wrap\n"
        "async def double(data, context):\n    return data * 2\n"
        "async def main():\n"
        "    step = o.RetryPrimitive(wrap(double), strategy=o.RetryStrategy(max_retries=1))\n"
        "    return await step.execute(2, o.WorkflowContext(workflow_id='bake'))\n"
        "try:\n    print(asyncio.run(main()) == 4)\n"
        "except ModuleNotFoundError as missing:\n    import sys; print(missing, file=sys.stderr); print(False)",
        {},
    ),
}


def test_every_extra_has_a_case():
    """An extra that is added to the distribution is asked for here."""
    assert set(ASKED) == set(LIBRARIES) == set(EXTRAS)


@pytest.mark.parametrize("asked", sorted(ASKED))
def test_what_is_asked_for_works_or_one_line_names_the_extra(clean, asked):
    """Asking for a part works where it is, and elsewhere one line says what to install: no traceback, no failure."""
    code, variables = ASKED[asked]
    out, err = clean.run(code, **variables)
    lines = [line for line in err.splitlines() if "pip install" in line]
    if asked in clean.has:
        assert (out.strip(), lines) == ("True", [])
    else:
        assert out.strip() == "False"
        (line,) = lines
        assert f"pip install 'obsgen-runtime[{asked}]'" in line


def test_the_command_works(clean):
    """`obsgen-runtime --version` needs no extra."""
    out, _ = clean.run("from obsgen_runtime.cli import main; main(['--version'])")
    assert out.startswith("obsgen-runtime ")
