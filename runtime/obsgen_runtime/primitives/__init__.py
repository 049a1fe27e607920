"""
Steps of a workflow that compose, each with a span and a count of its own.

    workflow = clean >> RouterPrimitive(routes={"fast": small, "quality": large}, router_fn=choose) >> show
    result = await workflow.execute(data, WorkflowContext(workflow_id="doc-analysis"))
"""

from obsgen_runtime.primitives.base import Executable, InstrumentedPrimitive, Step
from obsgen_runtime.primitives.choices import (
    ConditionalPrimitive,
    FallbackPrimitive,
    RouterPrimitive,
    UnknownRouteError,
)
from obsgen_runtime.primitives.composition import ParallelPrimitive, SequentialPrimitive
from obsgen_runtime.primitives.conformance import check_primitive
from obsgen_runtime.primitives.context import WorkflowContext
from obsgen_runtime.primitives.execution import use_metrics
from obsgen_runtime.primitives.recovery import RetryPrimitive, RetryStrategy, TimeoutPrimitive
from obsgen_runtime.primitives.wrapping import WrappedPrimitive, wrap

__all__ = [
    "ConditionalPrimitive",
    "Executable",
    "FallbackPrimitive",
    "InstrumentedPrimitive",
    "ParallelPrimitive",
    "RetryPrimitive",
    "RetryStrategy",
    "RouterPrimitive",
    "SequentialPrimitive",
    "Step",
    "TimeoutPrimitive",
    "UnknownRouteError",
    "WorkflowContext",
    "WrappedPrimitive",
    "check_primitive",
    "use_metrics",
    "wrap",
]
