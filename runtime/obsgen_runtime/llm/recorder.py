"""What one ended call leaves in the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime._llm_metrics import LlmMetrics, Outcome
from obsgen_runtime.llm.errors import ErrorKind
from obsgen_runtime.prices import Cost, Priced
from obsgen_runtime.refusals import runtime_metrics
from obsgen_runtime.usage import Usage

if TYPE_CHECKING:
    from obsgen_runtime._generated import RuntimeMetrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """
    One call, as the metrics see it.

    Attributes:
        model: Model, `unknown` if nobody said it.
        persona: Persona, `none` if there is none.
        outcome: How it ended.
        seconds: From the call to its last token.
        error: What failed, None if nothing did.
        first_token_seconds: From the call to the first chunk, None if it was no stream or none came.
        longest_gap_seconds: Longest wait between two chunks, None if there were fewer than two.
        answered: Whether there was an answer, or a part of one, that tokens and cost can be missing from.
        usage: Tokens, None if unknown.
        cost: Cost.
    """

    model: str
    persona: str
    outcome: Outcome
    seconds: float
    error: ErrorKind | None
    first_token_seconds: float | None
    longest_gap_seconds: float | None
    answered: bool
    usage: Usage | None
    cost: Cost


@dataclass(frozen=True, slots=True)
class Recorder:
    """
    Where calls are counted.

    Attributes:
        llm: Collectors of calls.
        own: Collectors of the runtime about itself.
    """

    llm: LlmMetrics
    own: RuntimeMetrics

    def seen(self) -> None:
        """Count a call that begins."""
        self.own.obsgen_runtime_llm_calls_total.inc()

    def record(self, call: Ended) -> None:
        """Record a call that has ended."""
        llm, model, persona = self.llm, call.model, call.persona
        llm.llm_requests_total.inc(model=model, persona=persona, outcome=call.outcome)
        llm.llm_request_duration_seconds.observe(call.seconds, model=model, persona=persona)
        if call.first_token_seconds is not None:
            llm.llm_time_to_first_token_seconds.observe(call.first_token_seconds, model=model, persona=persona)
        if call.longest_gap_seconds is not None:
            llm.llm_chunk_gap_seconds.observe(call.longest_gap_seconds, model=model)
        if call.error is not None:
            llm.llm_errors_total.inc(model=model, kind=call.error)
        if call.usage is not None:
            self._tokens(call.usage, model, persona)
        elif call.answered:
            self.own.obsgen_runtime_usage_unknown_total.inc(model=model)
        if isinstance(call.cost, Priced):
            if call.answered:
                llm.llm_cost_usd_total.inc(call.cost.usd, model=model, persona=persona)
        elif call.answered:
            self.own.obsgen_runtime_price_unknown_total.inc(model=model)

    def took(self, seconds: float) -> None:
        """Add to the time that the hook took from its callers."""
        self.own.obsgen_runtime_overhead_seconds_total.inc(seconds, hook="observe_llm")

    def _tokens(self, usage: Usage, model: str, persona: str) -> None:
        inc = self.llm.llm_tokens_total.inc
        inc(usage.fresh_tokens, model=model, persona=persona, token_type="input")  # noqa: S106  (no password)
        if usage.cache_read_tokens:
            inc(usage.cache_read_tokens, model=model, persona=persona, token_type="cache_read")  # noqa: S106
        if usage.cache_write_tokens:
            inc(usage.cache_write_tokens, model=model, persona=persona, token_type="cache_write")  # noqa: S106
        inc(usage.output_tokens, model=model, persona=persona, token_type="output")  # noqa: S106


def recorder(metrics: LlmMetrics | CollectorRegistry | bool | None) -> Recorder | None:
    """
    Return where calls are counted.

    Args:
        metrics: Collectors, or the registry to find or create them in; the client's default registry if None or True;
            nowhere if False.

    Raises:
        DefinitionClashError: If somebody else holds one of the names in the registry.
    """
    if metrics is False:
        return None
    if isinstance(metrics, LlmMetrics):
        return Recorder(metrics, runtime_metrics(REGISTRY))
    registry = metrics if isinstance(metrics, CollectorRegistry) else REGISTRY
    return Recorder(LlmMetrics(registry), runtime_metrics(registry))
