"""How long a stage is held up by a host that vanishes without a word, and what is done twice for it.

    sudo .venv/bin/python benchmarks/lost_host.py -o benchmarks/results/lost-host.json

Three hosts in network namespaces of this machine: a head without processors, which also runs the driver, and two
workers of one processor. When the first worker holds a task its cable is cut. Measured with the keepalive that `links
--engine ray` sets, and with Ray's own. The articles are made up, so long that a task takes a second. Linux alone, and
root for the namespaces.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PORT = 6399
HOSTS = {"head": "10.77.0.1", "one": "10.77.0.2", "two": "10.77.0.3"}
OURS = {"grpc_client_keepalive_time_ms": 20_000, "grpc_client_keepalive_timeout_ms": 10_000}
RAYS_OWN = {"grpc_client_keepalive_time_ms": 300_000, "grpc_client_keepalive_timeout_ms": 120_000}
GIVE_UP_SECONDS = 900


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def inside(host: str, *command: str) -> list[str]:
    return ["ip", "netns", "exec", f"rec-{host}", *command]


def articles(content: Path, count: int = 600, words: int = 15_000) -> Path:
    """Made-up articles, of which 18 or so are a task."""
    draw = random.Random(0)  # noqa: S311 - made-up texts, no secrets
    known = ["".join(draw.choices("abcdefghiklmnoprstuvw", k=draw.randint(3, 9))) for _ in range(5_000)]
    content.mkdir()
    for number in range(count):
        question, answer = " ".join(draw.choices(known, k=6)), " ".join(draw.choices(known, k=words))
        head = f"id: {number}\nurl: /a{number}\ntitle: {question}\nquestion: {question}\nanswer: {answer}"
        (content / f"a{number}.md").write_text(f"---\n{head}\n---\n")
    return content


@contextmanager
def hosts() -> Iterator[None]:
    """The namespaces, joined by a bridge."""
    ip("link", "add", "rec-bridge", "type", "bridge")
    ip("link", "set", "rec-bridge", "up")
    try:
        for name, address in HOSTS.items():
            ip("netns", "add", f"rec-{name}")
            ip("link", "add", f"rec-{name}", "type", "veth", "peer", "name", "eth0", "netns", f"rec-{name}")
            ip("link", "set", f"rec-{name}", "master", "rec-bridge", "up")
            subprocess.run(inside(name, "ip", "address", "add", f"{address}/24", "dev", "eth0"), check=True)
            for device in ("eth0", "lo"):
                subprocess.run(inside(name, "ip", "link", "set", device, "up"), check=True)
        yield
    finally:
        for name in HOSTS:
            found = subprocess.run(["ip", "netns", "pids", f"rec-{name}"], capture_output=True, text=True)
            for process in found.stdout.split():
                os.kill(int(process), signal.SIGKILL)
            subprocess.run(["ip", "link", "delete", f"rec-{name}"], capture_output=True)
            subprocess.run(["ip", "netns", "delete", f"rec-{name}"], capture_output=True)
        subprocess.run(["ip", "link", "delete", "rec-bridge"], capture_output=True)


def journal(work: Path) -> list[dict[str, object]]:
    entries = [
        json.loads(line) | {"process": int(path.stem.rpartition("-")[2])}
        for path in (work / "log").glob("*.jsonl")
        for line in path.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]
    return sorted(entries, key=lambda entry: entry["at"])


def run(content: Path, keepalive: dict[str, int], folder: Path) -> dict[str, object]:
    """Cut a worker off while it holds a task."""
    own = {f"RAY_{name}": str(value) for name, value in keepalive.items()}
    own |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    environment = os.environ | own
    work, output = folder / "work", folder / "links.json"
    ray = str(Path(sys.executable).with_name("ray"))

    def start(host: str, *arguments: str) -> None:
        common = ["--node-ip-address", HOSTS[host], "--object-store-memory", "100000000", "--disable-usage-stats"]
        subprocess.Popen(
            inside(host, ray, "start", *arguments, *common, "--block"),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    with hosts():
        config = json.dumps(keepalive)
        start(
            "head",
            "--head",
            "--port",
            str(PORT),
            "--num-cpus",
            "0",
            "--include-dashboard",
            "false",
            "--system-config",
            config,
        )
        reach = f"import socket; socket.create_connection(('{HOSTS['head']}', {PORT}), 1)"
        while subprocess.run(inside("one", sys.executable, "-c", reach), capture_output=True).returncode:
            time.sleep(1)
        time.sleep(5)
        for host in ("one", "two"):
            start(host, "--address", f"{HOSTS['head']}:{PORT}", "--num-cpus", "1")
            # Hosts of one machine share a folder of sockets, for whose names two that start at once would race.
            time.sleep(15)
        command = [sys.executable, "-m", "recommender", "links", str(content), "-o", str(output), "--quiet"]
        command += ["--engine", "ray", "--address", f"{HOSTS['head']}:{PORT}", "--workdir", str(work)]
        driver = subprocess.Popen(inside("head", *command), env=environment)
        held = None
        begun = time.monotonic()
        while held is None:
            if driver.poll() is not None or time.monotonic() - begun > GIVE_UP_SECONDS:
                raise SystemExit("the run ended before a worker could be cut off")
            found = subprocess.run(["ip", "netns", "pids", "rec-one"], capture_output=True, text=True)
            there = set(map(int, found.stdout.split()))
            entries = journal(work)
            ended = {entry["ended"] for entry in entries if "ended" in entry}
            of_one = [entry for entry in entries if entry["process"] in there and entry.get("stage") == "embed"]
            # Not the first, which loads the model.
            held = next((entry for entry in of_one[1:] if entry["began"] not in ended), None)
            time.sleep(0.02)
        ip("link", "set", "rec-one", "down")
        lost = time.time()
        for process in there:
            # What it writes would still reach the work folder, which is on this machine.
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)
        driver.wait(timeout=GIVE_UP_SECONDS)
        entries = journal(work)
    again = [entry for entry in entries if entry.get("began") == held["began"] and entry["process"] != held["process"]]
    names = [entry["began"] for entry in entries if "began" in entry]
    return {
        "keepalive": keepalive,
        "status": driver.returncode,
        "seconds_until_begun_again": round(again[0]["at"] - lost, 1) if again else None,
        "tasks": len(set(names)),
        "tasks_begun_twice": len(names) - len(set(names)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "lost-host.json")
    options = parser.parse_args()
    runs = []
    for keepalive in (OURS, RAYS_OWN):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(run(articles(Path(folder) / "content"), keepalive, Path(folder)))
            print(json.dumps(runs[-1]))
    result = {"versions": {name: version(name) for name in ("recommender", "ray")}, "runs": runs}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
