"""
Kits: context, tracing, metrics and Langfuse connected for one kind of system, and nothing more.

Each is a module of its own, so that a service loads only what it is: `kits.personas`, `kits.orchestrator`,
`kits.sessions`.
"""
