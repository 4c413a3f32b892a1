"""The parts that a notebook puts together, each of which can be exchanged."""
