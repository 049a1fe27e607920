"""Prometheus: rule files, their tests, and a server configuration."""

from obsgen.targets.base import Target
from obsgen.targets.prometheus.limits import limits
from obsgen.targets.prometheus.render import render

TARGET = Target(name="prometheus", render=render, limits=limits)
