"""JUnit XML, which every CI system shows: one test case for each code, failed where it is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obsgen import pages
from obsgen.diagnostics import Diagnostic
from obsgen.report.terminal import visible
from obsgen.report.text import render as text


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> str:
    """Return one suite, in ASCII: a test case for every code that obsgen knows, and one failure in it for each finding."""
    # Takes longer to import than a small catalog takes to check, and only this format needs it.
    import xml.etree.ElementTree as ET  # noqa: PLC0415

    codes = sorted({*pages.codes(), *(one.code for one in diagnostics)})
    counts = {"tests": str(len(codes)), "failures": str(len({one.code for one in diagnostics}))}
    suites = ET.Element("testsuites", {"name": "obsgen", **counts, "errors": "0"})
    suite = ET.SubElement(suites, "testsuite", {"name": "obsgen", **counts, "errors": "0", "skipped": "0"})
    for code in codes:
        group, _, name = code.partition("/")
        case = ET.SubElement(suite, "testcase", {"classname": f"obsgen.{group}", "name": name, "time": "0"})
        for one in diagnostics:
            if one.code == code:
                failure = ET.SubElement(case, "failure", _attributes(one))
                # What is visible is also what XML can hold.
                failure.text = "\n".join(map(visible, text([one], sources).split("\n")))
    ET.indent(suites)
    # Everything that is not ASCII becomes a reference, so that no locale can spoil the encoding.
    body = ET.tostring(suites, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _attributes(one: Diagnostic) -> dict[str, str]:
    span = one.primary.span
    where = f"{span.path}:{span.line}:{span.column}"
    return {"type": str(one.severity), "message": visible(f"{where}: {one.message}")}
