"""What a run of primitives belongs to: one value that steps at the same time share, so it never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeVar
from uuid import uuid4

from obsgen_runtime.context import Changes, current

Value = TypeVar("Value")

_FIELDS = ("persona", "chatmode", "agent")


class Fixed(dict[str, Value]):
    """A dictionary that answers every attempt to change it with how a new context is made."""

    __slots__ = ()

    def _refuse(self, *_arguments: Any, **_more: Any) -> NoReturn:
        raise TypeError(
            "a WorkflowContext never changes, since steps at the same time share it: make a new one with "
            "context.with_(persona=..., chatmode=..., metadata={...}, tags={...}, baggage={...}), "
            "or change the persona of a block with switch_persona(...)"
        )

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles are made by the constructor: the usual way would change a copy item by item."""
        return (Fixed, (dict(self),))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowContext:
    """
    What a run belongs to.

    Persona, chatmode and agent are looked for in metadata, then tags, then baggage; they reach spans, calls of models
    and, as far as a metric has the label, metrics.

    Attributes:
        workflow_id: Workflow by name; the attribute `workflow.id`. It names the workflow where no tracer did.
        session_id: Conversation or run that several traces share.
        correlation_id: What logs of several services have in common; made up if not given.
        metadata: Keys and values that are no content: they are written on the first span of the run.
        tags: Words to filter by, shown as `key:value`.
        baggage: What came from the caller; it is handed on to steps, and sent nowhere by itself.
    """

    workflow_id: str | None = None
    session_id: str | None = None
    correlation_id: str = field(default_factory=lambda: uuid4().hex)
    metadata: Mapping[str, object] = field(default_factory=Fixed)
    tags: Mapping[str, str] = field(default_factory=Fixed)
    baggage: Mapping[str, str] = field(default_factory=Fixed)

    def __post_init__(self) -> None:
        for name in ("metadata", "tags", "baggage"):
            given = getattr(self, name)
            if not isinstance(given, Mapping):
                raise TypeError(f"{name} of a WorkflowContext is a mapping, not {type(given).__name__}")
            object.__setattr__(self, name, Fixed(given))

    @property
    def persona(self) -> str | None:
        """Role that the assistant works in."""
        return self._said("persona")

    @property
    def chatmode(self) -> str | None:
        """Kind of conversation."""
        return self._said("chatmode")

    @property
    def agent(self) -> str | None:
        """Program or model that does the work."""
        return self._said("agent")

    def with_(
        self,
        *,
        workflow_id: str | None = None,
        session_id: str | None = None,
        correlation_id: str | None = None,
        persona: str | None = None,
        chatmode: str | None = None,
        agent: str | None = None,
        metadata: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        baggage: Mapping[str, str] | None = None,
    ) -> WorkflowContext:
        """
        Return a context in which some things are different; what is None stays, mappings are merged key by key.

        Args:
            workflow_id: Workflow by name.
            session_id: Conversation or run.
            correlation_id: What logs have in common.
            persona: Role; stands in the metadata of the new context, as *chatmode* and *agent* do.
            chatmode: Kind of conversation.
            agent: Program or model that does the work.
            metadata: Further keys and values.
            tags: Further tags.
            baggage: Further baggage.
        """
        fields = {"persona": persona, "chatmode": chatmode, "agent": agent}
        said = {name: value for name, value in fields.items() if value is not None}
        return replace(
            self,
            workflow_id=workflow_id or self.workflow_id,
            session_id=session_id or self.session_id,
            correlation_id=correlation_id or self.correlation_id,
            metadata={**self.metadata, **(metadata or {}), **said},
            tags={**self.tags, **(tags or {})},
            baggage={**self.baggage, **(baggage or {})},
        )

    def attributes(self) -> dict[str, str]:
        """Return the span attributes that every primitive of the run has."""
        ids = {
            "workflow.id": self.workflow_id,
            "session.id": self.session_id,
            "correlation.id": self.correlation_id,
        }
        return {name: value for name, value in ids.items() if value}

    def changes(self) -> Changes:
        """Return what the run changes in `obsgen_runtime.context`."""
        before = current()
        changes = Changes()
        for name in ("persona", "chatmode", "agent"):
            said = self._said(name)
            if said is not None:
                changes[name] = said
        if self.workflow_id and before.workflow is None:
            changes["workflow"] = self.workflow_id
        if self.session_id:
            changes["session"] = self.session_id
        if self.tags:
            tags = (f"{key}:{value}" for key, value in self.tags.items() if key not in _FIELDS)
            changes["tags"] = tuple(dict.fromkeys((*before.tags, *tags)))
        return changes

    def _said(self, name: str) -> str | None:
        for place in (self.metadata, self.tags, self.baggage):
            said = place.get(name)
            if isinstance(said, str) and said:
                return said
        return None
