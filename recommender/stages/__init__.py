"""What is made of a site, step by step: pure functions from arrays to arrays."""
