"""Speed and memory against hand-written native loops and the reference: `python -m benchmarks.run --help`."""
