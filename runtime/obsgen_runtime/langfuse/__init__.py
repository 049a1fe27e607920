"""
Langfuse: traces, agents, scores, prompts and datasets. Importing this loads neither the SDK nor OpenTelemetry.

    from obsgen_runtime.langfuse import get_langfuse_integration

    langfuse = get_langfuse_integration()
"""

from __future__ import annotations

from obsgen_runtime.langfuse.access import Access, BadAddress, NoAccess
from obsgen_runtime.langfuse.api import AuthCheck, LangfuseUnavailable
from obsgen_runtime.langfuse.current_trace import langfuse_context
from obsgen_runtime.langfuse.datasets import Dataset, DatasetItem, ExperimentRun, ItemResult
from obsgen_runtime.langfuse.events import AgentEvent, AgentSelected, AgentSwitched, BreakerChanged, ToolEnded
from obsgen_runtime.langfuse.handles import Handle
from obsgen_runtime.langfuse.integration import LangfuseIntegration
from obsgen_runtime.langfuse.prompts import ChatPrompt, TextPrompt
from obsgen_runtime.langfuse.sdk import LangfuseSdkBackend, MissingLangfuse
from obsgen_runtime.langfuse.sdk_shape import UnsupportedLangfuse
from obsgen_runtime.langfuse.shared import (
    get_langfuse,
    get_langfuse_integration,
    get_langfuse_observer,
    set_langfuse_integration,
)

__all__ = [
    "Access",
    "AgentEvent",
    "AgentSelected",
    "AgentSwitched",
    "AuthCheck",
    "BadAddress",
    "BreakerChanged",
    "ChatPrompt",
    "Dataset",
    "DatasetItem",
    "ExperimentRun",
    "Handle",
    "ItemResult",
    "LangfuseIntegration",
    "LangfuseSdkBackend",
    "LangfuseUnavailable",
    "MissingLangfuse",
    "NoAccess",
    "TextPrompt",
    "ToolEnded",
    "UnsupportedLangfuse",
    "get_langfuse",
    "get_langfuse_integration",
    "get_langfuse_observer",
    "langfuse_context",
    "set_langfuse_integration",
]
