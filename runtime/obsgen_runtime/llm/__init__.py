"""Calls of language models, watched: `observe_llm`, `ObservableLLM`, and what they read from answers and errors."""

from __future__ import annotations

from obsgen_runtime.llm.calls import Call, current_call
from obsgen_runtime.llm.errors import ErrorKind, error_kind
from obsgen_runtime.llm.hooks import observe_llm
from obsgen_runtime.llm.observable import LLMResult, ObservableLLM
from obsgen_runtime.llm.pricing import default_prices, set_default_prices
from obsgen_runtime.llm.retries import count_retry

__all__ = [
    "Call",
    "ErrorKind",
    "LLMResult",
    "ObservableLLM",
    "count_retry",
    "current_call",
    "default_prices",
    "error_kind",
    "observe_llm",
    "set_default_prices",
]
