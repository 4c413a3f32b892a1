"""What a site without a configuration was taken for, in words that stay the same from run to run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recommender.settings import Settings


def marks_of(settings: Settings) -> dict[str, str]:
    """By subject what decides how the site is read; empty where a configuration says it, or the site needs none."""
    if not settings.recognised:
        return {}
    urls, related = settings.urls, settings.related
    fields = [f"{one.field} ({one.shape}, by {one.target})" for one in related.each if one.field]
    sections = [f"sections {', '.join(related.sections)}"] if related.sections else []
    rewrites = [f"{folder} as {stands}" for folder, stands in urls.rewrite.items()]
    address = (
        "the generator's" if urls.generator else ", ".join([f"{settings.fields.url} by {urls.pattern}", *rewrites])
    )
    return {
        "title": str(settings.fields.title),
        "address": address,
        "languages": ", ".join(settings.languages.known) or str(settings.fields.language or "none"),
        "curated links": " and ".join([*fields, *sections]) or "none",
    }


def differences(before: Mapping[str, str], now: Mapping[str, str], name: str) -> Iterator[str]:
    """A line for each subject that the links file called `name` was made by in another way."""
    for subject in now if before else ():
        if before.get(subject) != now[subject]:
            yield f"{subject}: {now[subject]}; {name} was made with: {before.get(subject)}"
