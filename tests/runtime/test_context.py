"""The context: seen by those who belong to the work, and by nobody else."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from obsgen_runtime.context import Context, current, in_own_async_context, in_own_context, run_in_context, use
from obsgen_runtime.tracing import current_observation, observe


def test_what_was_before_is_back():
    """Changes end with their block, also after an exception, and fields that were not named stay."""
    with use(persona="a", tags=("x",)) as outer:
        with pytest.raises(ValueError, match="mine"), use(stage="s"):  # noqa: PT012  (the block is what is tested)
            assert current() == Context(persona="a", stage="s", tags=("x",))
            raise ValueError("mine")
        assert current() is outer
    assert current() == Context()


def test_tasks_do_not_mix():
    """Twenty concurrent tasks see their own fields after every await, and start with those of their maker."""

    async def work(number):
        assert current().workflow == "all"
        with use(persona=f"p{number}"):
            for _ in range(10):
                await asyncio.sleep(0)
                assert current() == Context(workflow="all", persona=f"p{number}")
        return current().persona

    async def main():
        with use(workflow="all"):
            return await asyncio.gather(*(work(number) for number in range(20)))

    assert asyncio.run(main()) == [None] * 20


def test_threads_of_a_pool(recording):
    """Bound functions have the context and the observation of their maker, in any thread, many at once."""

    def look(number):
        return current().persona, current_observation(), number

    with ThreadPoolExecutor(4) as pool:
        jobs = []
        for number in range(20):
            with use(persona=f"p{number}"), observe(f"o{number}"):
                jobs.append(pool.submit(run_in_context(look), number))
        for job in jobs:
            persona, observation, number = job.result()
            assert persona == f"p{number}"
            assert observation is recording.named(f"o{number}")
        assert pool.submit(current).result() == Context()


def steps(persona):
    with use(persona=persona), observe(persona):
        for _ in range(3):
            yield current().persona, current_observation()


async def later_steps(persona):
    with use(persona=persona), observe(persona):
        for _ in range(3):
            await asyncio.sleep(0)
            yield current().persona, current_observation()


def test_generators_that_take_turns(recording):
    """Two generators with contexts of their own see theirs at every step, and their caller sees neither."""
    one, two = in_own_context(steps("one")), in_own_context(steps("two"))
    for _ in range(3):
        assert next(one) == ("one", recording.named("one"))
        assert next(two) == ("two", recording.named("two"))
        assert current() == Context()
        assert current_observation().trace_id == ""
    assert list(one) == list(two) == []
    assert [each.ended for each in recording.kept] == [1, 1]


def test_generators_keep_their_protocol():
    """What is sent, thrown, returned and closed arrives as without the wrapper."""
    seen = []

    def talk():
        try:
            seen.append((yield 1))
            try:
                yield 2
            except KeyError as error:
                seen.append(error)
            return (yield 3)
        finally:
            seen.append("closed")

    def drive(generator):
        result = yield from generator
        seen.append(result)

    error = KeyError("mine")
    wrapped = drive(in_own_context(talk()))
    assert [next(wrapped), wrapped.send("a"), wrapped.throw(error)] == [1, 2, 3]
    with pytest.raises(StopIteration):
        wrapped.send("end")
    assert seen == ["a", error, "closed", "end"]
    early = in_own_context(talk())
    next(early)
    early.close()
    assert seen[-1] == "closed"

    def fail():
        yield 1
        raise error

    failing = in_own_context(fail())
    next(failing)
    with pytest.raises(KeyError) as caught:
        next(failing)
    assert caught.value is error


def test_async_generators_that_take_turns(recording):
    """The same for async generators, also where each item is asked for in another task, and one ends early."""

    async def main():
        one, two = in_own_async_context(later_steps("one")), in_own_async_context(later_steps("two"))
        for _ in range(3):
            assert await asyncio.create_task(anext(one)) == ("one", recording.named("one"))
            assert await anext(two) == ("two", recording.named("two"))
            assert current() == Context()
        await two.aclose()
        with contextlib.suppress(StopAsyncIteration):
            await anext(one)

    asyncio.run(main())
    assert [each.ended for each in recording.kept] == [1, 1]


def test_an_async_generator_that_is_cancelled(recording):
    """A cancellation reaches the generator, which can clean up, and comes out as it is."""
    cleaned = []

    async def slow():
        try:
            yield 1
            await asyncio.sleep(60)
        finally:
            cleaned.append(current().persona)

    async def main():
        async def consume():
            with use(persona="p"):
                async for _ in in_own_async_context(slow()):
                    pass

        task = asyncio.create_task(consume())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(main())
    assert cleaned == ["p"]


def test_observations_in_generators_closed_elsewhere(recording):
    """A generator that is closed in another task than it was started in ends its observation and raises nothing."""

    async def main():
        generator = later_steps("one")
        await asyncio.create_task(anext(generator))
        await asyncio.create_task(generator.aclose())

    asyncio.run(main())
    assert recording.named("one").ended == 1


def test_async_generators_keep_their_protocol():
    """What is sent in and thrown in reaches the generator, which may go on with it; closing it closes it."""
    seen = []

    async def talking():
        try:
            seen.append((yield 1))
            try:
                yield 2
            except KeyError:
                yield "caught"
            yield 3
        finally:
            seen.append("closed")

    async def talk():
        own = in_own_async_context(talking())
        assert await anext(own) == 1
        assert await own.asend("hello") == 2
        assert await own.athrow(KeyError("bread")) == "caught"
        assert await anext(own) == 3
        error = ValueError("oven")
        with pytest.raises(ValueError, match="oven") as caught:
            await own.athrow(error)
        assert caught.value is error
        with pytest.raises(StopAsyncIteration):
            await anext(own)

    asyncio.run(talk())
    assert seen == ["hello", "closed"]
