"""The running trace by the name that older code has for it: `langfuse_context`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from obsgen_runtime import tracing
from obsgen_runtime.context import change, current
from obsgen_runtime.faults import shielded
from obsgen_runtime.observations import Facts


class CurrentTrace:
    """Says who is at work, from here on in the running task."""

    def update_current_trace(
        self,
        *,
        user_id: str | None = None,
        session_id: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> None:
        """
        Set persona, session and tags for what is started later in this task, and add metadata to what is current.

        What was started before keeps what it was started with. `context.use` does the same for a block.

        Args:
            user_id: The persona.
            session_id: Conversation or run that several traces share.
            tags: Words to filter by, added to those there are.
            metadata: Of any type.
        """
        with shielded("langfuse"):
            now = current()
            change(
                persona=user_id or now.persona,
                session=session_id or now.session,
                tags=tuple(dict.fromkeys((*now.tags, *(tags or ())))),
            )
            if metadata:
                tracing.current_observation().update(Facts(metadata=metadata))


langfuse_context: Final = CurrentTrace()
