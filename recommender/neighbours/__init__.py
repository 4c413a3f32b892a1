"""From vectors to ranked candidates: exact search, and its update after a change."""
