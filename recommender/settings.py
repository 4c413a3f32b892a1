"""The site's configuration, `recommender.yaml`, and what holds where it is silent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Expression = str | tuple[str, ...] | None
Shape = Literal["numbered", "mappings", "strings", "groups", "pairs", "commas"]
Target = Literal["url", "id", "slug", "path", "title"]
Precision = Literal["auto", "float32", "bfloat16"]
HubCorrection = Literal["none", "csls", "local-scaling"]
Apart = Literal["language", "script", "region"]
Severity = Literal["error", "warning", "note", "off"]

RANKER_FILE = "ranker.json"
"""Name of the file of a site's own ranker."""

NO_RANKER = "none"
"""Instead of a ranker's file: the default ranking."""


@dataclass(frozen=True, slots=True)
class ContentSettings:
    """Which files are articles.

    Attributes
    ----------
    include, exclude : tuple of str
        Glob patterns on the path below the content folder; ``**`` crosses folders. Hidden files and folders and
        `node_modules` are never read.
    max_file_bytes : int
        A larger file is reported and left out.
    """

    include: tuple[str, ...] = ("**/*.md", "**/*.markdown", "**/*.mdx")
    exclude: tuple[str, ...] = ()
    max_file_bytes: int = 10_000_000


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """The place of each value in a file, as field expressions (see `recommender.corpus.paths`).

    Attributes
    ----------
    key
        What makes an article unique.
    question, answer, keywords, description
        The texts that views can encode.
    no_index, draft
        True or false; ``not published`` is the opposite of the field ``published``.
    aliases
        Further titles by which links may name the article.
    slug
        A name of its own by which links may name the article, beside the file's.
    publish, expiry
        From when on and until when it is published, where that is not the date.
    required : tuple of str
        Names of this section; a file that lacks one is reported and left out.
    """

    key: Expression = "url"
    id: Expression = "id"
    title: Expression = "title | question"
    question: Expression = "question"
    answer: Expression = "answer"
    group: Expression = "subject"
    url: Expression = "url"
    date: Expression = "date"
    no_index: Expression = "no_index"
    draft: Expression = "draft"
    language: Expression = "lang | locale"
    aliases: Expression = None
    slug: Expression = None
    publish: Expression = None
    expiry: Expression = None
    keywords: Expression = "seo.page_keywords"
    description: Expression = "seo.page_description"
    required: tuple[str, ...] = ("key", "title", "question", "answer")


@dataclass(frozen=True, slots=True)
class LinkNames:
    """What the parts of one link are called in the front matter; None for a part that the site does not write."""

    id: str | None = "id"
    title: str | None = "title"
    group: str | None = "subject"
    url: str | None = "url"


@dataclass(frozen=True, slots=True)
class RelatedSettings:
    """Where the curated links are and in which shape.

    Attributes
    ----------
    field : str or None
        Path of the field; for the shape ``numbered`` its name with ``{n}`` for the number. None: the site has no
        curated links.
    shape : {"numbered", "mappings", "strings", "groups", "pairs", "commas"}
        One mapping per numbered field; a list of mappings; a list of strings; mappings in nested groups; one mapping of
        addresses to titles or the other way round; names in one text, with commas between them.
    slots : int
        How many numbered fields an article may have.
    target : {"url", "id", "slug", "path", "title"}
        What names the target.
    target_name : str or None
        The part of the mapping that holds it; None for the name given in `names`. Of the shape ``pairs`` ``$key`` or
        ``$value``.
    prefix : str
        Text before the target's name that is not part of it.
    base : str
        The beginning of paths that links leave out, such as ``docs/``.
    sections : tuple of str
        Headings of sections in the text whose links are curated links, such as ``See also``, in any case of letters.
    also : tuple of RelatedSettings
        Further fields of curated links, which are read and checked like this one, and never written; their own
        `sections` and `also` are empty.
    """

    field: str | None = "related_article{n}"
    shape: Shape = "numbered"
    slots: int = 5
    target: Target = "url"
    target_name: str | None = None
    prefix: str = ""
    names: LinkNames = LinkNames()
    base: str = ""
    sections: tuple[str, ...] = ()
    also: tuple[RelatedSettings, ...] = ()

    @property
    def each(self) -> tuple[RelatedSettings, ...]:
        """Every field of curated links; the first is the one that is written."""
        return (self, *self.also)


@dataclass(frozen=True, slots=True)
class UrlSettings:
    """How a url follows from a path, and which urls are the site's own.

    Attributes
    ----------
    site : str or None
        Address of the site (``https://example.org``): a link that begins with it is not external.
    pattern : str
        The url path of a file; ``{path}`` is its path without suffix and without a final ``index``, ``{slug}`` its
        name. Of a file that is named after a date (``2024-12-31-name.md``) ``{slug}`` is what follows the date, and
        ``{year}``, ``{month}`` and ``{day}`` are its parts.
    rewrite : dict
        Beginning of a path: its replacement in the url, or a pattern of its own; the longest that fits is used.
    loose : bool
        A link that is no article's address means the article whose path ends as it does: for sites whose addresses
        follow no known rule.
    generator : bool
        Addresses are those that the site's generator makes, by its own configuration.
    built, sitemap : str or None
        A folder of built pages and a sitemap that settle what no rule can know: an article has the address of the page
        that is its own there.
    """

    site: str | None = None
    pattern: str = "/{path}/"
    rewrite: dict[str, str] = field(default_factory=dict)
    loose: bool = False
    generator: bool = False
    built: str | None = None
    sitemap: str | None = None


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """The languages of a site whose paths name them; see ``$language`` in `recommender.corpus.paths`.

    Attributes
    ----------
    known : tuple of str
        Language tags that folders (``de/soup.md``) or suffixes (``soup.de.md``) bear.
    default : str or None
        Language of a file whose path names none.
    apart : {"language", "script", "region"}
        What keeps articles apart where links stay within a language: ``zh-Hans`` and ``zh-Hant`` differ in their
        script, ``en-GB`` and ``en-US`` in their region.
    fallback : bool
        The site shows a page without a translation in the default language, at the address that the translation would
        have.
    """

    known: tuple[str, ...] = ()
    default: str | None = None
    apart: Apart = "script"
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model encodes the texts, and how.

    Attributes
    ----------
    name : str or None
        A folder, the name of a model that ships, or a name on the hub; None for the default model.
    device : str or None
        ``"cpu"``, ``"cuda"``, …; None for the best there is.
    precision : {"auto", "float32", "bfloat16"}
    """

    name: str | None = None
    device: str | None = None
    precision: Precision = "auto"


@dataclass(frozen=True, slots=True)
class WordSettings:
    """How much words say beside vectors.

    Attributes
    ----------
    share : float
        Of the words in the score of a pair, 0 to 1; the rest is the vectors'.
    fields : dict
        As how many each occurrence of a word in a text of `Settings.views` counts; where nothing is said, a title's or
        question's as five, another's as one.
    """

    share: float = 0.7
    fields: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EligibilitySettings:
    """Which articles may take part; an empty tuple restricts nothing.

    Attributes
    ----------
    no_index, drafts, future : bool
        Whether articles with `no_index`, drafts and pages past their expiry, and articles dated later than today may.
    languages : tuple of str
        Only these; ``en`` includes ``en-GB``.
    groups, exclude_groups : tuple of str
        Only these groups, and none of those, in any case of letters.
    paths, exclude_paths : tuple of str
        Globs on the path below the content folder, as in `ContentSettings`.
    ids, exclude_ids : tuple of str
        Articles by id or key.
    """

    no_index: bool = False
    drafts: bool = False
    future: bool = False
    languages: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    exclude_groups: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    exclude_paths: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    exclude_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSettings(EligibilitySettings):
    """Which articles get links: without a word of the site's, all of them."""

    no_index: bool = True
    drafts: bool = True
    future: bool = True


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """What goes into the lists.

    Attributes
    ----------
    k : int
        Links per article.
    min_score : float or None
        Below it a place stays empty.
    min_precision : str or None
        A share such as ``9 in 10``, ``90%`` or ``0.9``, from which the lowest score is found (`selection.floor`).
    same_language : bool
        Whether a list names articles of its article's language alone, whatever the region; those that name none go
        with all.
    near_duplicates : bool
        Whether a list may name near-duplicates of its article, and several that are near-duplicates of each other.
    duplicate_score : float or None
        Share of their text in common that alone makes near-duplicates of two articles, 0 to 1; None for the rules of
        `selection.duplicates`.
    diversity : float
        0 to 1: how much a proposal loses for being like those before it (`selection.diversity`).
    max_inbound, min_inbound : int or None, int
        By how many lists an article may and, where possible, must be named (`selection.graph`).
    hubs : {"none", "csls", "local-scaling"}
        Whether what is near to everything is worth less (`selection.hubs`).
    margin : float or None
        By how much a proposal must be better to take the place of a link of the last run; None to find it
        (`selection.stability`).
    text_only : bool
        Whether the default ranking reads texts alone: no folders, and no links inside texts.
    recall : float
        Share of the ten nearest neighbours that the search must find on a site that is too large for finding all, above
        0; 1 to find all on any (`neighbours.approximate`).
    """

    k: int = 5
    min_score: float | None = None
    min_precision: str | None = None
    same_language: bool = True
    near_duplicates: bool = False
    duplicate_score: float | None = None
    diversity: float = 0.0
    max_inbound: int | None = None
    min_inbound: int = 0
    hubs: HubCorrection = "none"
    margin: float | None = None
    text_only: bool = False
    recall: float = 0.98


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """How much a finding of `recommender check` weighs.

    Attributes
    ----------
    severity : dict
        By rule: ``"error"`` and ``"warning"`` fail the check, ``"note"`` is only reported, ``"off"`` not even that.
        A rule that is not named here has the severity of `recommender.rules`.
    pages : tuple of str
        Globs on the url paths of pages that are there and are no articles of this folder: links to them are fine.
    """

    severity: dict[str, Severity] = field(default_factory=dict)
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a site can configure; each section has its own record.

    `decisions` is the file of what editors decided in the review (see `decisions.of_site.decisions_path`), `ranker`
    that of the ranker that `fit` learned, or ``"none"`` for the default ranking (see `site.own_ranker`). `sources` says
    which articles get links, `targets` which may be linked. `views` maps a text of `fields` to its weight in an
    article's vector; weights are relative to their sum. `recognised` says how the settings were found where no
    configuration says them.
    """

    content: ContentSettings = ContentSettings()
    fields: FieldSettings = FieldSettings()
    related: RelatedSettings = RelatedSettings()
    urls: UrlSettings = field(default_factory=UrlSettings)
    languages: LanguageSettings = LanguageSettings()
    views: dict[str, float] = field(default_factory=lambda: {"question": 0.3, "answer": 0.7})
    words: WordSettings = field(default_factory=WordSettings)
    model: ModelSettings = ModelSettings()
    sources: SourceSettings = SourceSettings()
    targets: EligibilitySettings = EligibilitySettings()
    links: LinkSettings = LinkSettings()
    check: CheckSettings = field(default_factory=CheckSettings)
    decisions: str | None = None
    ranker: str | None = None
    recognised: tuple[str, ...] = ()

    @property
    def word_fields(self) -> dict[str, int]:
        """As how many each occurrence of a word counts, by view; a view that does not count is left out."""
        counts = {view: self.words.fields.get(view, 5 if view in TITLE_FIELDS else 1) for view in self.views}
        return {view: count for view, count in sorted(counts.items()) if count > 0}

    @property
    def title_count(self) -> int:
        """As how many each occurrence of a word in a title counts; 0 where titles are not read."""
        return max((count for view, count in self.word_fields.items() if view in TITLE_FIELDS), default=0)


TITLE_FIELDS = ("question", "title")
TEXT_FIELDS = ("question", "answer", "title", "keywords", "description")
