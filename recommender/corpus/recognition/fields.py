"""Which field of a site is the title, the answer, the address and so on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from recommender.corpus.recognition.survey import FieldUse, Survey
from recommender.corpus.yaml_nodes import Node, as_bool, as_date
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
_ALIASES = ("titlealiases", "aliases", "alttitles", "alternativetitles", "shortname", "synonyms", "othernames")
_LANGUAGE = ("lang", "locale", "language")

# A text as long as this is the article, not a summary of it.
_LONG_TEXT_CHARS = 200
_EVERYWHERE = "in all files"
_ADDRESS_STARTS = ("/", "http://", "https://")


@dataclass(frozen=True, slots=True)
class FieldsFound:
    """The fields, and how each was found.

    Attributes
    ----------
    fields : FieldSettings
    why : dict
        By name of a field a remark for the reader of the configuration.
    has_url : bool
        Files carry their address.
    """

    fields: FieldSettings
    why: dict[str, str]
    has_url: bool


def find_fields(survey: Survey) -> FieldsFound:
    """Recognise fields by their usual names and by what stands in them."""
    why: dict[str, str] = {}
    total = len(survey.files)

    def said(name: str, use: FieldUse | None, absent: Expression = None) -> Expression:
        if use is None:
            why[name] = "not found"
            return absent
        why[name] = _coverage([use], total)
        return use.path

    titles = survey.cover(_TITLE, lambda use: use.is_scalar)
    title = " | ".join(use.path for use in titles) or "$slug"
    why["title"] = _coverage(titles, total)
    questions = survey.cover(_QUESTION, lambda use: use.is_scalar)
    why["question"] = _coverage(questions, total) if questions else "no field of its own: the title"
    asked = [use.path for use in questions]
    if why["question"] != _EVERYWHERE:
        asked += [use.path for use in titles]
    question = " | ".join(dict.fromkeys(asked)) or title
    answer, why["answer"] = _answer(survey)
    url, why["url"], has_url = _url(survey)
    draft = survey.first(("draft",), _all(as_bool))
    published = survey.first(("published",), _all(as_bool)) if draft is None else None
    fields = FieldSettings(
        key=url,
        id=said("id", survey.first(_ID, lambda use: use.is_scalar and _distinct_ratio(use) > 0.8)),
        title=title,
        question=question,
        answer=answer,
        group=said("group", survey.first(_GROUP, _is_grouping, 0.3)),
        url=url,
        date=said("date", survey.first(_DATE, _all(as_date))),
        no_index=said("no_index", survey.first(("noindex",), _all(as_bool)), "no_index"),
        draft=f"not {said('draft', published)}" if published else said("draft", draft, "draft"),
        language=said("language", survey.first(_LANGUAGE, lambda use: use.is_flat)),
        aliases=tuple(use.path for use in survey.named(_ALIASES, _are_titles)) or None,
        keywords=said("keywords", survey.first(_KEYWORDS, lambda use: use.is_flat)),
        description=said("description", survey.first(_PAGE_DESCRIPTION, lambda use: use.is_scalar)),
        required=("key", "title", *(name for name in ("question", "answer") if why[name] == _EVERYWHERE)),
    )
    return FieldsFound(fields, why, has_url)


def _answer(survey: Survey) -> tuple[Expression, str]:
    answers = survey.named(_ANSWER, lambda use: use.is_scalar)
    for use in answers:
        if len(use.nodes) > 0.5 * len(survey.files) and median(map(len, use.texts())) >= _LONG_TEXT_CHARS:
            return use.path, _coverage([use], len(survey.files))
    with_body = [file.body_chars for file in survey.files if file.body_chars >= _LONG_TEXT_CHARS]
    description = survey.first(_DESCRIPTION, lambda use: use.is_scalar, 0.1)
    parts = [use.path for use in (description, *answers[:1]) if use is not None]
    if not parts or len(with_body) > 0.1 * len(survey.files):
        parts.append("$body")
    why = f"the text is the body of {len(with_body):,} of {len(survey.files):,} files" if "$body" in parts else ""
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


def _all(convert: Callable[[Node], object]) -> Callable[[FieldUse], bool]:
    def fits(use: FieldUse) -> bool:
        try:
            for node in use.nodes.values():
                convert(node)
        except TypeError:
            return False
        return True

    return fits


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
