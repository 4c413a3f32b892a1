"""A site measured: its systems, its folds, and what an evaluation reads and says beside the figures."""
