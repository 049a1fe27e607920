"""Typed collectors for services written in Python."""

from obsgen.targets.base import Target
from obsgen.targets.python.limits import limits
from obsgen.targets.python.render import render

TARGET = Target(name="python", render=render, limits=limits)
