#!/usr/bin/env python3
"""test_curl_hostile.py - the curl tool, attacked by hostile.py.

What it is not to see is never printed, what the server sends is not taken for
ever, and it needs little more memory than it does by itself.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request
from urllib.parse import urlencode

sys.dont_write_bytecode = True

from harness import PATH, TIMEOUT_S, Check, Stage, main  # noqa: E402

SERVER = pathlib.Path(__file__).parents[1] / "support" / "hostile.py"
OK = "head=200 OK|Content-Length: 2;raw=ok"
ENDLESS = "times=8000000:endless, "
CURL = ("curl", "-sS")
BUFFERS = 16_000_000  # what a server may send though nobody reads it
MORE_KIB = 16384  # memory that curlew may need, with its library

# What is sent first, and how curl is called. The end is always the OK.
ATTACKS = {
    "endless_body": (
        "head=503 Busy|Content-Length: 80000000;" + ENDLESS, CURL),
    "endless_body_unsized": ("head=503 Busy;" + ENDLESS, CURL),
    "endless_chunks": (
        "head=503 Busy|Transfer-Encoding: chunked;"
        "times=5000000:8\r\nendless,\r\n", CURL),
    "endless_hop": (
        "head=302 Found|Location: ?b;" + ENDLESS, (*CURL, "-L")),
    "endless_body_parallel": (
        "head=503 Busy|Content-Length: 80000000;" + ENDLESS,
        ("curl", "--no-progress-meter", "-Z")),
    "slow_body": (
        "head=503 Busy|Content-Length: 1000;slow=20;size=1000", CURL),
    "large_head": (
        "open=503 Busy|Content-Length: 0;times=4000:X: " + 40 * "x"
        + "\r\n;raw=\r\n", CURL),
    "hints": (
        "times=5000:HTTP/1.1 103 Early\r\nLink: <a>\r\n\r\n;"
        "head=503 Busy|Content-Length: 0", CURL),
    "bomb": (
        "open=503 Busy;bomb=64000000", (*CURL, "--compressed")),
    "second_response": (
        "head=503 Busy|Content-Length: 2;raw=no;"
        "head=200 OK|Content-Length: 4;raw=evil", CURL),
    "garbage_in_chunks": (
        "head=503 Busy|Transfer-Encoding: chunked;raw=xyz\r\n;close", CURL),
    "reset": ("reset", CURL),
}


class Hostile:
    """The server; it runs from `with` on and ends with it."""

    def __enter__(self) -> "Hostile":
        self.process = subprocess.Popen(
            [sys.executable, SERVER], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split()
        port = dict(word.split("=", 1) for word in words)["plain"]
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_) -> None:
        self.process.communicate()

    def ask(self, target: str) -> bytes:
        with urllib.request.urlopen(self.url + target, timeout=10) as answer:
            return answer.read()

    def arrange(self, key: str, steps: list[str]) -> None:
        words = [("key", key), *(("do", step) for step in steps)]
        self.ask("/line?" + urlencode(words))

    def requests(self, key: str) -> list[dict]:
        return json.loads(self.ask(f"/log/{key}"))


def run(command: list[str], environment: dict[str, str],
        ) -> tuple[int, bytes, int]:
    """The exit status, what was printed, and the memory it took, in KiB."""
    with tempfile.TemporaryFile() as out:
        program = subprocess.Popen(
            ["timeout", str(TIMEOUT_S), *command], stdin=subprocess.DEVNULL,
            stdout=out, stderr=out,
            env={"PATH": PATH, "LC_ALL": "C", **environment})
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return program.returncode, out.read(), usage.ru_maxrss


def attack(hostile: Hostile, stage: Stage, name: str) -> None:
    step, command = ATTACKS[name]
    url = f"{hostile.url}/play/{name}"
    hostile.arrange(name, [step, OK])
    hostile.arrange(name + "-alone", [OK])

    _, _, alone = run([*command, url + "-alone"], {})
    status, printed, taken = run([*command, url], stage.environment())
    requests = hostile.requests(name)
    assert (status, printed) == (0, b"ok"), (status, printed[:200])
    assert len(requests) == 2, f"{len(requests)} requests"
    assert requests[0]["sent"] < BUFFERS, f"{requests[0]['sent']} bytes sent"
    if not stage.asan_runtime:
        assert taken < alone + MORE_KIB, f"{taken} KiB, alone {alone}"


def check_of(hostile: Hostile, name: str) -> Check:
    return Check(name, lambda stage: attack(hostile, stage, name))


if __name__ == "__main__":
    with Hostile() as server:
        main([check_of(server, name) for name in ATTACKS])
