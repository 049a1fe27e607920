"""
What a service needs to run generated collectors.

Importing this package loads no other library; each name below brings in what it needs when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obsgen_runtime._default import initialize_observability, is_observability_enabled
    from obsgen_runtime.descriptors import LabelDescriptor, MetricDescriptor
    from obsgen_runtime.families import DefinitionClashError
    from obsgen_runtime.listener import Listener, PortInUse

__version__ = "0.1.0"

__all__ = [
    "DefinitionClashError",
    "LabelDescriptor",
    "Listener",
    "MetricDescriptor",
    "PortInUse",
    "initialize_observability",
    "is_observability_enabled",
]

_HOMES = {
    "DefinitionClashError": "families",
    "LabelDescriptor": "descriptors",
    "Listener": "listener",
    "MetricDescriptor": "descriptors",
    "PortInUse": "listener",
    "initialize_observability": "_default",
    "is_observability_enabled": "_default",
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
