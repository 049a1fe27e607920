"""The page about the doctor: its commands print what it shows, and it names every argument and check."""

import re
import socket
import subprocess
import sys

import pytest
from obsgen_runtime.doctor.options import _parser

from tests import tools
from tests.runtime.doctor.served import process
from tests.runtime.doctor.test_command import COMMAND

PAGE = tools.CHECKOUT / "docs" / "runtime" / "doctor.md"
TEXT = PAGE.read_text(encoding="utf-8")
(SERVICE,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
SHOWN = re.findall(r"^```console\n\$ obsgen-runtime ([^\n]*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def served(child_environment):
    """Run the service of the page, on any free port."""
    path = str(tools.CHECKOUT / "generated" / "python")
    start = SERVICE.replace("prometheus_port=9464", "prometheus_port=0").replace("initialize_", "url = initialize_")
    code = f"import sys\nsys.path.insert(0, {path!r})\n{start.replace('import url = ', 'import ')}"
    with process(child_environment, "", f"{code}\nprint(url.url, flush=True)\nsys.stdin.read()\n") as url:
        yield url, {**child_environment, "PYTHONPATH": f"{path}:{child_environment['PYTHONPATH']}"}


def printed(arguments, served):
    """Return what a command of the page prints, with the ports of the page."""
    url, environment = served
    port = url.split(":")[2].split("/")[0]
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = str(free.getsockname()[1])
    asked = [part.replace("9465", nobody) for part in arguments.split()]
    environment = {name: text for name, text in environment.items() if not name.startswith(("LANGFUSE_", "OTEL_"))}
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *asked, *([] if "--url" in asked else ["--url", url])],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.replace(port, "9464").replace(nobody, "9465")


def without_numbers(text):
    """Times, sizes and installed releases differ from run to run; everything else has to be as shown."""
    text = re.sub(r"(?m)^ok    extras .*", "", text)
    return re.sub(r"(?<!:)\b\d+(\.\d+)*", "N", text)


@pytest.mark.parametrize(("arguments", "output"), SHOWN)
def test_commands(arguments, output, served):
    """Each command prints what the page shows."""
    assert without_numbers(printed(arguments, served)).rstrip() == without_numbers(output).rstrip()


def test_there_are_commands():
    """The search for them finds some."""
    assert len(SHOWN) == 2


def test_arguments():
    """Every argument stands on the page."""
    options = {name for action in _parser()._actions for name in action.option_strings} - {"-h", "--help", "--langfuse"}
    assert {name for name in options if f"`{name}" not in TEXT} == set()


def test_names_of_checks():
    """Every check that the page sends a reader to is one that the doctor has."""
    table = TEXT.split("| You see | Look at |")[1].split("\n\n")[0]
    named = {word for row in table.splitlines()[2:] for word in re.findall(r"`([a-z-]+)`", row.split("|")[2])}
    folder = tools.CHECKOUT / "runtime" / "obsgen_runtime" / "doctor"
    code = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    assert len(named) > 15
    assert {name for name in named if f'"{name}"' not in code} == set()
