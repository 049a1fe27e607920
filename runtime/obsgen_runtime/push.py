"""Commands that end before anybody scrapes them: they push their metrics, or leave them in a file, at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

from prometheus_client import REGISTRY, CollectorRegistry, push_to_gateway

from obsgen_runtime import closing
from obsgen_runtime.exposition import everything
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.textfile import write_textfile
from obsgen_runtime.tracing import backend


def push_metrics(
    gateway_url: str,
    job: str,
    *,
    registry: CollectorRegistry | None = None,
    grouping: Mapping[str, str] | None = None,
    deadline_seconds: float = 2.0,
) -> bool:
    """
    Replace the metrics of one group on a Pushgateway by those of this process. Never raises for the network's sake.

    Args:
        gateway_url: Such as `http://pushgateway:9091`.
        job: Label `job` of everything that is pushed.
        registry: What is pushed; the client's default registry if None.
        grouping: Further labels that name the group, such as the instance.
        deadline_seconds: This call never takes longer, whatever the gateway does.

    Returns:
        Whether the gateway took it. If not, that is counted and logged.

    Raises:
        ValueError: If *job* is empty, or the URL is not one of http or https.
    """
    if not job:
        raise ValueError("job is empty: name the command, such as `nightly-import`")
    if not gateway_url.startswith(("http://", "https://")):
        raise ValueError(f"{gateway_url!r} is no URL: write http(s)://host[:port]")
    shown = everything(REGISTRY if registry is None else registry)
    outcome: list[str] = []

    def send() -> None:
        try:
            push_to_gateway(gateway_url, job, shown, dict(grouping or {}), timeout=max(0.05, deadline_seconds))
            outcome.append("")
        except Exception as problem:  # noqa: BLE001  (whatever the network does is a reason, and no fault of the command)
            outcome.append(type(problem).__name__)

    # The client's timeout is one per step, and none for the look-up of the name: the thread bounds it all.
    sender = Thread(target=send, name="obsgen-runtime-push", daemon=True)
    sender.start()
    sender.join(deadline_seconds)
    reason = outcome[0] if outcome else "deadline"
    if reason:
        count_fault("push", reason)
    return not reason


@contextmanager
def short_lived(
    job: str,
    *,
    gateway_url: str | None = None,
    textfile: str | os.PathLike[str] | None = None,
    registry: CollectorRegistry | None = None,
    grouping: Mapping[str, str] | None = None,
    deadline_seconds: float = 2.0,
) -> Iterator[None]:
    """
    Deliver metrics and spans when a command ends, also when it ends with an exception, which comes out unchanged.

    Args:
        job: Name of the command.
        gateway_url: Pushgateway to push to; None pushes nothing.
        textfile: File to write, ends in `.prom`; None writes none.
        registry: What is delivered; the client's default registry if None.
        grouping: Further labels of the group on the gateway.
        deadline_seconds: For the spans, and again for the push.

    Raises:
        ValueError: If neither gateway nor file is given.
    """
    if gateway_url is None and textfile is None:
        raise ValueError("short_lived() delivers nowhere: pass gateway_url or textfile")
    try:
        yield
    finally:
        with shielded("short_lived"):
            closing.run_endings()
            if not backend().flush(deadline_seconds):
                count_fault("short_lived", "spans were left over at the deadline")
        if textfile is not None:
            with shielded("textfile"):
                write_textfile(textfile, registry=registry)
        if gateway_url is not None:
            with shielded("push"):
                push_metrics(gateway_url, job, registry=registry, grouping=grouping, deadline_seconds=deadline_seconds)
