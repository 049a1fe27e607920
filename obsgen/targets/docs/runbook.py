"""The sections of the runbooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from obsgen.emit.markdown import code, escaped, fence, heading, inline, row
from obsgen.emit.prose import prose
from obsgen.plan.links import anchor
from obsgen.plan.model import Rule
from obsgen.plan.scraping import EVALUATION_INTERVAL
from obsgen.plan.words import condition as said, listing
from obsgen.promql.compile import Setting
from obsgen.promql.labels import possible
from obsgen.promql.parse import parse
from obsgen.spec import queries as q
from obsgen.spec.model import Alert, Metric, Service
from obsgen.spec.values import Duration, number, quantity
from obsgen.targets.docs.places import metric_link
from obsgen.targets.docs.questions import compared, leaves, parts, splits
from obsgen.targets.docs.reference import Question, capital, question
from obsgen.targets.docs.silence import silence
from obsgen.targets.docs.usage import PanelUse, Usage
