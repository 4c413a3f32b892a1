"""Which column of a table is the title, the text, the address and so on."""

from __future__ import annotations

from dataclasses import replace

from recommender.corpus.paths import BODY, HEADING, PATH
from recommender.corpus.recognition.fields import FieldsFound, find_fields
from recommender.corpus.recognition.survey import FieldUse, Survey
from recommender.settings import Expression

# Columns that identify rows where no address does.
_KEYS = ("key", "id", "uid", "uuid", "guid", "postid", "articleid", "slug", "path", "permalink", "url")
_NEARLY_ALL = 0.98


def find_columns(survey: Survey) -> FieldsFound:
    """As `find_fields`; a row has no path from which a title, an address or a key could follow."""
    found = find_fields(survey, has_generator=False)
    fields, why = found.fields, dict(found.why)
    title = _of_columns(fields.title)
    url = str(fields.url).partition(" | ")[0] if found.has_url else None
    if url is None:
        why["url"] = "no column of addresses"
    key = url if url is not None and found.fields.url == url else None
    if key is None:
        use = survey.first(_KEYS, lambda use: _tells_apart(use, survey))
        key, why["key"] = (PATH, "its line: no column tells rows apart") if use is None else (use.path, "")
    has_body = any(file.body.strip() for file in survey.files)
    answer = tuple(part for part in _parts(fields.answer) if has_body or part != BODY)
    return FieldsFound(
        fields=replace(
            fields,
            key=key,
            title=title,
            question=_of_columns(fields.question),
            answer=answer[0] if len(answer) == 1 else answer or None,
            url=url,
            date=None if str(fields.date).startswith("$") else fields.date,
        ),
        why=why,
        has_url=True,
    )


def _tells_apart(use: FieldUse, survey: Survey) -> bool:
    """Nearly every row has a value of its own."""
    texts = use.texts() if use.is_scalar else []
    least = _NEARLY_ALL * len(survey.files)
    return len(texts) >= least and len(set(texts)) >= least


def _of_columns(expression: Expression) -> str:
    """Without what follows from a path, but with the first heading of the text."""
    names = [name for name in str(expression).split(" | ") if not name.startswith("$")]
    return " | ".join([*names, HEADING])


def _parts(expression: Expression) -> tuple[str, ...]:
    return (expression,) if isinstance(expression, str) else expression or ()
