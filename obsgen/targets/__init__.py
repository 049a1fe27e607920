"""The targets: each turns a catalog into files of one kind."""
