"""Tries that are repeated: the runtime repeats nothing itself, it counts what the application's retrying says."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry

from obsgen_runtime._llm_metrics import LlmMetrics
from obsgen_runtime.faults import shielded
from obsgen_runtime.llm.recorder import recorder
from obsgen_runtime.tracing import current_observation


def count_retry(model: str, metrics: LlmMetrics | CollectorRegistry | bool | None = None) -> Callable[..., None]:
    """
    Return a callback that counts one more try of *model* in `llm_retries_total` and notes it on the current span.

    It takes whatever it is called with, so it fits tenacity (`before_sleep=count_retry("gpt-4o")`), stamina's hooks and
    a loop of one's own. Failed tries themselves are counted by the hook where it sits inside of the retrying.
    """
    counted = recorder(metrics)

    def count(*_details: object, **_more: object) -> None:
        with shielded("count_retry"):
            if counted is not None:
                counted.llm.llm_retries_total.inc(model=model)
            current_observation().event("retry")

    return count
