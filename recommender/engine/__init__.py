"""The work in stages whose files are kept, here or on a cluster."""
