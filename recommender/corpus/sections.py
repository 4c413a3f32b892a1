"""Sections of a text that hold related links, such as "See also"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from recommender.corpus.hrefs import Href, hrefs
from recommender.corpus.markdown import headings, open_lines, plain_heading

# What such sections are called, in the form of `folded_heading`.
KNOWN_HEADINGS = frozenset(
    """
    see also|see more|related|related articles|related article|related pages|related posts|related topics
    related content|related links|related reading|related guides|related guide|related resources|related documentation
    related docs|related information|related tutorials|related concepts|related commands|related sections
    related questions|related rules|related functions|related methods|related documents|related materials
    further reading|read also|also read|read next|read more|similar articles|similar pages|similar posts
    you might also like|you may also like|more like this|more on this topic|more like this topic
    siehe auch|verwandte artikel|verwandte themen|verwandte seiten|verwandte links|ähnliche artikel|weiterlesen
    weiterführende links|weiterführende artikel|zum weiterlesen|mehr zum thema|passend dazu
    voir aussi|voir également|articles liés|articles connexes|pages liées|sujets connexes|à lire aussi|lire aussi
    contenu associé|articles similaires|pour aller plus loin
    véase también|ver también|vea también|consulte también|artículos relacionados|temas relacionados
    enlaces relacionados|    contenido relacionado|páginas relacionadas|lee también|lecturas relacionadas
    vedi anche|si veda anche|articoli correlati|argomenti correlati|pagine correlate|leggi anche|contenuti correlati
    ver também|veja também|consulte também|artigos relacionados|tópicos relacionados|leia também|conteúdo relacionado
    zie ook|gerelateerde artikelen|gerelateerde onderwerpen|lees ook|verwante artikelen|verwante onderwerpen
    se även|se också|relaterade artiklar|läs också|läs även|se også|relaterte artikler|relaterede artikler|læs også
    les også|katso myös|lue myös|sjá einnig|vaata ka|lásd még|kapcsolódó cikkek|kapcsolódó tartalom
    zobacz też|zobacz także|zobacz również|powiązane artykuły|powiązane tematy|czytaj także
    viz také|viz též|související články|související témata|pozri aj|súvisiace články|glej tudi|pogledaj takođe
    vidi još|takođe pogledajte|vezi și|articole similare|articole conexe|skatīt arī|taip pat žiūrėkite|žr. taip pat
    см. также|смотрите также|смотри также|читайте также|похожие статьи|связанные статьи|связанные темы|по теме
    материалы по теме|див. також|дивіться також|читайте також|пов'язані статті|виж също|вижте също|свързани статии
    δείτε επίσης|βλέπε επίσης|σχετικά άρθρα|ayrıca bakınız|ayrıca bkz|ilgili konular|ilgili makaleler|bkz
    関連項目|関連記事|関連ページ|関連情報|関連トピック|関連ドキュメント|関連資料|関連リンク|参照|こちらもご覧ください|あわせて読みたい|合わせて読みたい
    참고 항목|관련 항목|관련 문서|관련 글|관련 주제|관련 콘텐츠|관련 링크|같이 보기|함께 보기|더 보기|참고 문서
    另请参阅|另请参见|参见|另见|相关文章|相关主题|相关内容|相关链接|相关文档|相关阅读|延伸阅读|扩展阅读|請參閱|另請參閱|參見|相關文章|相關主題|相關內容|延伸閱讀
    xem thêm|bài viết liên quan|chủ đề liên quan|lihat juga|baca juga|artikel terkait|tingnan din
    انظر أيضا|انظر أيضًا|مقالات ذات صلة|مواضيع ذات صلة|ראו גם|ראה גם|مقالات مرتبط|نیز ببینید|همچنین ببینید
    यह भी देखें|इन्हें भी देखें|संबंधित लेख|আরও দেখুন|ดูเพิ่มเติม|บทความที่เกี่ยวข้อง|ดูเพิ่ม
    """.strip()
    .replace("\n", "|")
    .split("|")
)
KNOWN_HEADINGS = frozenset(" ".join(heading.split()) for heading in KNOWN_HEADINGS)

_LABEL_LINE = re.compile(r"\s*(?:\*\*|__)(?P<label>[^*_]+?)\s*:?\s*(?:\*\*|__)\s*:?\s*(?P<rest>.*)$")
# Below every heading.
_LABEL = 7
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s|\s{2,}\S")
_ANCHOR = re.compile(r"""(?:name|id)\s*=\s*["']([^"']+)["']|\{:?\s*#([\w-]+)""")
_EDGES = re.compile(r"^[^\w]+|(?<![^\w)])[^\w)]++$")


@dataclass(frozen=True, slots=True)
class RelatedSection:
    """A section of related links.

    Attributes
    ----------
    heading : str
        As plain text.
    start, end : int
        Zero-based lines of the text: of the heading, and after the section.
    """

    heading: str
    start: int
    end: int
    links: tuple[Href, ...]


def folded_heading(text: str) -> str:
    """The form in which headings are compared: plain, in one case, without a colon or a picture at either end.

    >>> folded_heading("👉 See **also**:")
    'see also'
    """
    return _EDGES.sub("", plain_heading(text).casefold().replace("’", "'")).strip()


def names_of_heading(text: str) -> set[str]:
    """What a heading says, and what its anchor says: translations keep the anchor of the page that they translate.

    >>> sorted(names_of_heading('<a name="see-also"></a>참조'))
    ['see also', '참조']
    """
    anchors = (match[1] or match[2] for match in _ANCHOR.finditer(text))
    return {folded_heading(text), *(re.sub(r"[-_]+", " ", anchor).strip().casefold() for anchor in anchors)}


def find_sections(body: str, wanted: Iterable[str]) -> tuple[RelatedSection, ...]:
    """The sections of a Markdown text under headings of these names that hold a link, in their order."""
    lines = body.splitlines()
    return sections_of(lines, wanted, hrefs(lines))


def sections_of(lines: list[str], wanted: Iterable[str], links: tuple[Href, ...]) -> tuple[RelatedSection, ...]:
    """As `find_sections`, of a text's lines whose links are known.

    A section ends with the next heading of its level or of a higher one; under a line in bold letters it is the rest
    of that line, or the list that follows.

    Parameters
    ----------
    wanted : iterable of str
        Headings in the form of `folded_heading`.
    """
    names = frozenset(wanted)
    if not names or not links:
        return ()
    all_headings = list(headings(lines))
    heading_lines = [one.line for one in all_headings]
    starts = [(one.line, one.level, one.text) for one in all_headings if names_of_heading(one.text) & names]
    starts += [(number, _LABEL, label) for number, label in _labels(lines) if folded_heading(label) in names]
    if not starts:
        return ()
    found: list[RelatedSection] = []
    for line, level, text in sorted(starts):
        if found and line < found[-1].end:
            continue
        after = range(bisect_right(heading_lines, line), len(all_headings))
        end = next((heading_lines[at] for at in after if all_headings[at].level <= level), len(lines))
        if level == _LABEL:
            end = min(end, _end_of_list(lines, line + 1))
        first = line if level == _LABEL else line + 1
        inside = tuple(link for link in links if first <= link.line < end)
        if inside:
            found.append(RelatedSection(plain_heading(text), line, end, inside))
    return tuple(found)


def without_sections(body: str, sections: Iterable[RelatedSection]) -> str:
    """The text without these sections."""
    left_out = {line for section in sections for line in range(section.start, section.end)}
    if not left_out:
        return body
    return "".join(line for number, line in enumerate(body.splitlines(keepends=True)) if number not in left_out)


def _end_of_list(lines: list[str], start: int) -> int:
    """Where the paragraph or list that begins here, or after blank lines, ends."""
    end = start
    for number in range(start, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        if number > end and not _ITEM.match(line):
            break
        end = number + 1
    return end


def _labels(lines: list[str]) -> list[tuple[int, str]]:
    """Lines that begin in bold letters and hold nothing else, or what a label introduces."""
    found = []
    for number, line in open_lines(lines):
        if ("**" in line or "__" in line) and (match := _LABEL_LINE.match(line)) is not None:
            rest = match["rest"]
            if not rest or rest.startswith("[") or ":" in line[: match.start("rest")]:
                found.append((number, match["label"]))
    return found
