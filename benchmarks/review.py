"""How long each action on the review page takes, from the request to the last byte of the answer, over HTTP.

    .venv/bin/python benchmarks/review.py CONTENT -o benchmarks/results/review.json

The command is started as an editor starts it, with its decisions in a file on this machine's disk, and asked as the
page's script asks: one request after another on one connection, about articles drawn from the whole site. What the
browser does with the answer is not in the figures. The first request of each kind is in them. `start_seconds` is the
time until the page can be opened: `first` with an empty cache, `again` with what the first run has kept. Milliseconds
are wall-clock time, beside them the load of the machine when the actions began; `processor_ms` is the mean of the
processor time that the command takes for an action, on Linux, which other programs change little.
"""

from __future__ import annotations

import argparse
import html
import http.client
import json
import math
import os
import platform
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote_plus, urlencode

HERE = Path(__file__).parent
WORDS = ("how do", "what is the", "cell", "econom", "histor", "theory of", "energy", "market", "model", "why")


class Server:
    """`recommender review` at work."""

    def __init__(self, content: Path, folder: Path, more: list[str]) -> None:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "recommender", "review", str(content), "--port", "0", *more]
        command += ["--cache-dir", str(folder / "cache"), "--decisions", str(folder / "decisions.jsonl")]
        told_at_once = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=told_at_once)
        assert self.process.stdout is not None
        self.told: list[str] = []
        for line in self.process.stdout:
            self.told.append(line)
            if found := re.search(r"http://([\d.]+):(\d+)/", line):
                break
        else:
            sys.exit("the command ended: " + "".join(self.told))
        self.start_seconds = time.perf_counter() - begun
        self.host = f"{found[1]}:{found[2]}"
        self.connection = http.client.HTTPConnection(found[1], int(found[2]))

    def processor_seconds(self) -> float:
        """What all threads of the command have taken so far; nan where the system does not say."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(one.read_text().split()[0]) for one in threads) / 1e9 or math.nan

    def ask(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str, float]:
        """Status, text and milliseconds of one request."""
        headers = {"x-review": "script"}
        body = None
        if form is not None:
            headers |= {"origin": f"http://{self.host}", "content-type": "application/x-www-form-urlencoded"}
            body = urlencode(form)
        begun = time.perf_counter()
        self.connection.request("GET" if form is None else "POST", address, body, headers)
        answer = self.connection.getresponse()
        raw = answer.read()
        return answer.status, raw.decode(), 1000 * (time.perf_counter() - begun)

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=30)
        return self.process.returncode


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def targets(page: str, heading: str) -> list[str]:
    found = re.search(rf'id="{heading}-title">.*?</section>', page, re.DOTALL)
    return [html.unescape(key) for key in re.findall(r'data-target="([^"]+)"', found[0])] if found else []


def measure(
    server: Server, keys: list[str], titles: list[str], count: int
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Milliseconds by action, and those of processor time on average."""
    drawn = random.Random(0)  # noqa: S311
    times: dict[str, list[float]] = {}
    processor: dict[str, float] = {}

    def timed(action: str, address: str, form: dict[str, str] | None = None) -> str:
        before = server.processor_seconds()
        status, text, milliseconds = server.ask(address, form)
        if status != 200:
            sys.exit(f"{action}: {status} {text[:300]}")
        times.setdefault(action, []).append(milliseconds)
        processor[action] = processor.get(action, 0.0) + 1000 * (server.processor_seconds() - before)
        return text

    def decide(page: str, source: str, target: str, verdict: str) -> str:
        form = {"token": field(page, "token"), "source": source, "target": target, "verdict": verdict}
        return timed(verdict, "/decide", {**form, "seen": field(page, "seen")})

    filters = ("", "no_links=1", "orphans=1", "low_confidence=1&order=weakest", "flagged=1", "duplicates=1&state=all")
    for turn in range(count):
        key = drawn.choice(keys)
        page = timed("open an article", f"/article?{urlencode({'key': key})}")
        onward = re.search(r'rel="next" data-key="n" aria-keyshortcuts="n" href="([^"]+)"', page)
        if onward:
            timed("next", html.unescape(onward[1]))
        proposals = targets(page, "proposals")
        if len(proposals) < 4:
            continue
        page = decide(page, key, proposals[0], "accept")
        page = decide(page, key, proposals[1], "reject")
        page = decide(page, key, proposals[2], "pin")
        links = targets(page, "links")
        if len(links) > 1:
            page = decide(page, key, links[-1], "up")
        page = decide(page, key, proposals[3], "never")
        undo = re.search(r'class="undo">.*?name="decision" value="(\w+)"', page, re.DOTALL)
        assert undo
        timed("undo", "/undo", {"token": field(page, "token"), "source": key, "decision": undo[1]})
        timed("read a target", f"/text?{urlencode({'key': proposals[0]})}")
        where = {"source": key, "seen": field(page, "seen")}
        timed("search by words", f"/search?{urlencode({**where, 'q': drawn.choice(WORDS)})}")
        title = drawn.choice(titles)
        timed("search by a title", f"/search?{urlencode({**where, 'q': title})}")
        # Two letters changed places in every word: no title holds such words.
        misspelt = " ".join(word[:1] + word[2:3] + word[1:2] + word[3:] for word in title.split())
        timed("search by a misspelt title", f"/search?{urlencode({**where, 'q': misspelt})}")
        timed("queue with a filter", f"/queue?{filters[turn % len(filters)]}")
        timed("queue by words", f"/queue?{urlencode({'state': 'all', 'words': misspelt})}")
        timed("what would be accepted at once", "/bulk?least=0.4")
        timed("overview", "/overview")
        timed("export page", "/export")
    return times, {action: processor[action] / len(found) for action, found in times.items()}


def summary(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "requests": len(ordered),
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
        "max_ms": round(ordered[-1], 1),
    }


def wait_for(ready: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(1)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "review.json")
    parser.add_argument("--count", type=int, default=100, help="articles that are gone through")
    parser.add_argument("--config", type=Path)
    options = parser.parse_args()
    more = ["--config", str(options.config)] if options.config else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = Server(options.content, folder, more)
        first.end()
        server = Server(options.content, folder, more)
        load = os.getloadavg()[0]
        entries: list[tuple[str, str]] = []
        found = re.search(r'name="page" min="1" max="(\d+)"', server.ask("/queue")[1])
        pages = range(1, 1 + (int(found[1]) if found else 1))
        for page in sorted(random.Random(1).sample(pages, min(len(pages), 40))):  # noqa: S311
            text = server.ask(f"/queue?page={page}")[1]
            entries += re.findall(r'<a class="title" href="/article\?key=([^"]+)">([^<]+)</a>', text)
        keys = [unquote_plus(html.unescape(key)) for key, _ in entries]
        titles = [html.unescape(title) for _, title in entries]
        times, processor = measure(server, keys, titles, options.count)
        # The map is made beside the work, the first time that the overview's script asks for it.
        begun = time.perf_counter()
        server.ask("/map")
        beside, _ = measure(server, keys, titles, max(5, options.count // 10))
        is_drawn = wait_for(lambda: server.ask("/map")[0] == 200, 600)
        map_seconds = time.perf_counter() - begun
        map_times = [server.ask("/map")[2] for _ in range(5)]
        status = server.end()
    everything = [value for values in times.values() for value in values]
    result = {
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load_average": round(load, 1),
        },
        "versions": {
            name: version(name) for name in ("recommender", "starlette", "uvicorn", "jinja2", "markdown-it-py")
        },
        "told": [line.strip() for line in server.told if line.startswith(("articles", "peak memory"))],
        "start_seconds": {"first": round(first.start_seconds, 1), "again": round(server.start_seconds, 1)},
        "actions": {
            action: summary(values) | {"processor_ms": round(processor[action], 1)} for action, values in times.items()
        },
        "all_actions": summary(everything),
        "over_100_ms": sum(value > 100 for value in everything),
        "while_the_map_is_made": summary([value for values in beside.values() for value in values]),
        "map": {"seconds_beside_the_work": round(map_seconds, 1) if is_drawn else None, **summary(map_times)},
        "exit_status_after_ctrl_c": status,
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
