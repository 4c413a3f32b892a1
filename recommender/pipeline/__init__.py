"""The stages put together, and what is remembered between runs. Import from the modules: some of them are heavy."""
