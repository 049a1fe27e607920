"""One session of a CLI agent: its phases, what its turns have in common, and the trace of its lifecycle."""

from __future__ import annotations

import hashlib
from types import TracebackType
from typing import TYPE_CHECKING, Self, get_args

from obsgen_runtime.context import Changes, Context
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.kits.phases import Phase, Phases
from obsgen_runtime.kits.spending import Spent
from obsgen_runtime.kits.turns import Turn
from obsgen_runtime.observations import UNTRACED, Facts, Observation, RemoteParent

if TYPE_CHECKING:
    from obsgen_runtime.kits.sessions import SessionKit

LIFECYCLE = "agentic-session-lifecycle"
_NO_PROJECT = "none"


def lifecycle_ids(namespace: str, name: str) -> tuple[str, str]:
    """
    Return trace and parent span of a session's lifecycle, 32 and 16 hexadecimal digits, the same in every component.

    They are the first 16 and the next 8 bytes of SHA-256 over `<namespace>/<name>` in UTF-8; the trace id is also what
    Langfuse's `create_trace_id(seed=...)` makes of that text.
    """
    digest = hashlib.sha256(f"{namespace}/{name}".encode()).hexdigest()
    return digest[:32], digest[32:48]


class Session:
    """
    One session, until a phase that is final; as a `with` block it ends as the block does.

    Attributes:
        kit: What it belongs to.
        name: Langfuse's session.
        project: Tenant whose keys its traces are sent with.
        label: The same as a label of metrics, `none` without one.
        spent: What its agent has told so far.
        fields: What its turns put into the context.
        cost_usd: What its turns cost, as far as that is known.
    """

    def __init__(
        self,
        kit: SessionKit,
        name: str,
        *,
        namespace: str,
        project: str | None,
        user: str | None,
        timeout: float | None,
        interactive: bool,
    ) -> None:
        """Begin; see `SessionKit.session`."""
        self.kit = kit
        self.name = name
        self.project = project
        self.label = project or _NO_PROJECT
        self.cost_usd = 0.0
        self.spent = Spent(usage_per=kit.usage_per, cost_per=kit.cost_per)
        self.fields: Changes = {
            "session": name,
            "user": user,
            "project": project,
            "agent": kit.agent,
            # Of whoever calls, and nothing of this session's.
            "workflow": None,
            "stage": None,
            "persona": None,
            "chatmode": None,
            "tags": (),
        }
        told = {"namespace": namespace, "project": project, "timeout": timeout, "interactive": interactive}
        self._metadata = {key: value for key, value in told.items() if value is not None}
        self._turns: set[Turn] = set()
        self._phases = Phases(kit.clock)
        self._lifecycle: Observation = UNTRACED
        trace_id, parent_id = lifecycle_ids(namespace, name)
        with shielded("sessions"):
            kit.metrics.created(self.label)
            if kit.lifecycle:
                above = RemoteParent(trace_id=trace_id, span_id=parent_id)
                context = Context(session=name, user=user, project=project)
                self._lifecycle = kit.backend.start(LIFECYCLE, "chain", context, parent=above, facts=self.facts())
        self._metadata["lifecycle_trace_id"] = trace_id

    @property
    def phase(self) -> Phase:
        """Where it is now."""
        return self._phases.phase

    def turn(self, prompt: object) -> Turn:
        """Return the next turn, a block to enter; the session is `Running` from then on. *prompt* is content."""
        return Turn(self, prompt)

    def agent_started(self) -> None:
        """Say that the agent's process was started anew, and that sums it tells begin at zero."""
        self.spent.start_anew()

    def change(self, to: Phase) -> bool:
        """
        Enter a phase; in the same one already, nothing happens.

        Returns:
            Whether it is in that phase now. What may not follow is counted as a fault, logged, and does not happen.
        """
        with shielded("sessions"):
            if to == self.phase:
                return True
            change = self._phases.change(to)
            if change is None:
                count_fault("sessions", f"a session that is {self.phase} cannot become {_known(to)}")
                return False
            self._lifecycle.event("phase", {"from": change.left, "to": change.entered})
            self.kit.metrics.changed(change, self.label)
        if self._phases.is_over:
            self._end()
        return self.phase == to

    def completed(self) -> bool:
        """End it as `Completed`."""
        return self.change("Completed")

    def failed(self) -> bool:
        """End it as `Failed`."""
        return self.change("Failed")

    def stopped(self) -> bool:
        """End its turns as cancelled, and it as `Stopped`."""
        for turn in tuple(self._turns):
            turn.cancelled("the session was stopped")
            turn.end()
        return self.change("Stopped")

    def at_the_end(self) -> None:
        """Stop, because the process ends."""
        self.stopped()

    def run(self, turn: Turn) -> None:
        """Be `Running`, now that a turn begins."""
        self._turns.add(turn)
        self.change("Running")

    def forget(self, turn: Turn) -> None:
        """Let go of a turn that is over."""
        self._turns.discard(turn)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it, if it has not ended yet: completed if a turn ran, failed by an exception, stopped otherwise."""
        if self._phases.is_over:
            return
        if isinstance(error, Exception):
            self.failed()
        elif error is None and self.phase == "Running":
            self.completed()
        else:
            self.stopped()

    def facts(self, prompt: object = None) -> Facts:
        """Return what is known of the session, and of a turn beforehand."""
        # On the observation for the server's page of it, on the trace for its search.
        trace = {f"langfuse.trace.metadata.{key}": value for key, value in self._metadata.items() if key != "project"}
        attributes = {
            key: value if isinstance(value, bool | int | float) else str(value) for key, value in trace.items()
        }
        return Facts(input=prompt, metadata=self._metadata, attributes=attributes)

    def _end(self) -> None:
        self.kit.forget(self)
        with shielded("sessions"):
            failed = self.phase == "Failed"
            self._lifecycle.update(
                Facts(
                    metadata={"phase": self.phase},
                    level="ERROR" if failed else None,
                    message="Failed" if failed else None,
                )
            )
            self._lifecycle.end()


def _known(phase: str) -> str:
    return phase if phase in get_args(Phase) else "a phase that does not exist"
