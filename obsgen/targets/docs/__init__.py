"""Documentation: a reference of the metrics and a runbook for every alert, as Markdown."""

from obsgen.targets.base import Target
from obsgen.targets.docs.limits import limits
from obsgen.targets.docs.render import render

TARGET = Target(name="docs", render=render, limits=limits)
