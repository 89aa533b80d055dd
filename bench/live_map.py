"""The live feed from a datagram to an open map, in a database of its own.

`python -m bench.live_map [--boats N] [--rate N] [--seconds N]`: boats that send by UDP to the real
listener, the service in a process of its own, a headless Chromium on its page. Told are: what the
listener lost, how old the newest position of a batch is when the page has it, and how long the page
was busy in one piece. The figures hold the sender, the browser and its drawing in software too.
"""

import argparse
import math
import os
import socket
import threading
import time
from typing import Any

from playwright.sync_api import sync_playwright
from pyais import encode_dict

from app.commands.database import opened
from app.db.engine import writing
from app.db.schema import migrate
from app.ingest.listen import Listener
from app.ingest.live_positions import write_positions
from app.settings import Settings
from bench.databases import own_database
from bench.serving import serving
from layers.registry import LAYERS

CHROMIUM = os.environ.get("RISKMAP_CHROMIUM", "/usr/bin/chromium")
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
         "--ignore-gpu-blocklist")  # fmt: skip
STEPS = 6
"""Places that each boat sends in turn."""

WATCH = """() => {
  window.seen = { ages: [], boats: [], busy: [] };
  riskmap.fleet.on((changed) => {
    if (changed === null) return;
    const now = Date.now();
    const heard = [...changed].map((mmsi) => riskmap.fleet.boats.get(mmsi).seen);
    seen.ages.push(now - Math.max(...heard));
    seen.boats.push(changed.size);
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.busy.push(entry.duration);
  }).observe({ entryTypes: ['longtask'] });
}"""


def sentences(boats: int) -> list[list[bytes]]:
    """Of every boat its places, a little further east each time."""
    side = math.ceil(math.sqrt(boats))
    return [
        [
            encode_dict({"type": 1, "mmsi": 413_700_000 + boat, "speed": 9.0, "course": 90,
                         "lon": 121.5 + 2 * (boat % side) / side + 0.003 * step,
                         "lat": 29.6 + 1.2 * (boat // side) / side})[0].encode()
            for step in range(STEPS)
        ]
        for boat in range(boats)
    ]  # fmt: skip


def send(lines: list[list[bytes]], port: int, rate: int, seconds: int) -> None:
    """Send so many a second, evenly, boat after boat."""
    begin, sent = time.monotonic(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        while sent < rate * seconds:
            for number in range(sent, min(int((time.monotonic() - begin) * rate), rate * seconds)):
                line = lines[number % len(lines)][number // len(lines) % STEPS]
                sender.sendto(line, ("127.0.0.1", port))
                sent += 1
            time.sleep(0.005)


def watched(root: str, lines: list[list[bytes]], port: int, asked: Any) -> dict[str, list[float]]:
    """What an open page saw while the boats sent."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{root}/#map=8/30.2/122.5&layers=vessels")
        page.wait_for_selector("html[data-ready=true]", state="attached", timeout=120_000)
        page.evaluate(WATCH)
        sender = threading.Thread(target=send, args=(lines, port, asked.rate, asked.seconds))
        sender.start()
        page.wait_for_timeout(asked.seconds * 1000 + 3000)
        sender.join()
        found: dict[str, list[float]] = page.evaluate("seen")
        browser.close()
    return found


def main() -> None:
    """Print one line of figures."""
    options = argparse.ArgumentParser(prog="python -m bench.live_map")
    options.add_argument("--boats", type=int, default=2000)
    options.add_argument("--rate", type=int, default=2000)
    options.add_argument("--seconds", type=int, default=60)
    asked = options.parse_args()
    with opened(Settings()) as url, own_database(url, "riskmap_bench_live") as bench_url:
        engine = writing(bench_url)
        migrate(engine)
        listener = Listener("127.0.0.1", 0, tcp=False,
                            write=lambda batch: write_positions(engine, LAYERS, batch))  # fmt: skip
        thread = threading.Thread(target=listener.run)
        thread.start()
        listener.bound.wait()
        with serving(bench_url) as (root, _):
            seen = watched(root, sentences(asked.boats), listener.port, asked)
        listener.stopping.set()
        thread.join()
        engine.dispose()
    ages, busy = sorted(seen["ages"]), seen["busy"]
    print(f"sent {asked.rate * asked.seconds}, listener {dict(listener.counts)}")
    print(f"{len(ages)} batches, newest position on the page after ms: median "
          f"{ages[len(ages) // 2]:.0f}, slowest {ages[-1]:.0f}; page busy in one piece at most "
          f"{max(busy, default=0):.0f} ms ({len(busy)} times over 50 ms)")  # fmt: skip


if __name__ == "__main__":
    main()
