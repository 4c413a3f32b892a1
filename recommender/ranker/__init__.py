"""What a link from one article to another is worth, and why."""
