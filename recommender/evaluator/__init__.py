"""Measures proposals against curated links, beside baselines, with intervals."""
