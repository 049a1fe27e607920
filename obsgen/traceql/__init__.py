"""TraceQL as far as the attributes in it can be told; what is not understood is left alone."""
