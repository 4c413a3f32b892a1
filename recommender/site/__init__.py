"""A site opened: its articles, what is proposed for them, and what else is asked of it."""
