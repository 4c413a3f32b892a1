"""The links file: what it says, and its formats."""
