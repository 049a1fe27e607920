"""Grafana Alloy: the language model of its configuration files."""
