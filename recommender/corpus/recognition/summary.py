"""What was recognised, in a few lines for the one who ran the command."""

from __future__ import annotations

from collections import Counter

from recommender.corpus.recognition.configuration import SHAPES, why_not
from recommender.corpus.recognition.found import Recognised

UNSETTLED = (
    "what no rule can know is settled by the built site: --built FOLDER (its pages) or --sitemap FILE (its sitemap.xml)"
)


def summary_lines(found: Recognised) -> tuple[str, ...]:
    """Generator, title, address, languages and curated links, and how many of these lead somewhere."""
    settings = found.settings
    lines = [f"titles from {_first(settings.fields.title)}: {found.fields.why['title']}"]
    if found.generator is not None:
        files = ", ".join(found.generator.files) or "its defaults"
        lines.append(f"addresses as {found.generator.name} makes them by {files}")
        lines += [
            f"not known: {unknown.setting or unknown.path}: {unknown.reason}" for unknown in found.generator.unknown
        ]
        if found.unknown:
            ((reason, _),) = Counter(found.unknown).most_common(1)
            lines.append(f"addresses not known of {len(found.unknown):,} of {found.sampled:,} files: {reason}")
    elif found.unruled is not None:
        lines.append(f"addresses from {_first(settings.fields.url)}: {found.unruled} may make others")
    elif settings.fields.url is None:
        lines.append(f"no column of addresses; articles are summary_lines apart by {_first(settings.fields.key)}")
    else:
        lines.append(f"addresses from {_first(settings.fields.url)}: {found.fields.why['url']}")
    if _is_uncertain(found):
        lines.append(UNSETTLED)
    if found.languages is not None and found.languages.settings.known:
        lines.append(f"languages {', '.join(found.languages.settings.known)} {found.languages.why}")
    if settings.fields.language == "$detected":
        lines.append("languages told from the texts: several are mixed")
    if found.versions.others:
        newest, others = (_some(folders) for folders in (found.versions.newest, found.versions.others))
        lines.append(f"versions of the same pages: those in {newest} are proposed, not those in {others}")
    elif settings.targets.exclude_paths:
        lines.append(f"not proposed: pages that list others ({', '.join(settings.targets.exclude_paths)})")
    related = settings.related
    places = [f"{one.field} ({SHAPES[one.shape]}, by {one.target})" for one in related.each if one.field]
    if related.sections:
        places.append(f"sections {', '.join(related.sections[:3])}{' …' if len(related.sections) > 3 else ''}")
    if places:
        inside = found.links - found.external
        lines.append(
            f"curated links from {' and '.join(places)}: {found.resolved:,} of {inside:,} inside the site lead to an "
            "article"
        )
    else:
        lines.append("no curated links")
    lines += [f"not taken: {other.field.field}: {why_not(other)}" for other in found.passed_over]
    return tuple(lines)


def _some(folders: tuple[str, ...]) -> str:
    return ", ".join(folders[:3]) + (" …" if len(folders) > 3 else "")


def _is_uncertain(found: Recognised) -> bool:
    """Whether some addresses follow from what is computed, or from a program whose addresses no rule makes."""
    urls = found.settings.urls
    if urls.built is not None or urls.sitemap is not None:
        return False
    return found.unruled is not None or (found.generator is not None and bool(found.generator.unknown or found.unknown))


def _first(expression: object) -> str:
    return str(expression).split(" | ", 1)[0]
