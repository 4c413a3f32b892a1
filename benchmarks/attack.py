"""An attack on the program, with a seed: hostile files for every reader, kills, small disks, a crowd on the page.

    .venv/bin/python benchmarks/attack.py --files 20000 --kills 200 --requests 2000 -o benchmarks/results/attack.json

- **Files**: valid ones of every kind that is read are broken at random (bytes, cuts, repeats, nesting, numbers out of
  range). Each is read, or refused with an error that a user can act on, within seconds. Anything else is a finding.
- **Kills**: `apply`, `check --fix` and `undo` get SIGKILL at a random moment. No file is ever lost, and one more run of
  the same command and one `undo` give the bytes of before.
- **Small disks**: outputs may not grow beyond a few bytes. The status is 2, there is no traceback, and what was there
  stays.
- **Requests**: many at once, hostile ones among them, to a review page of its own. None is answered with a 5xx or
  without the headers of safety.

The status is 1 if there is a finding. Figures and findings go to the output, with the set-up.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
READ_SECONDS = 10.0
COMMAND_SECONDS = 300.0
_NUMBERS = ["-1", "0", "1e999", "-1e308", ".nan", ".inf", "NaN", "1:30:59", "0x7fffffffffffffff", "null", '"5"']
_NUMBERS += ["9" * 400]
_PIECES = ["[", "{", "- ", "&a ", "*a", "<<: ", "!!python/object:os.system ", "\0", "\ufeff", "\u2028"]
_PIECES += ["---\n", "+++\n", "\r"]


@dataclass
class Findings:
    """What went wrong, and how much was tried."""

    tried: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, what: str) -> None:
        self.wrong.append(what[:500])


def draws(seed: object) -> random.Random:
    """Random numbers that are the same for the same seed."""
    return random.Random(str(seed))  # noqa: S311 - nothing here is secret


# Files


def broken(raw: bytes, draw: random.Random) -> bytes:
    """A file with a few things wrong."""
    for _ in range(draw.choice((1, 1, 2, 5))):
        at = draw.randrange(len(raw) + 1)
        how = draw.randrange(7)
        if how == 0:
            raw = raw[:at]
        elif how == 1:
            raw = raw[:at] + bytes(draw.randrange(256) for _ in range(draw.randrange(1, 9))) + raw[at + 1 :]
        elif how == 2:
            end = min(len(raw), at + draw.randrange(1, 200))
            raw = raw[:at] + raw[at:end] * draw.choice((2, 50)) + raw[end:]
        elif how == 3:
            raw = raw[:at] + draw.choice(_PIECES).encode() * draw.choice((1, 3, 60, 30_000)) + raw[at:]
        elif how == 4:
            numbers = list(re.finditer(rb"\d+(?:\.\d+)?", raw))
            if numbers:
                one = draw.choice(numbers)
                raw = raw[: one.start()] + draw.choice(_NUMBERS).encode() + raw[one.end() :]
        elif how == 5:
            lines = raw.split(b"\n")
            draw.shuffle(lines)
            raw = b"\n".join(lines)
        else:
            raw = raw[:at] + raw[at + draw.randrange(1, 100) :]
    return raw


def readers(folder: Path, site: Path) -> dict[str, tuple[bytes, Callable[[Path], object]]]:
    """By the name of a file: a valid one, and what reads it."""
    import recommender
    from recommender.corpus.fields import DocumentReader
    from recommender.corpus.reader import read_document
    from recommender.decisions.file import DecisionFile
    from recommender.decisions.record import dump_line, new_decision
    from recommender.embedder.folder import read_model_folder
    from recommender.evaluator.result import load_evaluation
    from recommender.evaluator.trec import read_run
    from recommender.links.formats import dump_links, load_links
    from recommender.ranker.file import load_ranker
    from recommender.settings import Settings
    from recommender.settings_file import load_settings

    opened = recommender.open_site(site, use_cache=False, jobs=1)
    links = recommender.recommend(opened)
    article = opened.corpus.articles[0]
    keys = [one.key for one in opened.corpus.articles]
    decisions = [
        new_decision("Ada", "pin", source=keys[0], target=keys[1], position=1),
        new_decision("Ada", "never", target=keys[2]),
    ]
    for name, command in (("ranker.json", ["fit"]), ("figures.json", ["evaluate", "--json"])):
        options = [command[0], str(site), *(["-o"] if name == "ranker.json" else ["--json"]), str(folder / name)]
        subprocess.run([sys.executable, "-m", "recommender", *options, "-q"], check=True, capture_output=True)
    model = folder / "model"
    model.mkdir()
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    (model / "config.json").write_text('{"hidden_size": 12, "vocab_size": 30, "num_hidden_layers": 1}')
    (model / "model.safetensors").write_bytes(b"")

    def of_model(name: str) -> Callable[[Path], object]:
        def read(path: Path) -> object:
            before = (model / name).read_bytes() if (model / name).exists() else None
            shutil.copyfile(path, model / name)
            try:
                return read_model_folder(model)
            finally:
                if before is None:
                    (model / name).unlink()
                else:
                    (model / name).write_bytes(before)

        return read

    def document(path: Path) -> object:
        return read_document(path.parent, path.name, DocumentReader(Settings()))

    yaml_article = (site / article.path).read_bytes()
    toml_article = b'+++\nurl = "/a"\nid = 7\ntitle = "A"\nrelated = ["/b", "/c"]\n[extra]\nn = 1\n+++\nBody\n'
    settings = b"links:\n  k: 5\n  max_inbound: 9\nviews:\n  question: 0.3\n  answer: 0.7\nrelated:\n  slots: 5\n"
    run = "".join(f"{keys[0]} Q0 {key} {at} {1 / at} x\n" for at, key in enumerate(keys[1:20], start=1)).encode()
    return {
        "links.json": (dump_links(links, ".json").encode()[:4_000], load_links),
        "links.yaml": (dump_links(links, ".yaml").encode()[:4_000], load_links),
        "links.jsonl": (dump_links(links, ".jsonl").encode()[:4_000], load_links),
        "recommender.yaml": (settings, lambda path: load_settings(path.parent, path)),
        "decisions.jsonl": (b"".join(map(dump_line, decisions)), DecisionFile),
        "ranker.json": ((folder / "ranker.json").read_bytes(), load_ranker),
        "figures.json": ((folder / "figures.json").read_bytes(), load_evaluation),
        "run.trec": (run, lambda path: read_run(path, keys)),
        "article.md": (yaml_article, document),
        "toml.md": (toml_article, document),
        "modules.json": (json.dumps(modules).encode(), of_model("modules.json")),
        "config.json": (b'{"hidden_size": 12, "vocab_size": 30}', of_model("config.json")),
        "model.safetensors.index.json": (
            b'{"weight_map": {"a": "model.safetensors"}}',
            of_model("model.safetensors.index.json"),
        ),
    }


def attack_readers(draw: random.Random, count: int, folder: Path, site: Path, findings: Findings) -> None:
    """Give every reader broken files."""
    from recommender.errors import RecommenderError

    every = readers(folder, site)
    for number in range(count):
        name = sorted(every)[number % len(every)]
        good, read = every[name]
        raw = broken(good, draw)
        place = folder / "broken" / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(raw)
        begun = time.perf_counter()
        try:
            read(place)
            outcome = "read"
        except RecommenderError:
            outcome = "refused"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            outcome = "failed"
            kept = folder / f"finding-{len(findings.wrong)}-{name}"
            kept.write_bytes(raw)
            findings.add(f"{name} ({kept}): {type(error).__name__}: {error}")
        if time.perf_counter() - begun > READ_SECONDS:
            findings.add(f"{name}: took {time.perf_counter() - begun:.0f} s")
        findings.tried[f"{name} {outcome}"] += 1


# Kills


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def attack_by_kills(draw: random.Random, count: int, folder: Path, site: Path, findings: Findings) -> None:
    """Kill what writes into a site, at random moments."""
    content, state, links = folder / "content", folder / "state", folder / "links.json"
    common = ["--state-dir", str(state), "--no-cache", "-q"]

    def command(*words: object) -> list[str]:
        return [sys.executable, "-m", "recommender", *map(str, words)]

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        full = command(*words)
        try:
            return subprocess.run(full, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            findings.add(f"{words[0]} takes over {COMMAND_SECONDS:.0f} s")
            return subprocess.CompletedProcess(full, 2, "", "")

    run("links", site, "-o", links, "-q")
    original = snapshot(site)
    for number in range(count):
        for place in (content, state):
            shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(site, content)
        verb = ("apply", links, content, "--overwrite") if draw.random() < 0.6 else ("check", content, "--fix")
        undo = ("undo", content, "--state-dir", state, "-q")
        is_undo = draw.random() < 0.3
        if is_undo:
            run(*verb, *common)
        victim = subprocess.Popen(
            command(*(undo if is_undo else (*verb, *common))),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        time.sleep(draw.uniform(0.2, 2.0))
        os.killpg(victim.pid, signal.SIGKILL) if victim.poll() is None else None
        status = victim.wait()
        findings.tried["kills that hit" if status == -signal.SIGKILL else "kills that came too late"] += 1
        there = snapshot(content)
        if lost := original.keys() - there.keys():
            findings.add(f"kill {number}: {len(lost)} files lost")
        again = run(*verb, *common)
        if again.returncode not in (0, 1) or "Traceback" in again.stderr:
            findings.add(f"kill {number}: {verb[0]} afterwards ends with {again.returncode}: {again.stderr[-300:]}")
        back = run(*undo)
        if snapshot(content) != original:
            findings.add(f"kill {number} ({verb[0]}, undo {is_undo}): one undo does not give the bytes of before")
        elif back.returncode not in (0, 2) or "Traceback" in back.stderr:
            findings.add(f"kill {number}: undo ends with {back.returncode}: {back.stderr[-300:]}")


# Small disks


def attack_by_small_disks(draw: random.Random, folder: Path, site: Path, findings: Findings) -> None:
    """Let no file grow beyond a few bytes: what a full disk does, without one."""
    output, state = folder / "small" / "out.json", folder / "small" / "state"
    output.parent.mkdir()
    links = folder / "whole.json"
    subprocess.run([sys.executable, "-m", "recommender", "links", str(site), "-o", str(links), "-q"], check=True)
    content = folder / "small" / "content"
    shutil.copytree(site, content)
    original = snapshot(content)
    for words in (
        ["links", site, "-o", output],
        ["fit", site, "-o", output],
        ["evaluate", site, "--json", output],
        ["check", site, "-f", "json", "-o", output],
        ["duplicates", site, "-o", output],
        ["apply", links, content, "--state-dir", state],
    ):
        output.write_text("before")
        blocks = draw.choice((0, 1))
        script = f"ulimit -f {blocks}; trap '' XFSZ; exec \"$@\""
        full = [sys.executable, "-m", "recommender", *map(str, words), "--no-cache", "-q"]
        done = subprocess.run(
            ["bash", "-c", script, "bash", *full], capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS
        )
        findings.tried["small disks"] += 1
        if "Traceback" in done.stderr or done.returncode not in (0, 1, 2):
            findings.add(f"small disk: {words[0]} ends with {done.returncode}: {done.stderr[-300:]}")
        if done.returncode == 2 and output.read_text() != "before":
            findings.add(f"small disk: {words[0]} changed its output")
    if snapshot(content).keys() != original.keys():
        findings.add("small disk: apply left files behind")


# Requests


def attack_by_requests(draw: random.Random, count: int, site: Path, findings: Findings) -> None:
    """A crowd on a review page."""
    import http.client

    command = [sys.executable, "-m", "recommender", "review", str(site), "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        address = next((found for line in server.stdout if (found := re.search(r"http://([\d.]+):(\d+)/", line))), None)
        if address is None:
            findings.add("requests: the page did not start")
            return
        host, port = address[1], int(address[2])
        paths = ["/", "/queue?page=99999999999999999999", "/article?key=%00", "/search?q=" + "a" * 3_000, "/overview"]
        paths += ["/map", "/../../etc/passwd", "/article?key=" + "%F0%9F%92%A9" * 200, "/%ff%fe"]
        headers: list[dict[str, str]] = [{}, {"Origin": "http://[::1"}, {"Origin": "null"}, {"Host": "evil.example"}]
        headers += [{"Cookie": "x" * 4_000}, {"Sec-Fetch-Site": "cross-site"}, {"Content-Length": "-1"}]

        def ask(number: int) -> None:
            own = draws(number)
            method, path, extra = own.choice(("GET", "POST", "PUT", "HEAD")), own.choice(paths), own.choice(headers)
            link = http.client.HTTPConnection(host, port, timeout=COMMAND_SECONDS)
            try:
                link.request(method, path, headers=extra)
                answer = link.getresponse()
                answer.read()
                findings.tried[f"requests {answer.status // 100}xx"] += 1
                if answer.status >= 500:
                    findings.add(f"{method} {path[:60]} {extra}: {answer.status}")
                elif answer.status != 400 and not answer.getheader("Content-Security-Policy"):
                    findings.add(f"{method} {path[:60]} {extra}: {answer.status} without the headers of safety")
            except (http.client.HTTPException, OSError) as error:
                findings.add(f"{method} {path[:60]} {extra}: {error!r}")
            finally:
                link.close()

        with ThreadPoolExecutor(100) as pool:
            list(pool.map(ask, (draw.randrange(2**32) for _ in range(count))))
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=COMMAND_SECONDS)


def attack(
    seed: int, *, files: int, kills: int, requests: int, disks: bool, folder: Path, site: Path = DATA
) -> Findings:
    """All parts that are asked for, each with draws of its own."""
    findings = Findings()
    if files:
        attack_readers(draws(f"files {seed}"), files, folder, site, findings)
    if kills:
        attack_by_kills(draws(f"kills {seed}"), kills, folder, site, findings)
    if disks:
        attack_by_small_disks(draws(f"disks {seed}"), folder, site, findings)
    if requests:
        attack_by_requests(draws(f"requests {seed}"), requests, site, findings)
    return findings


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--no-disks", action="store_true")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args(given)
    folder = Path(tempfile.mkdtemp(prefix="attack-"))
    begun = time.perf_counter()
    findings = attack(
        options.seed, files=options.files, kills=options.kills, requests=options.requests, disks=not options.no_disks,
        folder=folder,
    )  # fmt: skip
    result: dict[str, Any] = {
        "seed": options.seed,
        "seconds": round(time.perf_counter() - begun),
        "python": platform.python_version(),
        "system": platform.platform(),
        "tried": dict(sorted(findings.tried.items())),
        "findings": findings.wrong,
    }
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    print(text, end="")
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    if findings.wrong:
        print(f"files are in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
