"""Programs that build sites and whose addresses their users program: no configuration says them."""

from __future__ import annotations

from pathlib import Path

from recommender.corpus.generators.seek import upwards

_SIGNS = {
    "gatsby-config": "Gatsby", "next.config": "Next.js", "nuxt.config": "Nuxt", "svelte.config": "SvelteKit",
    "remix.config": "Remix", "contentlayer.config": "Contentlayer",
}  # fmt: skip
_SUFFIXES = (".js", ".mjs", ".cjs", ".ts", ".mts")


def unruled_program(content: Path) -> str | None:
    """The name of the program whose configuration is in a content folder or above it; None where there is none."""
    for folder in upwards(content.resolve()):
        for sign, name in _SIGNS.items():
            if any((folder / f"{sign}{suffix}").is_file() for suffix in _SUFFIXES):
                return name
    return None
