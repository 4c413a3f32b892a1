"""How many texts a model encodes in a second on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable

from recommender.embedder.encoder import Encoder

TEXT_CHARS = 2_900
"""Length of each text of the sample: that of a usual article."""

_TEXTS = 256
_ENOUGH_SECONDS = 0.5
_SENTENCES = (
    "A river carries sand and gravel from the mountains to the sea, and leaves the heaviest stones behind first.",
    "Prices rise when more money chases the same quantity of goods; economists call this inflation.",
    "The membrane of a cell lets water pass and keeps most salts out, which is why a grape swells in fresh water.",
    "Configure the server by setting `max_connections` in `server.conf`, then restart the service and check its log.",
    "Light bends when it enters glass at an angle, because it travels about 1.5 times slower there than in air.",
    "In 1848 revolutions broke out in Palermo, Paris, Vienna and Berlin; few governments that they made survived.",
    "To find where f(x) = x^2 - 4x + 3 crosses the axis, factor it: (x - 1)(x - 3) = 0, so that x is 1 or 3.",
    "A tax on imported steel protects jobs in foundries and costs others in factories that build cars and bridges.",
    "Plants breathe through small openings under their leaves, which they close in the heat of the afternoon.",
    "The committee met twice before it published its recommendations, and three of its nine members disagreed.",
    "Iron rusts when oxygen and moisture reach it together; paint, oil or a layer of zinc keeps them away.",
    "Some birds find their way south by the stars, others by the magnetic field of the Earth or by coastlines.",
    "An index makes reading a table quicker and writing to it slower, since each row must be entered twice.",
    "He argued that language shapes thought, but experiments on memory for colours gave him only partial support.",
    "Glaciers grind valleys into the shape of a U, whereas streams cut them into the shape of a V.",
    "Yeast turns sugar into alcohol and carbon dioxide, and the bubbles of the latter make the dough rise.",
    "Bonds lose value as interest rates go up: nobody pays full price for 2% where new ones offer 4%.",
    "A poem of fourteen lines with a turn after the eighth is usually called a Petrarchan sonnet.",
    "The heart's left chamber pumps blood through the whole body, and its wall is therefore three times as thick.",
    "Requests without a valid token are answered with status 401; those with too few rights get 403 instead.",
    "Sound needs something to travel through, so astronauts outside a station talk by radio.",
    "When two plates of the crust collide, the denser one sinks, melts, and feeds a chain of volcanoes.",
    "Vaccines show the immune system a harmless part of a virus, which it recognises quickly if it returns.",
    "Merchants of Venice kept accounts in two columns, and any mistake showed when the sums did not agree.",
    "A lever of 2 metres lifts ten times the load of one of 20 centimetres, and moves it a tenth as far.",
    "Every node keeps a copy of the ledger; a block is accepted once a majority has checked its signatures.",
    "Children learn the order of words before grammar's endings, and apply rules more widely than adults do.",
    "Sugar dissolves faster in hot tea because its molecules are struck more often and harder.",
    "Voters in small districts know their representative better, yet large ones reflect minorities more fairly.",
    "The painter prepared his canvas with chalk and glue, drew in charcoal, and glazed thin layers of colour over it.",
    "Whales are descended from land animals, as bones of a pelvis hidden in their flanks still show.",
)


def texts_per_second(encoder: Encoder, *, clock: Callable[[], float] = time.perf_counter) -> float:
    """Encode texts of a fixed sample, each of `TEXT_CHARS` characters, for about half a second.

    Loading the model and its first texts is not counted. Wall-clock time: what else runs on the machine slows it down.
    """
    sample = sample_texts()
    encoder.encode(sample[:1])
    count = 2
    while True:
        begun = clock()
        encoder.encode(sample[:count])
        seconds = clock() - begun
        if seconds >= _ENOUGH_SECONDS or count == len(sample):
            return count / max(seconds, 1e-9)
        # Towards what half a second holds, not too far at once: the first call of a model may be a slow one.
        count = min(len(sample), max(2 * count, round(count * min(16.0, _ENOUGH_SECONDS / max(seconds, 1e-9)))))


def sample_texts() -> list[str]:
    """Texts made of the same sentences in different orders."""
    texts = []
    for number in range(_TEXTS):
        # Steps that share no factor with their number take all sentences before one comes again.
        order = (_SENTENCES[(number + place * (1 + number % 29)) % len(_SENTENCES)] for place in range(len(_SENTENCES)))
        texts.append(" ".join(order)[:TEXT_CHARS])
    return texts
