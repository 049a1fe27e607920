"""
From rendered artifacts to files on disk: compare, report drift, write.

`changes` only reads; `apply` is the one place that writes; `drift` and `conflicts` turn a comparison into
diagnostics. All of them trust the manifest in the output folder for what obsgen owns.
"""

from obsgen.output.comparison import Action, Change, Changes, State, changes
from obsgen.output.findings import conflicts, drift
from obsgen.output.places import OutputError, Places
from obsgen.output.writer import Report, apply

__all__ = [
    "Action",
    "Change",
    "Changes",
    "OutputError",
    "Places",
    "Report",
    "State",
    "apply",
    "changes",
    "conflicts",
    "drift",
]
