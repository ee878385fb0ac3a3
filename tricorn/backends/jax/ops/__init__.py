"""Kernels of the jax backend, a file a family; see ARCHITECTURE.md."""
