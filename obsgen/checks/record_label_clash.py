"""`record/label-clash`: a label of a recording rule that keeps the server from adding its own."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, warning
from obsgen.source.nodes import Mapping, Scalar


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels of recording rules that have the name of an external label and another value."""
    external = subject.world.external_labels
    for read in subject.queries if external else ():
        labels = read.asked.origin.find("labels") if read.asked.where == "record" else None
        if not isinstance(labels, Mapping):
            continue
        for name, (_, value) in labels.entries.items():
            if name in external and isinstance(value, Scalar) and value.text not in ("", external[name]):
                yield warning(
                    "record/label-clash",
                    f"the server adds `{name}` to everything it sends, but not to `{read.asked.name}`, which has one already",
                    value.span,
                    f"the server says `{external[name]}`",
                    help="give the label another name, or leave it to the server",
                )


CHECK = Check(code="record/label-clash", run=run)
