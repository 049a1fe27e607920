"""PromQL: what an expression uses and where, and the one place where the query vocabulary becomes text."""
