#!/usr/bin/env python3
"""test_curl_parallel.py - the curl tool, with many transfers at once."""

import sys

sys.dont_write_bytecode = True

from crowd import Scripts, crowd  # noqa: E402
from harness import QUICK, main  # noqa: E402
from modes import BUSY, BUSY_SOON  # noqa: E402

COUNT = 30
PARALLEL = ("curl", "--no-progress-meter", "--parallel", "--parallel-max", "5")
FILES = (*PARALLEL, "-o", "part#1", f"$url-[1-{COUNT}]")
THREE = (*PARALLEL, "-o", "part#1", "$url-[1-3]")
FAULTS = ("!" + BUSY, "!" + BUSY_SOON, "!close", "!reset", "!502",
          "!429;Retry-After=0")


def faults_of(n: int) -> tuple[str, ...]:
    """Each third one fails, each in another way than the one before."""
    return (FAULTS[n // 3 % len(FAULTS)],) if n % 3 == 0 else ()


def answer_of(n: int) -> str:
    """From a few bytes to more than what one call delivers."""
    return f"200;size={n * n * 100 + n};X-Number={n}" + ";chunked" * (n % 2)


def plain() -> Scripts:
    return {str(n): (*faults_of(n), answer_of(n))
            for n in range(1, COUNT + 1)}


def followed() -> Scripts:
    """What fails is the hop, what it leads to, or both."""
    scripts = {}
    for n in range(1, COUNT + 1):
        hop = f"302;Location=$url-{n}/landed;body=moved%0A"
        before, after = faults_of(n) * (n % 2), faults_of(n)
        scripts[str(n)] = (*before, hop, *after, answer_of(n))
    return scripts


def one_busy(*steps: str) -> Scripts:
    return {"1": (answer_of(1),), "2": steps, "3": (answer_of(3),)}


GIVEN_UP = ("!503", "!503", "!503", "503")  # for ever
ALONE = {"CURLEW_SET": QUICK + "; limits.attempts=1"}

CASES = (
    crowd("files", FILES, plain()),
    crowd("files_at_once", (*FILES, "--parallel-immediate",
                            "--parallel-max", str(COUNT)), plain()),
    crowd("heads", (*FILES, "-i", "-f"), plain()),
    crowd("followed", (*FILES, "-L"), followed()),
    crowd("not_followed", FILES, {
        str(n): (*faults_of(n), f"302;Location=$url-{n}/landed")
        for n in range(1, COUNT + 1)}),
    crowd("exhausted", FILES, plain() | {"7": GIVEN_UP, "8": GIVEN_UP}),
    crowd("exhausted_failing", (*FILES, "-f"),
          plain() | {"7": GIVEN_UP}, status=22),
    crowd("missing", (*FILES, "-f"), plain() | {"7": ("404",)}, status=22),
    crowd("sent", (*THREE, "-d", "x=1"),
          one_busy("!" + BUSY_SOON, "200;body=taken%0A")),
    crowd("sent_once", (*THREE, "-d", "x=1"), one_busy("502")),
    # Its own retries and those of the policy do not multiply. It waits a
    # second before the first, and two before the second.
    crowd("own_retries", (*THREE, "--retry", "2"),
          one_busy(*GIVEN_UP, "503", "503")),
    crowd("own_retries_two", (*THREE, "--retry", "1"), {
        "1": (*GIVEN_UP, "503"), "2": (answer_of(2),),
        "3": (*GIVEN_UP, "503")}),
    crowd("own_retries_answered", (*THREE, "--retry", "2"),
          one_busy(*GIVEN_UP, answer_of(2))),
    crowd("own_retries_one_attempt", (*THREE, "--retry", "1"),
          one_busy("503", "503"), env=ALONE),
)

if __name__ == "__main__":
    main(CASES)
