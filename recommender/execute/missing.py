"""Vectors and words of texts that no run has kept: made from the files, which are read again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from recommender.corpus.corpus import Corpus
from recommender.embedder.encoder import Encoder
from recommender.errors import InputError
from recommender.execute.ingest import run
from recommender.execute.terms import TermShelf
from recommender.execute.vectors import VectorShelf
from recommender.progress import Reporter, stage
from recommender.settings import Settings
from recommender.stages.texts import encode_texts

# Batch size, in files, while a heavy model encodes their texts.
_FILES_PER_WINDOW = 2_048


class MissingTexts:
    """Fills the shelves of a site.

    Parameters
    ----------
    corpus : Corpus
        Its articles, as they were when they were read.
    jobs : int or None
        Processes; as many as there are processors if None.
    """

    def __init__(self, content: Path, corpus: Corpus, settings: Settings, jobs: int | None, reporter: Reporter) -> None:
        self._content = content
        self._corpus = corpus
        self._settings = settings
        self._jobs = jobs
        self._reporter = reporter

    def count(self, shelf: TermShelf, names: Sequence[bytes], wanted: Sequence[bytes]) -> None:
        """Count the words of those articles whose name in `shelf`, by row, is wanted and not there.

        Raises
        ------
        InputError
            A file has changed since the site was read.
        """
        missing = shelf.missing(wanted)
        if not missing:
            return
        paths = sorted({self._corpus.articles[row].path for row, name in enumerate(names) if name in missing})
        with stage(self._reporter, "count words", len(paths)) as advance:
            for result in run(self._content, paths, self._settings, None, self._jobs, count_terms=True):
                if result.counted is not None:
                    shelf.add(result.counted)
                advance(len(result.records))
        if shelf.missing(missing):
            raise self._changed()

    def encode(self, shelf: VectorShelf, encoder: Encoder, rows: Iterable[int]) -> None:
        """Encode the texts of some articles, in all views, that are not in `shelf`.

        Raises
        ------
        InputError
            A file has changed since the site was read.
        """
        views = tuple(self._settings.views)
        rows_of = {self._corpus.texts[row][view].digest: row for row in rows for view in views}
        missing = shelf.missing(rows_of)
        if not missing:
            return
        paths = sorted({self._corpus.articles[rows_of[name]].path for name in missing})
        with stage(self._reporter, "encode", len(paths)) as advance:
            if encoder.light:
                for result in run(self._content, paths, self._settings, self._settings.model, self._jobs):
                    for encoded in result.encoded.values():
                        shelf.add(encoded)
                    advance(len(result.records))
            else:
                for start in range(0, len(paths), _FILES_PER_WINDOW):
                    window = paths[start : start + _FILES_PER_WINDOW]
                    shelf.add(encode_texts(encoder, self._texts(window, missing)))
                    advance(len(window))
        if shelf.missing(missing):
            raise self._changed()

    def _changed(self) -> InputError:
        return InputError(f"articles in {self._content} changed while they were read; run again")

    def _texts(self, paths: Sequence[str], names: set[bytes]) -> dict[bytes, str]:
        from recommender.corpus.fields import DocumentReader
        from recommender.corpus.reader import read_document

        reader = DocumentReader(self._settings)
        texts: dict[bytes, str] = {}
        for path in paths:
            file = read_document(self._content, path, reader)
            if file.document is not None:
                for view, text in file.document.texts.items():
                    if (name := file.record.texts[view].digest) in names:
                        texts[name] = text
        return texts
