"""Prompts: never long on the request path, the fallback always, and the last known one from disk."""

from __future__ import annotations

import asyncio
import os
import resource
import stat
import subprocess
import sys
import time
from pathlib import Path

import obsgen_runtime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.langfuse import LangfuseIntegration, LangfuseUnavailable
from obsgen_runtime.langfuse.prompt_files import PromptFiles
from obsgen_runtime.langfuse.prompts import ChatPrompt, TextPrompt
from obsgen_runtime.testing import RecordingServer

from tests.runtime.langfuse.conftest import KEYS

PATH = "/api/public/v2/prompts/greet"


def answer(version=1, text="Hi {{name}}", kind="text"):
    return {"type": kind, "name": "greet", "version": version, "config": {"model": "m"}, "labels": ["production"],
            "tags": [], "prompt": text}  # fmt: skip


def make(server, **settings):
    return LangfuseIntegration(*KEYS, server.url, **settings)


def gets(server):
    return [request for request in server.requests if request.path == PATH]


def until(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_from_the_server_then_from_memory(server):
    """A fresh prompt is asked for once; its version and label arrive, and generations can be linked to it."""
    server.answer("GET", PATH, answer(version=3))
    langfuse = make(server)
    prompts = [langfuse.get_prompt("greet", label="production") for _ in range(3)]
    assert prompts[0].compile(name="you") == "Hi you"
    assert (prompts[0].version, prompts[0].labels, prompts[0].config) == (3, ("production",), {"model": "m"})
    assert (prompts[0].link.name, prompts[0].link.version) == ("greet", 3)
    assert [request.query for request in gets(server)] == ["label=production"]
    langfuse.get_prompt("greet", version=7)
    assert gets(server)[-1].query == "version=7"


def test_stale_while_it_is_fetched_anew(server):
    """A stale prompt is returned at once, and the new version a little later."""
    server.answer("GET", PATH, answer(version=1))
    langfuse = make(server)
    langfuse.get_prompt("greet")
    server.answer("GET", PATH, answer(version=2))
    server.mode, server.delay_seconds = "slow", 1.5
    began = time.monotonic()
    assert langfuse.get_prompt("greet", cache_ttl_seconds=0).version == 1
    assert time.monotonic() - began < 1
    until(lambda: langfuse.get_prompt("greet").version == 2)


@pytest.mark.parametrize(
    "mode", ["unauthorized", "unavailable", "refused", "silent", "slow", "closing", "rate_limited"]
)
def test_the_fallback_holds(mode, fault_count):
    """Whatever the server does, the fallback comes within the limit, unlinked, and is counted; the next one at once."""
    with RecordingServer(mode, delay_seconds=2.0) as server:
        langfuse = make(server, fetch_timeout_seconds=0.3)
        began = time.monotonic()
        prompt = langfuse.get_prompt("greet", fallback="Hello {{name}}")
        assert time.monotonic() - began < 1.5
        assert (prompt.compile(name="you"), prompt.is_fallback, prompt.link) == ("Hello you", True, None)
        assert fault_count("prompts") == 1
        with pytest.raises(LangfuseUnavailable):
            langfuse.get_prompt("greet")
        began = time.monotonic()
        for _ in range(5):
            langfuse.get_prompt("greet", fallback="x")
        if mode not in ("silent", "slow"):
            assert time.monotonic() - began < 1


def test_no_such_prompt(server):
    """A prompt that Langfuse does not have is an error that says so, and the fallback's case."""
    server.answer("GET", PATH, {"message": "no"}, status=404)
    with pytest.raises(LangfuseUnavailable) as caught:
        make(server).get_prompt("greet")
    assert (caught.value.reason, caught.value.status) == ("rejected", 404)
    assert make(server).get_prompt("greet", fallback="x").prompt == "x"


@pytest.mark.parametrize("body", [b"no json", [], {"name": "other", "version": 1, "prompt": "x"},
                                  {"name": "greet", "version": "1", "prompt": "x"},
                                  {"name": "greet", "version": 1, "prompt": [3]}])  # fmt: skip
def test_answers_that_make_no_sense(server, body):
    """An answer that is no prompt is none."""
    server.answer("GET", PATH, body)
    with pytest.raises(LangfuseUnavailable) as caught:
        make(server).get_prompt("greet")
    assert caught.value.reason == "encoding"


def test_of_the_other_type(server):
    """A chat where a text is wanted is an error, or the fallback's case."""
    server.answer("GET", PATH, answer(text=[{"role": "user", "content": "hi"}], kind="chat"))
    langfuse = make(server)
    assert langfuse.get_prompt("greet", type="chat").compile() == [{"role": "user", "content": "hi"}]
    assert langfuse.get_prompt("greet", fallback="x").prompt == "x"
    with pytest.raises(LangfuseUnavailable, match="not of type text"):
        langfuse.get_prompt("greet")


def test_label_and_version():
    """Both at once is a mistake of the caller."""
    with pytest.raises(ValueError, match="not by both"):
        LangfuseIntegration().get_prompt("greet", label="a", version=1)


def test_last_known_good(server, tmp_path):
    """What came once is there at the next start without the server, with its version, in a file of this user only."""
    folder = tmp_path / "prompts"
    server.answer("GET", PATH, answer(version=5))
    make(server, prompt_folder=folder).get_prompt("greet")
    until(lambda: list(folder.glob("prompt-*.json")))
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    server.mode = "unavailable"
    again = make(server, prompt_folder=folder)
    assert again.get_prompt("greet").version == 5
    assert again.get_prompt("greet", label="other", fallback="x").is_fallback


@pytest.mark.parametrize("content", ["", "[]", "{", '{"name": "other"}', "[" * 100_000])
def test_a_kept_prompt_that_is_broken(server, tmp_path, content):
    """A damaged file is as good as none."""
    server.mode = "unavailable"
    langfuse = make(server, prompt_folder=tmp_path)
    PromptFiles(tmp_path, langfuse._api.project).path(("greet", "label=production")).write_text(content)
    assert langfuse.get_prompt("greet", fallback="x").is_fallback


def test_a_link_in_the_folder_is_not_followed(tmp_path, fault_count):
    """A file that somebody put there as a link is not read."""
    files = PromptFiles(tmp_path, "p")
    (tmp_path / "elsewhere").write_text("{}")
    files.path(("a", "b")).symlink_to(tmp_path / "elsewhere")
    assert files.load(("a", "b")) is None
    assert fault_count("prompts") == 1


@given(st.text(max_size=50), st.text(max_size=20))
def test_no_name_leads_out_of_the_folder(name, label):
    """Whatever a prompt is called, its file is directly in the folder."""
    path = PromptFiles(Path("/somewhere/prompts"), "p").path((name, label))
    assert path.parent == Path("/somewhere/prompts")
    assert path.name.removeprefix("prompt-").removesuffix(".json").isalnum()


def test_a_full_disk(tmp_path):
    """Where no byte can be written, the prompt still comes, nothing is left behind, and it is counted."""
    code = f"""
import resource, sys
from pathlib import Path
from prometheus_client import REGISTRY
from obsgen_runtime.langfuse.prompt_files import PromptFiles
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
files = PromptFiles(Path({str(tmp_path)!r}), "p")
files.keep(("a", "b"), {{"prompt": "x" * 1000}})
assert files.load(("a", "b")) is None
assert list(Path({str(tmp_path)!r}).iterdir()) == []
assert REGISTRY.get_sample_value("obsgen_runtime_hook_faults_total", {{"hook": "prompts"}}) == 1
"""
    runtime = str(Path(obsgen_runtime.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        env={"PYTHONPATH": runtime},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 10


def test_a_folder_that_cannot_be_made(server, tmp_path, fault_count):
    """A file where the folder should be is counted, and changes nothing else."""
    (tmp_path / "taken").write_text("")
    server.answer("GET", PATH, answer())
    assert make(server, prompt_folder=tmp_path / "taken").get_prompt("greet").version == 1
    until(lambda: fault_count("prompts") == 1)


def test_hostile_names_stay_in_their_segment(server):
    """A name with slashes and dots is one part of the path."""
    with pytest.raises(LangfuseUnavailable):
        make(server).get_prompt("../../a b?c=d#e/ü")
    assert server.requests[-1].path == "/api/public/v2/prompts/..%2F..%2Fa%20b%3Fc%3Dd%23e%2F%C3%BC"


def test_variables():
    """Variables are put in as they are, never looked through again; missing ones stay and can be asked for."""
    prompt = TextPrompt(name="p", prompt="{{ a }}-{{b}}-{{a}}-{{}}-{ {c} }")
    assert prompt.variables == ("a", "b")
    assert prompt.compile(a="{{b}}", b=None) == "{{b}}--{{b}}-{{}}-{ {c} }"


def test_missing_variables_are_counted(fault_count):
    """What is missing stays visible in the text, and is counted."""
    assert TextPrompt(name="p", prompt="{{a}} {{b}}").compile(a=1) == "1 {{b}}"
    assert fault_count("prompts") == 1


def test_chats():
    """Variables go into contents, lists of messages into placeholders."""
    prompt = ChatPrompt(
        name="p",
        prompt=(
            {"type": "message", "role": "system", "content": "Be {{how}}"},
            {"type": "placeholder", "name": "past"},
        ),
    )
    assert prompt.variables == ("how", "past")
    assert prompt.compile(how="kind", past=[{"role": "user", "content": "{{how}}"}]) == [
        {"role": "system", "content": "Be kind"},
        {"role": "user", "content": "{{how}}"},
    ]


@given(st.text(alphabet="{}a ", max_size=40), st.text(max_size=5))
def test_any_text_compiles(text, value):
    """No text raises, and one without variables stays as it is."""
    prompt = TextPrompt(name="p", prompt=text)
    compiled = prompt.compile(**dict.fromkeys(prompt.variables, value))
    assert prompt.variables or compiled == text


def test_a_fork_fetches_for_itself(server):
    """A child that was forked while its parent fetched a prompt gets it by itself."""
    server.answer("GET", PATH, answer())
    server.mode, server.delay_seconds = "slow", 0.3
    langfuse = make(server, fetch_timeout_seconds=0.05)
    with pytest.raises(LangfuseUnavailable):
        langfuse.get_prompt("greet")
    entry = next(iter(langfuse._prompts._entries.values()))
    entry.flight_pid = os.getppid()  # as a child sees it
    server.mode = "ok"
    langfuse._prompts._fetch_seconds = 5
    assert langfuse.get_prompt("greet").version == 1


def test_the_event_loop_goes_on(server):
    """In a coroutine the first use waits for the server while others run; later ones come from memory at once."""
    server.answer("GET", PATH, answer(version=3))
    server.mode, server.delay_seconds = "slow", 1.5
    langfuse = make(server, fetch_timeout_seconds=10)
    longest = 0.0

    async def others():
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)

    async def main():
        beside = asyncio.create_task(others())
        prompt = await langfuse.get_prompt_async("greet", fallback="mine")
        assert (prompt.version, await langfuse.get_prompt_async("greet")) == (3, prompt)
        beside.cancel()

    asyncio.run(main())
    assert longest < 1
    with pytest.raises(ValueError, match="label or version"):
        asyncio.run(langfuse.get_prompt_async("greet", label="a", version=1))
    assert asyncio.run(LangfuseIntegration().get_prompt_async("greet", fallback="mine")).is_fallback


def test_a_server_that_never_answers_is_waited_for_once():
    """While the fetch hangs, the first caller waits as long as it may, and those after it not at all."""
    with RecordingServer("silent") as server:
        langfuse = make(server, fetch_timeout_seconds=0.3)
        before = time.monotonic()
        assert [langfuse.get_prompt("greet", fallback="mine").is_fallback for _ in range(20)] == [True] * 20
        assert 0.25 < time.monotonic() - before < 3  # twenty times as long would be 6
