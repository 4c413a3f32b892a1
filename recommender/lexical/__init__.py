"""What articles have in common word by word: terms, their counts, and their weights over a whole site."""
