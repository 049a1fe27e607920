"""
Tokens of one call of a language model: one type, whose parts add up, and both dialects that are spoken on the wire.

OpenTelemetry counts inclusively: input holds what the cache had, output holds reasoning. Langfuse sums its buckets, so
each token stands in exactly one of them. Providers do either; `read_usage` tells them apart by the names they use, and
says None where it does not understand an answer: an unknown usage is counted, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_AT_MOST = 10**12
"""More tokens than any call can have: a number beyond it is a fault of whoever sent it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """
    Tokens of one call. All numbers are whole and not negative.

    Invariant: `input_tokens == fresh_tokens + cache_read_tokens + cache_write_tokens`.

    Attributes:
        fresh_tokens: Input that no cache had.
        cache_read_tokens: Input that was read from the provider's cache.
        cache_write_tokens: Input that was written to it.
        output_tokens: Everything the model wrote, reasoning included.
        reasoning_tokens: Part of the output that was reasoning.
    """

    fresh_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0

    @property
    def input_tokens(self) -> int:
        """All input, cached or not."""
        return self.fresh_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def total_tokens(self) -> int:
        """Input and output."""
        return self.input_tokens + self.output_tokens


def to_otel(usage: Usage) -> dict[str, int]:
    """Return *usage* as span attributes of OpenTelemetry, inclusive; parts that are zero are left out."""
    parts = {
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read_tokens,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_tokens,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens,
    }
    return {
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        **{name: tokens for name, tokens in parts.items() if tokens},
    }


def to_langfuse(usage: Usage) -> dict[str, int]:
    """Return *usage* as Langfuse's `usage_details`: exclusive buckets and their total; parts that are zero are left out."""
    parts = {
        "input_cached_tokens": usage.cache_read_tokens,
        "input_cache_creation": usage.cache_write_tokens,
        "output_reasoning_tokens": usage.reasoning_tokens,
    }
    return {
        "input": usage.fresh_tokens,
        "output": usage.output_tokens - usage.reasoning_tokens,
        **{name: tokens for name, tokens in parts.items() if tokens},
        "total": usage.total_tokens,
    }


def read_usage(*answers: object) -> Usage | None:
    """
    Return the tokens that *answers* tell, or None where they tell none or make no sense; never raises.

    One answer is what a call returned, or the usage within it: an object or a mapping of OpenAI (chat completions and
    responses), Anthropic, Google or Langfuse, or a plain one with `prompt_tokens`/`completion_tokens` or
    `input_tokens`/`output_tokens`. Several are the events of one stream, in order; what they tell is cumulative, so a
    later number takes the place of an earlier one.

    Negative numbers, text, booleans, fractions, parts larger than their whole, or a missing main number make all of it
    unknown.
    """
    try:
        return _usage(_merged(answers))
    except Exception:  # noqa: BLE001  (attributes of answers are other people's code; None is counted by the caller)
        return None


def _usage(told: Mapping[str, object]) -> Usage | None:
    for mark, read, _ in _SHAPES:
        if told.get(mark) is not None:
            return read(_Told(told))
    return None


class _Nonsense(ValueError):  # noqa: N818
    """A number that cannot be one of tokens."""


class _Told:
    """The numbers of an answer by their flat names; reading one that makes no sense raises."""

    def __init__(self, numbers: Mapping[str, object]) -> None:
        self._numbers = numbers

    def whole(self, *names: str) -> int | None:
        """Return the number under the first of *names* that is there, or None."""
        for name in names:
            value = self._numbers.get(name)
            if value is None:
                continue
            if type(value) is not int or not 0 <= value <= _AT_MOST:  # a boolean is an int, too
                raise _Nonsense(name)
            return value
        return None

    def part(self, *names: str) -> int:
        """Return the number under the first of *names*, 0 if it is not there: providers leave out parts that are zero."""
        return self.whole(*names) or 0


def _inclusive(
    told: _Told, whole: int | None, output: int | None, cached: int, written: int, reason: int
) -> Usage | None:
    """Return a usage whose *whole* input holds the cache's parts; a missing output is zero if the total says so."""
    if output is None and whole is not None and told.whole("total_tokens") == whole:
        output = 0
    if whole is None or output is None or cached + written > whole or reason > output:
        return None
    return Usage(
        fresh_tokens=whole - cached - written,
        cache_read_tokens=cached,
        cache_write_tokens=written,
        output_tokens=output,
        reasoning_tokens=reason,
    )


def _openai_chat(told: _Told) -> Usage | None:
    return _inclusive(
        told,
        told.whole("prompt_tokens"),
        told.whole("completion_tokens"),
        told.part("prompt_tokens_details.cached_tokens"),
        0,
        told.part("completion_tokens_details.reasoning_tokens"),
    )


def _input_output(told: _Told) -> Usage | None:
    """Read OpenAI's responses (inclusive) and Anthropic (exclusive), which share the names of the main numbers."""
    fresh, output = told.whole("input_tokens"), told.whole("output_tokens")
    read = told.part("cache_read_input_tokens")
    written = told.part("cache_creation_input_tokens")
    cached = told.part("input_tokens_details.cached_tokens")
    reason = told.part("output_tokens_details.reasoning_tokens")
    if (read or written) and cached:
        return None  # two ways to count in one answer
    if not (read or written):
        return _inclusive(told, fresh, output, cached, 0, reason)
    if fresh is None or output is None or reason > output:
        return None
    return Usage(
        fresh_tokens=fresh,
        cache_read_tokens=read,
        cache_write_tokens=written,
        output_tokens=output,
        reasoning_tokens=reason,
    )


def _google(told: _Told) -> Usage | None:
    whole = told.whole("prompt_token_count", "promptTokenCount")
    tools = told.part("tool_use_prompt_token_count", "toolUsePromptTokenCount")
    written = told.whole("candidates_token_count", "candidatesTokenCount")
    thoughts = told.part("thoughts_token_count", "thoughtsTokenCount")
    total = told.whole("total_token_count", "totalTokenCount")
    if whole is None:
        return None
    if written is None:
        if total != whole + tools + thoughts:
            return None
        written = 0
    cached = told.part("cached_content_token_count", "cachedContentTokenCount")
    return _inclusive(told, whole + tools, written + thoughts, cached, 0, thoughts)


def _otel(told: _Told) -> Usage | None:
    start = "gen_ai.usage."
    return _inclusive(
        told,
        told.whole(f"{start}input_tokens"),
        told.whole(f"{start}output_tokens"),
        told.part(f"{start}cache_read.input_tokens"),
        told.part(f"{start}cache_creation.input_tokens"),
        told.part(f"{start}reasoning.output_tokens"),
    )


def _langfuse(told: _Told) -> Usage | None:
    fresh, output = told.whole("input"), told.whole("output")
    if fresh is None or output is None:
        return None
    reason = told.part("output_reasoning_tokens", "output_reasoning")
    return Usage(
        fresh_tokens=fresh,
        cache_read_tokens=told.part("input_cached_tokens", "input_cache_read", "cache_read_input_tokens"),
        cache_write_tokens=told.part("input_cache_creation", "cache_creation_input_tokens"),
        output_tokens=output + reason,
        reasoning_tokens=reason,
    )


# The name that tells a shape, its reader, and what else the shape may say; the first that fits.
_SHAPES = (
    (
        "prompt_tokens",
        _openai_chat,
        ("completion_tokens", "total_tokens", "prompt_tokens_details", "completion_tokens_details"),
    ),
    (
        "input_tokens",
        _input_output,
        (
            "output_tokens",
            "total_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "input_tokens_details",
            "output_tokens_details",
        ),
    ),
    (
        "prompt_token_count",
        _google,
        (
            "candidates_token_count",
            "thoughts_token_count",
            "tool_use_prompt_token_count",
            "cached_content_token_count",
            "total_token_count",
        ),
    ),
    (
        "promptTokenCount",
        _google,
        (
            "candidatesTokenCount",
            "thoughtsTokenCount",
            "toolUsePromptTokenCount",
            "cachedContentTokenCount",
            "totalTokenCount",
        ),
    ),
    (
        "gen_ai.usage.input_tokens",
        _otel,
        (
            "gen_ai.usage.output_tokens",
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.reasoning.output_tokens",
        ),
    ),
    (
        "input",
        _langfuse,
        (
            "output",
            "input_cached_tokens",
            "input_cache_read",
            "cache_read_input_tokens",
            "input_cache_creation",
            "cache_creation_input_tokens",
            "output_reasoning_tokens",
            "output_reasoning",
        ),
    ),
)
# Events in the middle of a stream may tell only these.
_LATER = ("output_tokens", "completion_tokens", "candidates_token_count", "candidatesTokenCount", "output")
_NAMES = frozenset(name for mark, _, more in _SHAPES for name in (mark, *more)) | frozenset(_LATER)
# Names that tell usage by themselves, where an answer is a usage.
_TELLING = frozenset(mark for mark, _, _ in _SHAPES) | frozenset(_LATER)
_NESTED = {
    "prompt_tokens_details": "cached_tokens",
    "input_tokens_details": "cached_tokens",
    "completion_tokens_details": "reasoning_tokens",
    "output_tokens_details": "reasoning_tokens",
}
# Where an answer keeps its usage; events of streams keep a whole answer in `message` or `response`.
_HOLDERS = ("usage", "usage_metadata", "usageMetadata", "usage_details")
_ANSWERS = ("message", "response")
_PLAIN = (str, bytes, int, float, list, tuple, type(None))


def _merged(answers: Iterable[object]) -> dict[str, object]:
    numbers: dict[str, object] = {}
    for answer in answers:
        found = None if isinstance(answer, _PLAIN) else _holder(answer)
        if found is not None:
            for name, value in _said(found):
                if name not in _NESTED:
                    numbers[name] = value
                elif (part := _get(value, _NESTED[name])) is not None:
                    numbers[f"{name}.{_NESTED[name]}"] = part
    return numbers


def _holder(answer: object) -> Any:
    """Return what holds the numbers of *answer*: its usage, that of the answer within it, or itself."""
    for name in _HOLDERS:
        usage = _get(answer, name)
        if usage is not None and not isinstance(usage, _PLAIN):
            return usage
    for inside in _ANSWERS:
        whole = _get(answer, inside)
        if whole is not None and not isinstance(whole, _PLAIN):
            for name in _HOLDERS:
                usage = _get(whole, name)
                if usage is not None and not isinstance(usage, _PLAIN):
                    return usage
    if isinstance(answer, Mapping):
        return answer if not _TELLING.isdisjoint(answer) else None
    return answer if any(_get(answer, name) is not None for name in _TELLING) else None


def _said(usage: Any) -> Iterator[tuple[str, object]]:
    """Yield names and values of what *usage* says; of an object only what belongs to its shape is asked for."""
    if type(usage) is dict or isinstance(usage, Mapping):
        yield from ((name, value) for name, value in usage.items() if name in _NAMES and value is not None)
        return
    names = next(((mark, *more) for mark, _, more in _SHAPES if _get(usage, mark) is not None), _LATER)
    for name in names:
        if (value := _get(usage, name)) is not None:
            yield name, value


def _get(holder: Any, name: str) -> Any:
    """Return an entry of a mapping or an attribute of an object, None where there is none."""
    if type(holder) is dict or isinstance(holder, Mapping):
        return holder.get(name)
    if isinstance(holder, _PLAIN):
        return None
    return getattr(holder, name, None)
