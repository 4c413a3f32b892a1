"""The command line."""

from recommender.cli.app import app, main

__all__ = ["app", "main"]
