"""`observe` as a decorator: each call is an observation, and the function stays what it was."""

from __future__ import annotations

import asyncio
import inspect
from functools import partial
from threading import Barrier, Thread

import pytest
from obsgen_runtime import observe
from obsgen_runtime.observations import Facts
from obsgen_runtime.tracing import current_observation

from tests.runtime.recording import Broken, Recording


@pytest.fixture
def backend():
    return Recording()


def test_each_call_of_a_function(backend):
    """It is one observation of the name and kind, with the facts; what is started within is below it."""

    @observe("bake", "tool", Facts(metadata={"oven": 2}), to=backend)
    def bake(loaves, *, hot=True):
        """Bake them."""
        assert current_observation() is backend.kept[-1]
        with observe("look", to=backend):
            return loaves, hot

    assert bake(3, hot=False) == (3, False)
    assert bake(4) == (4, True)
    assert [(one.name, one.kind, one.ended) for one in backend.kept] == [("bake", "tool", 1), ("look", "span", 1)] * 2
    assert backend.kept[0].facts == [Facts(metadata={"oven": 2})]
    assert backend.kept[1].parent is backend.kept[0]
    assert (bake.__name__, bake.__doc__, str(inspect.signature(bake))) == (
        "bake",
        "Bake them.",
        "(loaves, *, hot=True)",
    )


def test_calls_of_a_coroutine_function_at_once(backend):
    """Each has an observation of its own, which goes on until it was awaited."""

    @observe("bake", to=backend)
    async def bake(number):
        with observe(f"look {number}", to=backend):
            await asyncio.sleep(0)
            return number

    async def both():
        return await asyncio.gather(bake(1), bake(2))

    assert inspect.iscoroutinefunction(bake)
    assert asyncio.run(both()) == [1, 2]
    first, second = (one for one in backend.kept if one.name == "bake")
    assert [backend.named(f"look {number}").parent for number in (1, 2)] == [first, second]
    assert {one.ended for one in backend.kept} == {1}


def test_calls_of_threads_at_once(backend):
    """One decorator serves calls that overlap, and calls within its own calls."""
    meeting = Barrier(2)

    @observe("bake", to=backend)
    def bake(depth):
        if depth == 0:
            meeting.wait(10)
        else:
            bake(depth - 1)

    threads = [Thread(target=bake, args=(1,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    outer = [one for one in backend.kept if one.parent is None]
    inner = [one for one in backend.kept if one.parent is not None]
    assert len(outer) == len(inner) == 2
    assert {one.parent.span_id for one in inner} == {one.span_id for one in outer}
    assert {one.ended for one in backend.kept} == {1}


def test_methods_partials_and_callable_objects(backend):
    """They are called as they were: with themselves, with their class, with nothing, asynchronously."""

    class Oven:
        @observe("heat", to=backend)
        def heat(self, degrees):
            return self, degrees

        @observe("kind", to=backend)
        @classmethod
        def kind(cls):
            return cls

        @observe("limit", to=backend)
        @staticmethod
        def limit():
            return 300

        async def __call__(self, loaves):
            return loaves

    oven = Oven()
    assert oven.heat(220) == (oven, 220)
    assert (Oven.kind(), oven.kind(), oven.limit(), Oven.limit()) == (Oven, Oven, 300, 300)

    async def call():
        work = observe("call", to=backend)(oven)(3)
        assert [one.name for one in backend.kept if one.name == "call"] == []  # not before it is awaited
        return await work

    assert asyncio.run(call()) == 3
    assert observe("part", to=backend)(partial(max, 3))(4) == 4
    assert [one.name for one in backend.kept] == ["heat", "kind", "kind", "limit", "limit", "call", "part"]


@pytest.mark.parametrize("error", [ValueError("burnt"), asyncio.CancelledError(), KeyboardInterrupt()])
def test_what_is_raised_comes_out(backend, error):
    """The very exception or cancellation comes out, and is that of the observation."""

    @observe("plain", to=backend)
    def plain():
        raise error

    @observe("later", to=backend)
    async def later():
        raise error

    with pytest.raises(type(error)) as caught:
        plain()
    assert caught.value is error
    with pytest.raises(type(error)) as caught:
        later().send(None)
    assert caught.value is error
    assert [one.error for one in backend.kept] == [error, error]


def test_a_backend_that_raises():
    """The function runs as if it were not watched."""
    assert observe("bake", to=Broken())(lambda: 3)() == 3


def test_generators_are_refused():
    """They would be over before they are read, so decorating one is an error that says what to do."""

    def loaves():
        yield 1

    async def later():
        yield 1

    for function in (loaves, later):
        with pytest.raises(TypeError, match="observe_llm"):
            observe("bake")(function)


def test_a_block_is_what_it_was(backend):
    """The same object is a block, before and after it decorated something."""
    watch = observe("bake", to=backend)
    with watch as observation:
        pass
    watch(len)([])
    with watch:
        pass
    assert observation is backend.kept[0]
    assert [one.ended for one in backend.kept] == [1, 1, 1]
