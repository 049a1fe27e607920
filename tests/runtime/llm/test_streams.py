"""Streamed answers: every chunk passes as it comes, and the call ends when the stream does."""

# ruff: noqa: PLW0108, PERF401  (lambdas that return a stream are what is tested)
from __future__ import annotations

import asyncio
import gc
import inspect
import io
import time
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obsgen_runtime.llm import ObservableLLM, observe_llm
from obsgen_runtime.llm.calls import current_call

FINAL = {"usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}}
LABELS = {"model": "gpt-4", "persona": "none"}


@pytest.fixture
def watch(registry, prices):
    return lambda **more: observe_llm(**{"model": "gpt-4", "metrics": registry, "prices": prices, **more})


def generator(prompt):
    yield "a"
    yield "b"
    yield FINAL


async def async_generator(prompt):
    for chunk in ("a", "b", FINAL):
        await asyncio.sleep(0)
        yield chunk


class Stream:
    """As providers have it: an iterator with `close`, to be entered by `with`."""

    def __init__(self, chunks=("a", "b", FINAL)):
        self._chunks = iter(chunks)
        self.response = "headers"
        self.closed = 0

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._chunks)

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.close()

    def close(self):
        self.closed += 1


class AsyncStream:
    def __init__(self, chunks=("a", "b", FINAL)):
        self._chunks = iter(chunks)
        self.closed = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return next(self._chunks)
        except StopIteration:
            raise StopAsyncIteration from None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *problem):
        await self.close()

    async def close(self):
        self.closed += 1


class StreamManager:
    """As `client.messages.stream(...)` returns it: what is entered by `with` is another object."""

    def __init__(self):
        self.stream = Message()

    def __enter__(self):
        return self.stream

    def __exit__(self, *problem):
        self.stream.close()


class Message(Stream):
    @property
    def text_stream(self):
        return (chunk for chunk in self if isinstance(chunk, str))

    @property
    def current_message_snapshot(self):
        return SimpleNamespace(**FINAL)

    def get_final_message(self):
        list(self._chunks)
        return SimpleNamespace(text="ab", **FINAL)


def outcome(shown):
    """Return how the one call ended."""
    (found,) = [o for o in ("ok", "error", "cancelled") if shown.value("llm_requests_total", outcome=o, **LABELS)]
    assert shown.value("llm_requests_total", outcome=found, **LABELS) == 1
    return found


def tokens(shown):
    return shown.value("llm_tokens_total", token_type="input", **LABELS)


SYNC = {
    "generator function": generator,
    "generator": lambda prompt: generator(prompt),
    "stream": lambda _prompt: Stream(),
}
ASYNC = {
    "async generator function": async_generator,
    "async generator": lambda prompt: async_generator(prompt),
    "async stream": lambda _prompt: AsyncStream(),
}


@pytest.mark.parametrize("name", SYNC)
def test_read_to_the_end(name, watch, registry, scrape, recording):
    """The chunks are the function's, and times, tokens and outcome are recorded once."""
    watched = watch()(SYNC[name])
    assert inspect.isgeneratorfunction(watched) == (name == "generator function")
    assert list(watched("x")) == ["a", "b", FINAL]
    shown = scrape(registry)
    assert (outcome(shown), tokens(shown)) == ("ok", 10)
    assert shown.value("llm_time_to_first_token_seconds_count", **LABELS) == 1
    assert shown.value("llm_chunk_gap_seconds_count", model="gpt-4") == 1
    (one,) = recording.kept
    assert one.ended == 1
    assert one.facts[-1].output is None
    assert abs(one.facts[-1].first_token_ns - time.time_ns()) < 60e9


@pytest.mark.parametrize("name", ASYNC)
def test_read_to_the_end_async(name, watch, registry, scrape, recording):
    """The same holds where chunks are awaited."""
    watched = watch()(ASYNC[name])
    assert inspect.isasyncgenfunction(watched) == (name == "async generator function")

    async def run():
        return [chunk async for chunk in watched("x")]

    assert asyncio.run(run()) == ["a", "b", FINAL]
    shown = scrape(registry)
    assert (outcome(shown), tokens(shown)) == ("ok", 10)
    assert recording.kept[0].ended == 1


@pytest.mark.parametrize("is_async", [False, True])
def test_an_awaited_stream(is_async, watch, registry, scrape):
    """A coroutine that returns a stream gives a stream, entered and read like the provider's own."""
    inner = AsyncStream()

    async def create(prompt):
        return inner

    async def run():
        stream = await watch()(create)("x")
        assert isinstance(stream, AsyncStream)
        async with stream as entered:
            return [chunk async for chunk in entered]

    assert asyncio.run(run()) == ["a", "b", FINAL]
    assert inner.closed == 1
    assert (outcome(scrape(registry)), tokens(scrape(registry))) == ("ok", 10)


def test_times(watch, registry, scrape):
    """The first token and the longest gap are what they were, not the whole duration."""

    @watch()
    def slow(prompt):
        time.sleep(0.2)
        yield "a"
        time.sleep(0.4)
        yield "b"
        yield "c"

    list(slow("x"))
    shown = scrape(registry)
    assert 0.2 <= shown.value("llm_time_to_first_token_seconds_sum", **LABELS) < 0.4
    assert 0.4 <= shown.value("llm_chunk_gap_seconds_sum", model="gpt-4") < 0.6
    assert shown.value("llm_request_duration_seconds_sum", **LABELS) >= 0.6


@pytest.mark.parametrize("name", SYNC)
def test_closed_early(name, watch, registry, scrape, recording):
    """What is closed before its end is a cancelled call of unknown cost, and the provider's stream is closed."""
    stream = watch()(SYNC[name])("x")
    assert next(stream) == "a"
    stream.close()
    shown = scrape(registry)
    assert outcome(shown) == "cancelled"
    assert shown.value("obsgen_runtime_price_unknown_total", model="gpt-4") == 1
    assert recording.kept[0].ended == 1


def test_closing_reaches_the_generator(watch):
    """`finally` of a closed generator runs, and what it raises comes out."""
    ran = []

    @watch()
    def careful(prompt):
        try:
            yield "a"
        finally:
            ran.append("closed")

    stream = careful("x")
    next(stream)
    stream.close()
    assert ran == ["closed"]


def test_closed_early_async(watch, registry, scrape):
    """`aclose` reaches the async generator, and the call is cancelled."""
    ran = []

    @watch()
    async def careful(prompt):
        try:
            yield "a"
        finally:
            await asyncio.sleep(0)
            ran.append("closed")

    async def run():
        stream = careful("x")
        await anext(stream)
        await stream.aclose()

    asyncio.run(run())
    assert ran == ["closed"]
    assert outcome(scrape(registry)) == "cancelled"


@pytest.mark.parametrize("name", ["generator", "stream"])
def test_dropped_unread(name, watch, registry, scrape, recording):
    """A stream that nobody reads is a call that ended, too."""
    stream = watch()(SYNC[name])("x")
    del stream
    gc.collect()
    assert outcome(scrape(registry)) == "cancelled"
    assert recording.kept[0].ended == 1


@pytest.mark.parametrize("is_async", [False, True])
def test_an_error_in_the_middle(is_async, watch, registry, scrape, recording):
    """The object that was raised comes out behind the chunks that came before it."""
    error = ConnectionResetError("cut")

    @watch()
    def cut(prompt):
        yield "a"
        raise error

    @watch()
    async def cut_async(prompt):
        yield "a"
        raise error

    got = []

    async def run():
        async for chunk in cut_async("x"):
            got.append(chunk)

    with pytest.raises(ConnectionResetError) as caught:
        asyncio.run(run()) if is_async else got.extend(cut("x")) or list(map(got.append, cut("x")))
    assert caught.value is error
    assert scrape(registry).value("llm_errors_total", model="gpt-4", kind="connection") == 1
    assert recording.kept[0].error is error


def test_managers_of_streams(watch, registry, scrape):
    """`with client.messages.stream(...) as stream` works: text, attributes, and the usage of the message."""
    manager = StreamManager()
    with watch()(lambda _prompt: manager)("x") as stream:
        assert stream.response == "headers"
        assert list(stream.text_stream) == ["a", "b"]
    assert manager.stream.closed == 1
    assert (outcome(scrape(registry)), tokens(scrape(registry))) == ("ok", 10)


def test_a_stream_that_reads_itself(watch, registry, scrape):
    """`get_final_message` ends the call with that message."""
    with watch()(lambda _prompt: StreamManager())("x") as stream:
        assert stream.get_final_message().text == "ab"
    assert (outcome(scrape(registry)), tokens(scrape(registry))) == ("ok", 10)


def test_an_error_inside_of_the_block(watch, registry, scrape):
    """What is raised while a stream is open comes out, and the call failed with it."""
    error = TimeoutError()
    with pytest.raises(TimeoutError) as caught, watch()(lambda _prompt: StreamManager())("x"):
        raise error
    assert caught.value is error
    assert scrape(registry).value("llm_errors_total", model="gpt-4", kind="timeout") == 1


@pytest.mark.parametrize("result", [[1], {"a": 1}, "text", io.StringIO("x"), (1,), range(3), SimpleNamespace()])
def test_what_can_be_iterated_over_is_no_stream(result, watch, registry, scrape):
    """Lists, texts and files are answers; they come back as the same object."""
    assert watch()(lambda _prompt: result)("x") is result
    assert outcome(scrape(registry)) == "ok"


def test_content_is_kept_only_if_asked_for(watch, recording):
    """All chunks become the output with `capture_output`, and only then."""
    list(watch(capture_output=True)(generator)("x"))
    assert recording.kept[0].facts[-1].output == ["a", "b", FINAL]


def test_nothing_is_buffered(watch):
    """Reading a long stream keeps no more than a few of its chunks alive."""
    alive = []

    class Chunk:
        def __init__(self):
            alive.append(1)

        def __del__(self):
            alive.pop()

    @watch()
    def many(prompt):
        for _ in range(1000):
            yield Chunk()

    assert max(len(alive) for _ in many("x")) < 10


def test_the_figures_of_a_stream_come_with_its_end(registry, prices):
    """A result whose response is a stream knows tokens and cost once that was read."""
    result = ObservableLLM(generator, "gpt-4", metrics=registry, prices=prices).generate("x")
    assert (result.tokens_used, result.latency_ms) == (None, None)
    list(result.response)
    assert (result.tokens_used, result.cost_usd) == (15, pytest.approx(0.0006))
    assert 0 <= result.time_to_first_token_ms <= result.latency_ms


def test_the_first_step_of_a_generator_belongs_to_its_call(watch):
    """It finds its call and keeps it for later; the reader is in no call."""
    seen = []

    @watch()
    def ask(prompt):
        seen.append(current_call())
        yield "a"

    for _ in ask("x"):
        seen.append(current_call())
    assert seen[0] is not None
    assert seen[1] is None


class Echo(Exception):  # noqa: N818
    pass


def echo(prompt):
    """Yield and answer to everything a generator can be told."""
    got, count = "start", 0
    while count < 8:
        count += 1
        try:
            got = yield (count, got)
        except Echo:
            got = "thrown"
        if got == "stop":
            return "returned"
    return "exhausted"


STEPS = st.lists(st.sampled_from(["next", "hello", "stop", "throw", "other", "close"]), max_size=12)


def drive(stream, steps):
    """Return everything that a generator says to these steps."""
    said = []
    for step in steps:
        try:
            if step == "next":
                said.append(next(stream))
            elif step in ("throw", "other"):
                said.append(stream.throw(Echo("x") if step == "throw" else KeyError("y")))
            elif step == "close":
                said.append(stream.close())
            else:
                said.append(stream.send(step))
        except (StopIteration, TypeError, KeyError, Echo) as problem:
            said.append((type(problem), getattr(problem, "value", None)))
    return said


@settings(deadline=None)
@given(STEPS)
def test_a_watched_generator_says_what_the_plain_one_says(steps):
    """`next`, `send`, `throw` and `close` in any order have the results that they have without the hook."""
    steps = ["next", *steps]  # before the first step there is no call
    for function in (observe_llm(model="gpt-4")(echo), observe_llm(model="gpt-4")(lambda prompt: echo(prompt))):
        assert drive(function("x"), steps) == drive(echo("x"), steps)


@settings(deadline=None)
@given(STEPS)
def test_a_watched_async_generator_says_what_the_plain_one_says(steps):
    """`anext`, `asend`, `athrow` and `aclose` in any order have the results that they have without the hook."""

    async def echo_async(prompt):
        plain = echo(prompt)
        item = next(plain)
        while True:
            try:
                sent = yield item
            except Exception as problem:  # noqa: BLE001
                told = problem
                step = lambda told=told: plain.throw(told)  # noqa: E731
            else:
                step = lambda sent=sent: plain.send(sent)  # noqa: E731
            try:
                item = step()
            except StopIteration:
                return

    async def drive_async(stream):
        said = []
        for step in ["next", *steps]:
            try:
                if step == "next":
                    said.append(await anext(stream))
                elif step in ("throw", "other"):
                    said.append(await stream.athrow(Echo("x") if step == "throw" else KeyError("y")))
                elif step == "close":
                    said.append(await stream.aclose())
                else:
                    said.append(await stream.asend(step))
            except (StopAsyncIteration, TypeError, KeyError, Echo) as problem:
                said.append(type(problem))
        return said

    async def run():
        return await drive_async(observe_llm(model="gpt-4")(echo_async)("x")), await drive_async(echo_async("x"))

    watched, plain = asyncio.run(run())
    assert watched == plain
