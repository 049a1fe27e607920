"""From a node tree to a `SpecFile`, or to all the reasons why it is none."""

from __future__ import annotations

from obsgen.diagnostics import Diagnostic
from obsgen.source.nodes import Mapping, Node
from obsgen.spec.document import SpecFile
from obsgen.spec.kinds import Context, Refused
from obsgen.spec.objects import ObjectKind

FILE = ObjectKind(SpecFile)


def decode(root: Node) -> tuple[SpecFile | None, tuple[Diagnostic, ...]]:
    """
    Return the file that *root* holds, or None, and everything that is wrong with its shape.

    What is missing because the reader has refused it is not reported again.
    """
    context = Context()
    if not isinstance(root, Mapping):
        context.report(
            "spec/wrong-type",
            "a file of the catalog is a mapping",
            root.span,
            help="start it with `obsgen: 1` and `service: NAME`",
        )
        return None, tuple(context.problems)
    try:
        return FILE.decode(root, context), ()
    except Refused:
        return None, tuple(context.problems)
