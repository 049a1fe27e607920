"""Allowed findings as they are written: `allow:`, beside what a finding concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from obsgen.spec.fields import NONE, Keys, NotEmpty, Origin, Text, Written, key, origin
from obsgen.spec.values import Line

# Written out so that every text that fits is a day: of the years 2000 to 2099 every fourth one is a leap year.
_MONTHS = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_DAY = rf"20([0-9][0-9]-{_MONTHS}|([02468][048]|[13579][26])-02-29)"

DAY = Text(_DAY, "a day", "year, month and day of this century, such as `2027-01-31`", parse=dt.date.fromisoformat)
CODE = Text(
    r"[a-z]{1,40}/[a-z0-9]{1,40}(-[a-z0-9]{1,40}){0,9}",
    "the code of a finding",
    "its group and its name as they are printed with it, such as `query/unknown-label`",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowSpec(Written):
    """Why a finding is allowed, and for how long."""

    reason: Line = key("Why the finding is right and nothing has to change, one sentence.")
    until: Annotated[dt.date, DAY] | None = key(
        "Last day on which it is allowed; for good if left out.", default=None, example="2027-01-31"
    )
    origin: Origin = origin()


Allowances: TypeAlias = Annotated[Mapping[str, Line | AllowSpec], Keys(CODE), NotEmpty()]


def allowances() -> Any:
    """Return the dataclass field of a mapping in which findings can be allowed."""
    return key("Findings in here that are right, by code, each with its reason.", default=NONE)
