"""A crowd on the review page, hostile requests among them."""

from __future__ import annotations

import http.client
import random
import re
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.attack.findings import COMMAND_SECONDS, Findings, command, draws


def attack_by_requests(draw: random.Random, count: int, folder: Path, site: Path, findings: Findings) -> None:
    """A crowd on a review page."""
    words = command("review", site, "--port", "0", "--decisions", folder / "crowd.jsonl", "--no-cache")
    server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
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
