"""Kernels of the numpy backend, a file a family; see ARCHITECTURE.md."""
