"""Where things are found: files of the generated documentation and their anchors."""

from __future__ import annotations

from obsgen.spec.model import Alert


def anchor(title: str) -> str:
    """Return the anchor that Markdown readers give to a heading of letters, digits, `-` and `_`."""
    return title.lower()


def runbook_path(service: str) -> str:
    """Return the runbook page of a service, below the documentation folder."""
    return f"runbooks/{service}.md"


def runbook_url(alert: Alert, docs_url: str) -> str:
    """Return the address of an alert's runbook section; relative to the documentation where *docs_url* is empty."""
    base = docs_url.rstrip("/") + "/" if docs_url else ""
    return f"{base}{runbook_path(alert.service)}#{anchor(alert.name)}"
