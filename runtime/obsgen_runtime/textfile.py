"""Metrics as a file for the node exporter's textfile collector: there as a whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest

from obsgen_runtime.exposition import everything


def write_textfile(path: str | os.PathLike[str], *, registry: CollectorRegistry | None = None) -> None:
    """
    Write the metrics of this process to *path*, atomically.

    Args:
        path: Ends in `.prom`, `~` allowed; its folder exists.
        registry: What is written; the client's default registry if None.

    Raises:
        ValueError: If the collector would not read a file of that name.
        OSError: If it cannot be written; what was there before stays, and nothing is left beside it.
    """
    target = Path(path).expanduser()
    if target.suffix != ".prom":
        raise ValueError(f"{target}: the textfile collector reads files that end in .prom only; rename it")
    shown = REGISTRY if registry is None else registry
    content = generate_latest(everything(shown))
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fchmod(draft.fileno(), 0o644)  # the exporter is another user
            Path(draft.name).replace(target)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
