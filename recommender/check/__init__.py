"""What is wrong with a site's articles and curated links: the rules, how findings are written, and what is repaired."""
