"""The command line."""

from recommender.cli.endings import main

__all__ = ["main"]
