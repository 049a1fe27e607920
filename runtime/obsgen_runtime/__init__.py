"""
What a service needs to run generated collectors.

Importing this package loads no other library; each name below brings in what it needs when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obsgen_runtime._default import (
        Observability,
        SignalStatus,
        initialize_observability,
        is_observability_enabled,
        observability_status,
        shutdown_observability,
    )
    from obsgen_runtime.asgi import lifespan, lifespan_with, metrics_app
    from obsgen_runtime.context import Context, current, in_own_async_context, in_own_context, run_in_context, use
    from obsgen_runtime.descriptors import LabelDescriptor, MetricDescriptor
    from obsgen_runtime.families import DefinitionClashError
    from obsgen_runtime.langfuse import LangfuseIntegration, get_langfuse_integration, get_langfuse_observer
    from obsgen_runtime.listener import Listener, PortInUse
    from obsgen_runtime.llm import (
        Call,
        LLMResult,
        ObservableLLM,
        count_retry,
        current_call,
        error_kind,
        observe_llm,
        set_default_prices,
    )
    from obsgen_runtime.logs import ContextFilter
    from obsgen_runtime.persona import PersonaMetricsCollector, switch_persona, use_collector
    from obsgen_runtime.prices import ModelPrice, PriceTable
    from obsgen_runtime.primitives import (
        ConditionalPrimitive,
        FallbackPrimitive,
        InstrumentedPrimitive,
        ParallelPrimitive,
        RetryPrimitive,
        RetryStrategy,
        RouterPrimitive,
        SequentialPrimitive,
        TimeoutPrimitive,
        WorkflowContext,
        check_primitive,
    )
    from obsgen_runtime.propagation import continue_from, extract, inject
    from obsgen_runtime.push import push_metrics, short_lived
    from obsgen_runtime.roles import MissingMetricsError
    from obsgen_runtime.settings import Settings, read_settings
    from obsgen_runtime.textfile import write_textfile
    from obsgen_runtime.tracing import observe
    from obsgen_runtime.usage import Usage, read_usage
    from obsgen_runtime.workflow import WorkflowTracer
    from obsgen_runtime.wsgi import metrics_wsgi_app

__version__ = "0.1.0"

__all__ = [
    "Call",
    "ConditionalPrimitive",
    "Context",
    "ContextFilter",
    "DefinitionClashError",
    "FallbackPrimitive",
    "InstrumentedPrimitive",
    "LLMResult",
    "LabelDescriptor",
    "LangfuseIntegration",
    "Listener",
    "MetricDescriptor",
    "MissingMetricsError",
    "ModelPrice",
    "Observability",
    "ObservableLLM",
    "ParallelPrimitive",
    "PersonaMetricsCollector",
    "PortInUse",
    "PriceTable",
    "RetryPrimitive",
    "RetryStrategy",
    "RouterPrimitive",
    "SequentialPrimitive",
    "Settings",
    "SignalStatus",
    "TimeoutPrimitive",
    "Usage",
    "WorkflowContext",
    "WorkflowTracer",
    "check_primitive",
    "continue_from",
    "count_retry",
    "current",
    "current_call",
    "error_kind",
    "extract",
    "get_langfuse_integration",
    "get_langfuse_observer",
    "in_own_async_context",
    "in_own_context",
    "initialize_observability",
    "inject",
    "is_observability_enabled",
    "lifespan",
    "lifespan_with",
    "metrics_app",
    "metrics_wsgi_app",
    "observability_status",
    "observe",
    "observe_llm",
    "push_metrics",
    "read_settings",
    "read_usage",
    "run_in_context",
    "set_default_prices",
    "short_lived",
    "shutdown_observability",
    "switch_persona",
    "use",
    "use_collector",
    "write_textfile",
]

_HOMES = {
    "Call": "llm",
    "ConditionalPrimitive": "primitives",
    "Context": "context",
    "ContextFilter": "logs",
    "DefinitionClashError": "families",
    "FallbackPrimitive": "primitives",
    "InstrumentedPrimitive": "primitives",
    "LLMResult": "llm",
    "LabelDescriptor": "descriptors",
    "LangfuseIntegration": "langfuse",
    "Listener": "listener",
    "MetricDescriptor": "descriptors",
    "MissingMetricsError": "roles",
    "ModelPrice": "prices",
    "Observability": "_default",
    "ObservableLLM": "llm",
    "ParallelPrimitive": "primitives",
    "PersonaMetricsCollector": "persona",
    "PortInUse": "listener",
    "PriceTable": "prices",
    "RetryPrimitive": "primitives",
    "RetryStrategy": "primitives",
    "RouterPrimitive": "primitives",
    "SequentialPrimitive": "primitives",
    "Settings": "settings",
    "SignalStatus": "_default",
    "TimeoutPrimitive": "primitives",
    "Usage": "usage",
    "WorkflowContext": "primitives",
    "WorkflowTracer": "workflow",
    "check_primitive": "primitives",
    "continue_from": "propagation",
    "count_retry": "llm",
    "current": "context",
    "current_call": "llm",
    "error_kind": "llm",
    "extract": "propagation",
    "get_langfuse_integration": "langfuse",
    "get_langfuse_observer": "langfuse",
    "in_own_async_context": "context",
    "in_own_context": "context",
    "initialize_observability": "_default",
    "inject": "propagation",
    "is_observability_enabled": "_default",
    "lifespan": "asgi",
    "lifespan_with": "asgi",
    "metrics_app": "asgi",
    "metrics_wsgi_app": "wsgi",
    "observability_status": "_default",
    "observe": "tracing",
    "observe_llm": "llm",
    "push_metrics": "push",
    "read_settings": "settings",
    "read_usage": "usage",
    "run_in_context": "context",
    "set_default_prices": "llm",
    "short_lived": "push",
    "shutdown_observability": "_default",
    "switch_persona": "persona",
    "use": "context",
    "use_collector": "persona",
    "write_textfile": "textfile",
}


def __getattr__(name: str) -> object:
    """Return a public name from the module that defines it, importing that module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  (importing this package has to cost nothing)

    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
