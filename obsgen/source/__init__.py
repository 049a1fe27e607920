"""From files on disk to a tree of nodes that know where they stand."""
