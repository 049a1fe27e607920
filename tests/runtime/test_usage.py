"""Tokens: what is read from providers' answers, and both dialects on the wire."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.usage import Usage, read_usage, to_langfuse, to_otel

TOKENS = st.integers(0, 10**9)


def as_object(value: object) -> object:
    """Return nested dictionaries as objects with attributes."""
    return SimpleNamespace(**{k: as_object(v) for k, v in value.items()}) if isinstance(value, dict) else value


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    output = draw(TOKENS)
    return Usage(
        fresh_tokens=draw(TOKENS),
        cache_read_tokens=draw(TOKENS),
        cache_write_tokens=draw(TOKENS),
        output_tokens=output,
        reasoning_tokens=draw(st.integers(0, output)),
    )


# Hand-computed. OpenAI's and Google's input holds the cached tokens, Anthropic's does not.
ANSWERS = {
    "openai chat": (
        {
            "model": "gpt-4o",
            "usage": {
                "prompt_tokens": 1000,
                "completion_tokens": 200,
                "total_tokens": 1200,
                "prompt_tokens_details": {"cached_tokens": 600, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 50},
            },
        },
        Usage(fresh_tokens=400, cache_read_tokens=600, output_tokens=200, reasoning_tokens=50),
    ),
    "openai embedding": (
        {"usage": {"prompt_tokens": 8, "total_tokens": 8}},
        Usage(fresh_tokens=8),
    ),
    "openai responses": (
        {
            "usage": {
                "input_tokens": 1000,
                "input_tokens_details": {"cached_tokens": 600},
                "output_tokens": 200,
                "output_tokens_details": {"reasoning_tokens": 50},
                "total_tokens": 1200,
            }
        },
        Usage(fresh_tokens=400, cache_read_tokens=600, output_tokens=200, reasoning_tokens=50),
    ),
    "anthropic": (
        {
            "usage": {
                "input_tokens": 1000,
                "cache_read_input_tokens": 600,
                "cache_creation_input_tokens": 30,
                "output_tokens": 200,
            }
        },
        Usage(fresh_tokens=1000, cache_read_tokens=600, cache_write_tokens=30, output_tokens=200),
    ),
    "anthropic without cache": (
        {
            "usage": {
                "input_tokens": 10,
                "cache_read_input_tokens": None,
                "cache_creation_input_tokens": 0,
                "output_tokens": 2,
            }
        },
        Usage(fresh_tokens=10, output_tokens=2),
    ),
    "google": (
        {
            "usage_metadata": {
                "prompt_token_count": 1000,
                "cached_content_token_count": 600,
                "candidates_token_count": 150,
                "thoughts_token_count": 50,
                "total_token_count": 1200,
            }
        },
        Usage(fresh_tokens=400, cache_read_tokens=600, output_tokens=200, reasoning_tokens=50),
    ),
    "google over HTTP, with tools": (
        {
            "usageMetadata": {
                "promptTokenCount": 1000,
                "toolUsePromptTokenCount": 20,
                "candidatesTokenCount": 5,
                "totalTokenCount": 1025,
            }
        },
        Usage(fresh_tokens=1020, output_tokens=5),
    ),
    "google, blocked": (
        {"usage_metadata": {"prompt_token_count": 7, "candidates_token_count": None, "total_token_count": 7}},
        Usage(fresh_tokens=7),
    ),
    "plain": ({"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}, Usage(fresh_tokens=3, output_tokens=4)),
    "plain in and out": ({"input_tokens": 3, "output_tokens": 4}, Usage(fresh_tokens=3, output_tokens=4)),
    "langfuse": (
        {"input": 8, "input_cached_tokens": 2, "output": 5, "output_reasoning_tokens": 1, "total": 16},
        Usage(fresh_tokens=8, cache_read_tokens=2, output_tokens=6, reasoning_tokens=1),
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("form", ["mapping", "object"])
def test_answers_of_providers(name: str, form: str) -> None:
    """Each provider's answer is read by its own way to count, as a mapping and as an object."""
    answer, expected = ANSWERS[name]
    assert read_usage(answer if form == "mapping" else as_object(answer)) == expected


def test_cached_tokens_count_once() -> None:
    """The same 1,000 and 600 mean 1,000 tokens of input at OpenAI and 1,600 at Anthropic."""
    openai = read_usage(
        {"prompt_tokens": 1000, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 600}}
    )
    anthropic = read_usage({"input_tokens": 1000, "output_tokens": 1, "cache_read_input_tokens": 600})
    assert openai is not None
    assert anthropic is not None
    assert (openai.input_tokens, anthropic.input_tokens) == (1000, 1600)


STREAMS = {
    "anthropic": (
        [
            {"type": "message_start", "message": {"usage": {"input_tokens": 25, "cache_read_input_tokens": 5, "output_tokens": 1}}},
            {"type": "content_block_delta", "delta": {"text": "Hi"}},
            {"type": "message_delta", "usage": {"output_tokens": 9}},
            {"type": "message_delta", "usage": {"output_tokens": 15}},
            {"type": "message_stop"},
        ],
        Usage(fresh_tokens=25, cache_read_tokens=5, output_tokens=15),
    ),
    "openai chat": (
        [
            {"choices": [{}], "usage": None},
            {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}},
        ],
        Usage(fresh_tokens=7, output_tokens=2),
    ),
    "openai responses": (
        [{"type": "response.created", "response": {"usage": None}},
         {"type": "response.completed", "response": {"usage": {"input_tokens": 7, "output_tokens": 2}}}],
        Usage(fresh_tokens=7, output_tokens=2),
    ),
    "google": (
        [{"usage_metadata": {"prompt_token_count": 7, "candidates_token_count": n}} for n in (1, 3)],
        Usage(fresh_tokens=7, output_tokens=3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STREAMS)
def test_streams_tell_cumulative_numbers(name: str) -> None:
    """A later number of a stream takes the place of an earlier one and is not added to it."""
    events, expected = STREAMS[name]
    assert read_usage(*events) == expected
    assert read_usage(*map(as_object, events)) == expected


HOSTILE = [-1, None, "12", 10**40, True, float("nan"), 1.5, [], {}, object()]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "answer",
    [
        {"prompt_tokens": 5, "completion_tokens": 5},
        {"input_tokens": 5, "output_tokens": 5},
        {"prompt_token_count": 5, "candidates_token_count": 5},
        {"input": 5, "output": 5},
    ],
)
def test_hostile_numbers_are_unknown(answer: dict[str, object], value: object) -> None:
    """A main number that is none makes all of it unknown; nothing is guessed."""
    for name in answer:
        assert read_usage({**answer, name: value}) is None


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        7,
        [],
        {},
        {"usage": None},
        {"total_tokens": 9},
        {"prompt_tokens": 5, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 6}},
        {"prompt_tokens": 5, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": -6}},
        {"prompt_tokens": 5, "completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 6}},
        {
            "input_tokens": 5,
            "output_tokens": 5,
            "cache_read_input_tokens": 1,
            "input_tokens_details": {"cached_tokens": 1},
        },
        {"prompt_tokens": 8, "total_tokens": 9},
    ],
)
def test_nonsense_is_unknown(answer: object) -> None:
    """Parts that exceed their whole, two ways to count at once, or no numbers at all are unknown."""
    assert read_usage(answer) is None


def test_an_answer_whose_attributes_raise_is_unknown() -> None:
    """Properties of an answer are other people's code; what they raise stays inside."""

    class Broken:
        @property
        def usage(self) -> object:
            raise RuntimeError("not now")

    assert read_usage(Broken()) is None


@given(usages())
def test_both_dialects_come_back(usage: Usage) -> None:
    """What was written for OpenTelemetry or for Langfuse reads back as the same usage."""
    assert read_usage(to_otel(usage)) == usage
    assert read_usage(to_langfuse(usage)) == usage


@given(usages())
def test_parts_add_up(usage: Usage) -> None:
    """OpenTelemetry's input is the whole; Langfuse's buckets add up to the total, each token in one of them."""
    whole = usage.fresh_tokens + usage.cache_read_tokens + usage.cache_write_tokens
    buckets = to_langfuse(usage)
    assert usage.input_tokens == to_otel(usage)["gen_ai.usage.input_tokens"] == whole
    assert sum(tokens for name, tokens in buckets.items() if name.startswith("input")) == whole
    assert sum(tokens for name, tokens in buckets.items() if name.startswith("output")) == usage.output_tokens
    assert sum(tokens for name, tokens in buckets.items() if name != "total") == buckets["total"] == usage.total_tokens


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5),
       st.sampled_from(["prompt_tokens", "input_tokens", "output_tokens", "usage", "input", "message", "cache_read_input_tokens"]))  # fmt: skip
def test_never_raises_and_keeps_the_invariant(value: object, name: str) -> None:
    """Whatever stands in an answer, the result is None or a usage whose numbers are whole and not negative."""
    found = read_usage({"input_tokens": 5, "output_tokens": 5, name: value})
    if found is not None:
        parts = (found.fresh_tokens, found.cache_read_tokens, found.cache_write_tokens, found.reasoning_tokens)
        assert all(type(part) is int and part >= 0 for part in parts)
        assert found.reasoning_tokens <= found.output_tokens
