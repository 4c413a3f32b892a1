"""A page on which an editor gets through a site's proposals: what it shows, what it does, and a thin web shell."""
