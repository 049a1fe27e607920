"""The queue is bounded by memory, too, by an estimate that costs next to nothing."""

import sys
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime import otlp, tracing
from obsgen_runtime.context import Context
from obsgen_runtime.masking import OPEN
from obsgen_runtime.observations import Facts, Score
from obsgen_runtime.otlp.values import weighed

MEGABYTE = 1024 * 1024
CONTEXT = Context(persona="backend-engineer")


def ask(backend, prompt):
    with tracing.observe("ask", "generation", Facts(input=prompt), to=backend):
        pass


def letters(number, size=MEGABYTE):
    return f"{number:08}" * (size // 8)


@pytest.mark.parametrize("shape", ["text", "messages", "metadata", "event", "score"])
def test_long_prompts_are_bounded_by_memory(server, new_backend, shape):
    """Of two hundred spans with a megabyte each, some sixty wait for a silent server; the others are counted as such."""
    server.mode = "silent"
    backend = new_backend(content=OPEN, limits=otlp.Limits(timeout_seconds=30.0))
    tracemalloc.start()
    try:
        for number in range(200):
            text = letters(number)
            if shape == "text":
                ask(backend, text)
            elif shape == "messages":
                ask(backend, [{"role": "user", "content": text}])
            elif shape == "score":
                backend.score(Score(name="good", value=1, trace_id="ab" * 16, comment=text))
            else:
                one = backend.start("ask", "span", CONTEXT)
                one.update(Facts(metadata={"page": text})) if shape == "metadata" else one.event("read", {"page": text})
                one.end()
        del text
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    signal = "score" if shape == "score" else "span"
    dropped = backend.tally(signal).dropped
    assert dropped.keys() == {"queue_bytes"}
    assert 130 <= dropped["queue_bytes"] <= 145
    assert held < 90 * MEGABYTE


def test_room_is_given_back(server, new_backend):
    """What was sent makes room: three times what fits at once arrives, if it does not come at once."""
    backend = new_backend(content=OPEN, limits=otlp.Limits(queue_bytes=4 * MEGABYTE, schedule_seconds=0.01))
    for number in range(12):
        ask(backend, letters(number))
        assert backend.flush(5.0)
    tally = backend.tally()
    assert (tally.sent, tally.dropped) == (12, {})


def test_a_batch_of_long_prompts_is_divided(server, new_backend):
    """No request stands for more than some megabytes, and a full batch of bytes does not wait for the schedule."""
    backend = new_backend(content=OPEN, limits=otlp.Limits(schedule_seconds=60.0))
    for number in range(20):
        ask(backend, letters(number))
    assert len(server.wait_for(16, timeout=5.0)) == 16
    assert backend.flush(5.0)
    counts = [len(request.body) for request in server.requests]
    assert len(counts) == 3


def test_the_last_eighth_of_the_memory_is_for_roots(server, new_backend):
    """A root finds room where its children found none."""
    limits = otlp.Limits(queue_bytes=8 * MEGABYTE, schedule_seconds=60.0)
    backend = new_backend(content=OPEN, limits=limits)
    root = backend.start("root", "span", CONTEXT)
    for number in range(20):
        child = backend.start("child", "generation", CONTEXT, parent=root, facts=Facts(input=letters(number)))
        child.end()
    root.end()
    assert backend.flush(5.0)
    names = [span.name for span in server.spans]
    assert (names.count("child"), names.count("root")) == (6, 1)
    assert backend.tally().dropped == {"queue_bytes": 14}


def test_one_that_is_larger_than_the_queue(server, new_backend):
    """It is dropped, and what comes after it is not."""
    backend = new_backend(content=OPEN, limits=otlp.Limits(queue_bytes=2 * MEGABYTE))
    ask(backend, letters(1, 3 * MEGABYTE))
    ask(backend, "short")
    assert backend.flush(5.0)
    tally = backend.tally()
    assert (tally.sent, tally.dropped) == (1, {"queue_bytes": 1})


def really(value):
    """What `sys.getsizeof` says of everything in *value*."""
    total = sys.getsizeof(value)
    if isinstance(value, dict):
        return total + sum(map(really, value.values()))
    return total + sum(map(really, value)) if isinstance(value, list | tuple) else total


messages = st.lists(st.fixed_dictionaries({"role": st.just("user"), "content": st.text(max_size=500)}), max_size=50)
anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=300), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(messages)
def test_the_estimate_of_messages(value):
    """It is of the size of what is kept: not a fifth of it, and not five times as much, but for small ones."""
    estimate = weighed(value)[1]
    assert really(value) / 5 <= estimate <= really(value) * 5 + 4096


@given(anything)
def test_the_estimate_never_fails(value):
    """Whatever it is, it is a number."""
    assert weighed(value)[1] >= 0
    assert isinstance(weighed(value)[1], int)


def test_the_estimate_of_much():
    """Beyond what is copied, some entries stand for all, and a cycle ends."""
    cycle = []
    cycle.append(cycle)
    assert weighed(cycle)[1] > 0
    for count in (250, 1000, 5000):
        many = [{"role": "user", "content": letters(number, 4000)} for number in range(count)]
        assert count * 3000 < weighed(many)[1] < count * 6000


def test_the_estimate_is_bounded():
    """A million messages cost less than a millisecond more than their copy."""
    long = [{"role": "user", "content": "x"}] * 1_000_000
    times = {"both": [], "copy": []}
    for _ in range(10):
        began = time.perf_counter()
        weighed(long)
        times["both"].append(time.perf_counter() - began)
        began = time.perf_counter()
        long[:]
        times["copy"].append(time.perf_counter() - began)
    assert min(times["both"]) < min(times["copy"]) + 1e-3
