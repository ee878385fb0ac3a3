"""Kernels of the tensorflow backend, a file a family; see ARCHITECTURE.md."""
