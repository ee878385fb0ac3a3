"""Kernels of the torch backend, a file a family; see ARCHITECTURE.md."""
