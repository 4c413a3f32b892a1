"""Which field of a site is the title, the answer, the address and so on."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from recommender.corpus.dates import day_of_name, read_moment
from recommender.corpus.markdown import title_of
from recommender.corpus.paths import HEADING, NAME, PAGE_NAME, URL
from recommender.corpus.recognition.survey import FieldUse, Survey, plain_name
from recommender.corpus.yaml_nodes import ScalarNode, at_path
from recommender.settings import Expression, FieldSettings

_TITLE = ("title", "question", "headline", "name", "heading", "pagetitle", "articletitle")
_QUESTION = ("question", "q")
_ANSWER = ("answer", "a")
_DESCRIPTION = ("description", "excerpt", "summary", "abstract", "pagedescription", "metadescription", "subtitle")
_URL = ("url", "permalink", "slug", "link", "path", "canonicalurl")
_ID = ("id", "uid", "uuid", "guid", "postid", "articleid")
_GROUP = (
    "subject", "category", "categories", "section", "product", "products", "topic", "topics", "topiccategories",
    "collection", "area",
)  # fmt: skip
_DATE = (
    "date", "publishdate", "publisheddate", "pubdate", "published", "publishedat", "datepublished", "posted", "created",
    "createdat", "updated", "updatedat", "lastmod", "lastmodified",
)  # fmt: skip
_KEYWORDS = ("pagekeywords", "keywords", "metakeywords", "tags")
_PAGE_DESCRIPTION = ("pagedescription", "metadescription", "description", "excerpt", "summary")
_PUBLISH = ("publishdate", "publishon", "scheduled", "embargo")
_EXPIRY = ("expirydate", "expiry", "expires", "unpublishdate", "unpublishon", "validuntil")
# What generators, their themes and plugins call a page that is not to be found.
_HIDDEN = (
    "no_index", "noindex", "robots", "robotsNoIndex", "hidden", "unlisted", "private", "headless", "sitemap_exclude",
    "eleventyExcludeFromCollections", "search_exclude", "sitemap",
)  # fmt: skip
_SHOWN = ("sitemap", "permalink")
_DRAFT = ("draft", "drafts")
_PUBLISHED = ("published", "publish")
_ALIASES = ("titlealiases", "aliases", "alttitles", "alternativetitles", "shortname", "synonyms", "othernames")
_LANGUAGE = ("lang", "locale", "language")

# A text as long as this is the article, not a summary of it.
_LONG_TEXT_CHARS = 200
_EVERYWHERE = "in all files"
_NEARLY_ALL = 0.8
_ADDRESS_STARTS = ("/", "http://", "https://")


@dataclass(frozen=True, slots=True)
class FieldsFound:
    """The fields, and how each was found.

    Attributes
    ----------
    why : dict
        By name of a field a remark for the reader of the configuration.
    has_url : bool
        Files carry their address.
    """

    fields: FieldSettings
    why: dict[str, str]
    has_url: bool


def find_fields(survey: Survey, *, has_generator: bool) -> FieldsFound:
    """Recognise fields by their usual names and by their values; with a generator addresses are its business."""
    why: dict[str, str] = {}
    total = len(survey.files)

    def said(name: str, use: FieldUse | None, absent: Expression = None) -> Expression:
        if use is None:
            why[name] = "not found"
            return absent
        why[name] = _coverage([use], total)
        return use.path

    titles = survey.cover(_TITLE, lambda use: use.is_scalar)
    title = " | ".join([*(use.path for use in titles), HEADING, _name(titles, survey)])
    why["title"] = _titles(titles, survey)
    questions = survey.cover(_QUESTION, lambda use: use.is_scalar)
    why["question"] = _coverage(questions, total) if questions else "no field of its own: the title"
    question = " | ".join(dict.fromkeys([*(use.path for use in questions), *title.split(" | ")]))
    answer, why["answer"] = _answer(survey)
    url, why["url"], has_url = _url(survey)
    if has_generator:
        url, why["url"], has_url = URL, "as the generator makes it", False
    fields = FieldSettings(
        key=url,
        id=said("id", survey.first(_ID, lambda use: use.is_scalar and _distinct_ratio(use) > 0.8)),
        title=title,
        question=question,
        answer=answer,
        group=said("group", survey.first(_GROUP, _is_grouping, 0.3)),
        url=url,
        date=_date(survey, why),
        no_index=_any_of(survey, _HIDDEN, _SHOWN, "$missing"),
        draft=_any_of(survey, _DRAFT, _PUBLISHED, "$drafts"),
        publish=said("publish", survey.first(_PUBLISH, _are_dates)),
        expiry=said("expiry", survey.first(_EXPIRY, _are_dates)),
        slug=said("slug", survey.first(("slug",), lambda use: use.is_scalar)),
        language=said("language", survey.first(_LANGUAGE, lambda use: use.is_flat)),
        aliases=tuple(use.path for use in survey.named(_ALIASES, _are_titles)) or None,
        keywords=said("keywords", survey.first(_KEYWORDS, lambda use: use.is_flat)),
        description=said("description", survey.first(_PAGE_DESCRIPTION, lambda use: use.is_scalar)),
        required=("key", "title"),
    )
    return FieldsFound(fields, why, has_url)


def has_default_shape(survey: Survey) -> bool:
    """Whether most files, and nearly all with front matter, have the fields that the settings expect where a
    configuration says nothing.
    """
    default = FieldSettings()
    needed = [getattr(default, name).split(" | ") for name in default.required]
    fitting = sum(
        all(any(at_path(file.root, name) is not None for name in names) for names in needed) for file in survey.files
    )
    with_front_matter = sum(file.root is not None for file in survey.files)
    return fitting > _NEARLY_ALL * with_front_matter and 2 * fitting > len(survey.files)


def _answer(survey: Survey) -> tuple[Expression, str]:
    answers = survey.named(_ANSWER, lambda use: use.is_scalar)
    for use in answers:
        if len(use.nodes) > 0.5 * len(survey.files) and median(map(len, use.texts())) >= _LONG_TEXT_CHARS:
            return use.path, _coverage([use], len(survey.files))
    with_body = sum(bool(file.body.strip()) for file in survey.files)
    description = survey.first(_DESCRIPTION, lambda use: use.is_scalar, 0.1)
    parts = [use.path for use in (description, *answers[:1]) if use is not None]
    if not parts or with_body > 0.1 * len(survey.files):
        parts.append("$body")
    why = f"the text is the body of {with_body:,} of {len(survey.files):,} files" if "$body" in parts else ""
    return (parts[0] if len(parts) == 1 else tuple(parts)), why


def _url(survey: Survey) -> tuple[str, str, bool]:
    total = len(survey.files)
    use = max(survey.named(_URL, _are_addresses), key=lambda use: len(use.nodes), default=None)
    if use is None:
        return "$url", "made from the file's path; see urls", False
    texts = use.texts()
    if len(use.nodes) == total:
        return use.path, _EVERYWHERE + (", each different" if len(set(texts)) == len(texts) else ""), True
    return f"{use.path} | $url", f"in {len(use.nodes):,} of {total:,} files; else made from the path", True


def _coverage(uses: list[FieldUse], total: int) -> str:
    found: set[int] = set()
    for use in uses:
        found |= use.nodes.keys()
    return _EVERYWHERE if len(found) == total else f"in {len(found):,} of {total:,} files"


def _name(titles: list[FieldUse], survey: Survey) -> str:
    """What a file without a title is called by: its name; where pages have front matter, a file without is a part."""
    found: set[int] = set()
    for use in titles:
        found |= use.nodes.keys()
    with_front_matter = sum(file.root is not None for file in survey.files)
    return PAGE_NAME if len(found) > 0.9 * with_front_matter and len(found) > 0.5 * len(survey.files) else NAME


def _titles(titles: list[FieldUse], survey: Survey) -> str:
    found: set[int] = set()
    for use in titles:
        found |= use.nodes.keys()
    others = [file for number, file in enumerate(survey.files) if number not in found]
    if not others:
        return _EVERYWHERE
    headed = sum(title_of(file.body) is not None for file in others)
    parts = [f"in {len(found):,} of {len(survey.files):,} files"] if found else []
    parts += [f"the first heading of {headed:,}"] if headed else []
    parts += [f"nothing but the name of {len(others) - headed:,}"] if headed < len(others) else []
    return ", ".join(parts)


def _date(survey: Survey, why: dict[str, str]) -> str | None:
    """The first field of dates, else the date in the file's name."""
    use = survey.first(_DATE, _are_dates)
    dated = sum(day_of_name(file.path) is not None for file in survey.files)
    why["date"] = "not found" if use is None else _coverage([use], len(survey.files))
    if dated:
        why["date"] = f"{why['date']}, in the name of {dated:,}" if use else f"in the name of {dated:,} files"
    names = [*([use.path] if use else []), *(["$date"] if dated else [])]
    return " | ".join(names) or None


def _are_dates(use: FieldUse) -> bool:
    """Most values can be read as a date."""
    read = [isinstance(node, ScalarNode) and read_moment(str(node.value)) is not None for node in use.nodes.values()]
    return sum(read) > 0.5 * len(read)


def _any_of(survey: Survey, yes: tuple[str, ...], no: tuple[str, ...], special: str) -> str:
    """All names by which a page may say so: one that uses none today may tomorrow; in the site's own spelling."""
    spelled = {use.name: use.path for use in sorted(survey.uses.values(), key=lambda use: (-len(use.nodes), use.path))}
    names = [spelled.get(plain_name(name), name) for name in yes]
    names += [f"not {spelled.get(plain_name(name), name)}" for name in no]
    return " | ".join([*dict.fromkeys(names), special])


def _distinct_ratio(use: FieldUse) -> float:
    texts = use.texts()
    return len(set(texts)) / len(texts) if texts else 0.0


def _is_grouping(use: FieldUse) -> bool:
    """Few values for many files."""
    return use.is_flat and (len(use.nodes) < 10 or len(set(use.texts())) <= max(20, len(use.nodes) / 5))


def _are_addresses(use: FieldUse) -> bool:
    texts = use.texts()
    return use.is_scalar and sum(text.startswith(_ADDRESS_STARTS) for text in texts) > 0.95 * len(texts)


def _are_titles(use: FieldUse) -> bool:
    """Not the addresses from which a generator redirects."""
    return use.is_flat and not any(text.startswith(_ADDRESS_STARTS) for text in use.texts())
