"""Grafana Alloy: the pipeline from the services to the destinations, and the language it is written in."""

from obsgen.targets.alloy.render import render
from obsgen.targets.base import Target

TARGET = Target(name="alloy", render=render)
