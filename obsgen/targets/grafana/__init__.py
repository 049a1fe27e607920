"""Dashboards of the plan as Grafana's JSON, for file provisioning, for the HTTP API and for import by hand."""
