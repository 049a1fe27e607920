"""Templates fail loudly, keep their text as it is, and cost nothing until one is filled."""

import subprocess
import sys

import jinja2
import pytest

from obsgen.emit import template

PACKAGE = "obsgen.targets.python"


def test_missing_value_is_an_error():
    """A template that asks for what nobody gave it raises instead of leaving a hole."""
    with pytest.raises(jinja2.UndefinedError, match="service"):
        template.fill(PACKAGE, "module.py.j2", {"aliases": ()})


def test_unknown_template_is_an_error():
    with pytest.raises(jinja2.TemplateNotFound):
        template.fill(PACKAGE, "no-such-template.j2", {})


@pytest.mark.parametrize("text", ["<b>&amp;'\"", "{{ x }}", "{% if %}", "{# a #}", "a\n", "\\", "\u2028"])
def test_values_are_data(text):
    """A value comes out as it went in: neither escaped nor read as a template."""
    assert template.environment(PACKAGE).from_string("[{{ x }}]\n").render(x=text) == f"[{text}]\n"


def test_blocks_leave_no_lines():
    """A line with nothing but a block is not in the output, and the last newline is."""
    source = "{% for x in y %}\n  {% if x %}\n{{ x }}\n  {% endif %}\n{% endfor %}\nend\n"
    assert template.environment(PACKAGE).from_string(source).render(y=[1, 0, 2]) == "1\n2\nend\n"


def test_import_is_cheap():
    """Neither the module nor the Python target loads Jinja before something is rendered."""
    code = "import sys, obsgen.emit.template, obsgen.targets.python; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
