"""What was recognised, as a commented `recommender.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import chain

from recommender.corpus.recognition.found import PassedOver, Recognised
from recommender.settings import FieldSettings, RelatedSettings, Settings, Shape

_COMMENT_COLUMN = 40
SHAPES: dict[Shape, str] = {
    "numbered": "one mapping per number",
    "mappings": "a list of mappings",
    "strings": "a list of texts",
    "groups": "links in groups",
    "pairs": "a mapping of addresses and titles",
    "commas": "names with commas between them",
}
_ROLE = {
    "key": "what makes an article unique",
    "question": "compared with other questions",
    "answer": "compared with other answers",
    "group": "subject, section or product",
    "no_index": "articles with true are not proposed",
    "draft": "articles with true are not proposed",
    "slug": "a name by which links may name the article",
    "publish": "from when on it is published",
    "expiry": "until when it is published",
    "aliases": "other titles by which links may name the article",
    "required": "a file that lacks one is reported and left out",
}


def configuration_text(found: Recognised, content: str) -> str:
    """The text of a configuration, every setting with a remark on how it was found.

    Parameters
    ----------
    content : str
        What the folder is called.
    """
    parts = (_head(found, content), _content(found), _fields(found), _related(found), _urls(found))
    return "\n".join([*chain(*parts, _languages(found), _targets(found), _check(found)), ""])


def _head(found: Recognised, content: str) -> Iterator[str]:
    corpus = found.corpus
    yield f"# Written by `recommender init` for {_one_line(content)}: correct what it got wrong."
    yield "# All settings and what holds without them: docs/configuration.md."
    yield "#"
    yield f"# {len(corpus):,} of {found.files:,} files are articles" + (
        f"; {found.sampled:,} were looked at for their fields." if found.sampled < len(corpus) else "."
    )
    rules: dict[str, int] = {}
    for problem in corpus.problems:
        rules[problem.rule] = rules.get(problem.rule, 0) + 1
    for rule, count in sorted(rules.items(), key=lambda item: (-item[1], item[0])):
        yield f"# {count:,} cannot be used ({rule}); `recommender check` names them, content.exclude leaves them out."
    if corpus.without_front_matter:
        yield f"# {corpus.without_front_matter:,} without front matter are none."
    yield ""


def _content(found: Recognised) -> Iterator[str]:
    content, default = found.settings.content, Settings().content
    if content == default:
        return
    yield "content:"
    if content.include != default.include:
        yield _line(2, "include", content.include, "the files that are pages")
    if content.exclude:
        yield _line(2, "exclude", content.exclude, "parts of pages, built pages and the like, by their names")
    yield ""


def _fields(found: Recognised) -> Iterator[str]:
    yield "fields:"
    settings = found.settings.fields
    for item in fields(FieldSettings):
        value = getattr(settings, item.name)
        why = found.fields.why.get(item.name, "")
        if item.name == "key" and value == settings.url:
            why = found.fields.why["url"]
        remark = "; ".join(part for part in (_ROLE.get(item.name, ""), why) if part)
        yield _line(2, item.name, value, remark)
    yield ""


def _related(found: Recognised) -> Iterator[str]:
    related = found.settings.related
    for other in found.passed_over:
        yield from _passed_over(other)
    if related.field is None and not related.sections:
        yield "related:"
        yield _line(2, "field", None, "no curated links were found")
        yield ""
        return
    inside = found.links - found.external
    if inside:
        share = f"{found.resolved / inside:.1%}"
        yield f"# {found.resolved:,} of {inside:,} links inside the site lead to an article ({share});"
        yield f"# {found.external:,} lead to other sites."
    yield "related:"
    if related.sections:
        yield _line(2, "sections", related.sections, "sections of the text under these headings hold curated links")
    if related.field is None:
        yield _line(2, "field", None, "no field holds any")
        yield ""
        return
    yield from (f"  {line}" for line in _field_lines(related, _target_remark(found)))
    if related.also:
        yield _remarked("  also:", "further fields; apply writes the one above")
        for one in related.also:
            first, *others = _field_lines(one, "")
            yield f"    - {first}"
            yield from (f"      {line}" for line in others)
    yield ""


def _field_lines(related: RelatedSettings, target_remark: str) -> Iterator[str]:
    yield _line(0, "field", related.field, "{n} stands for the number" if related.shape == "numbered" else "")
    yield _line(0, "shape", related.shape, SHAPES[related.shape])
    if related.shape == "numbered":
        yield _line(0, "slots", related.slots, "the largest number")
    yield _line(0, "target", related.target, target_remark)
    if related.target_name is not None:
        yield _line(0, "target_name", related.target_name, "the part that names it")
    if related.prefix:
        yield _line(0, "prefix", related.prefix, "comes before the name and is no part of it")
    if related.base:
        yield _line(0, "base", related.base, "the beginning of paths that links leave out")
    if related.shape not in ("strings", "commas", "pairs"):
        names = related.names
        written = {"id": names.id, "title": names.title, "group": names.group, "url": names.url}
        yield _line(0, "names", written, "what the parts are called; null is not written")


def _target_remark(found: Recognised) -> str:
    if found.related and found.related[0].found:
        return "names the article that is linked; this finds the most"
    return "by its form; no link leads to an article of this folder"


def _passed_over(other: PassedOver) -> Iterator[str]:
    field = other.field
    files = f"in {field.files:,} of the files looked at"
    yield f"# Not taken: {field.field} ({SHAPES[field.shape]}, {files}); {why_not(other)}."


def why_not(other: PassedOver) -> str:
    """Why a field was not taken."""
    if not other.tried.found:
        return "its values lead to no article"
    return f"{other.tried.found:,} of its {other.field.links:,} values lead to an article"


def _languages(found: Recognised) -> Iterator[str]:
    languages = found.settings.languages
    if languages.known or languages.default:
        yield "languages:"
        yield _line(2, "known", languages.known, found.languages.why if found.languages else "")
        yield _line(2, "default", languages.default, "of a file whose path names none")
        if languages.apart != "script":
            yield _line(2, "apart", languages.apart, "several regions of one language hold the same pages")
        if languages.fallback:
            yield _line(2, "fallback", True, "an address without a translation shows the default language")
        yield ""


def _targets(found: Recognised) -> Iterator[str]:
    excluded = found.settings.targets.exclude_paths
    if excluded:
        yield "targets:"
        yield _line(2, "exclude_paths", excluded, "other versions of pages, and pages that list others")
        yield ""


def _urls(found: Recognised) -> Iterator[str]:
    urls = found.settings.urls
    settled = {"built": urls.built, "sitemap": urls.sitemap}
    if not (_uses_paths(found.settings) or urls.site or urls.loose or any(settled.values())):
        return
    yield "urls:"
    yield _line(2, "site", urls.site, "links that begin with it are the site's own")
    if urls.generator:
        name = found.generator.name if found.generator else "the generator"
        yield _line(2, "generator", True, f"addresses are those that {name} makes")
    for name, place in settled.items():
        if place is not None:
            yield _line(2, name, place, "settles what addresses no rule can know")
    if urls.loose:
        yield _line(2, "loose", True, "a link that is no address means the file whose path ends so")
    if _uses_paths(found.settings):
        yield _line(2, "pattern", urls.pattern, "address of a file; {path} is its path without suffix")
        if urls.rewrite:
            yield "  rewrite:" + " " * (_COMMENT_COLUMN - 10) + "# folders that have another name in addresses"
            for folder, beginning in urls.rewrite.items():
                yield _line(4, folder, beginning, "")
    yield ""


def _uses_paths(settings: Settings) -> bool:
    return any("$url" in str(value) for value in (settings.fields.key, settings.fields.url))


def _check(found: Recognised) -> Iterator[str]:
    if found.settings.check.severity:
        yield f"# {found.stale_titles_ratio:.0%} of the links have a title of their own."
        yield "check:"
        yield _line(2, "severity", dict(found.settings.check.severity), "")
        yield ""


def _line(indent: int, name: str, value: object, remark: str) -> str:
    return _remarked(f"{' ' * indent}{_yaml(name)}: {_yaml(value)}", remark)


def _remarked(text: str, remark: str) -> str:
    return f"{text:{_COMMENT_COLUMN - 1}} # {remark}" if remark else text


def _yaml(value: object) -> str:
    """A value on one line."""
    import yaml

    plain = list(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=2**20, sort_keys=False)
    return str(text).removesuffix("...\n").strip()


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
