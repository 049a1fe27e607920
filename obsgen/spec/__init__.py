"""What a catalog says: the shape of its files, their meaning, and the links between them."""
