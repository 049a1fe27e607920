"""LogQL as far as the labels in it can be told; what is not understood is left alone."""
