#!/usr/bin/env python3
"""test_own_retries.py - programs that repeat requests themselves. Theirs and
the policy's do not multiply: of n repetitions of a request that fails for ever
the first comes after four attempts, and each of the others after one."""

import pathlib
import sys

sys.dont_write_bytecode = True

from harness import QUICK, Case, main  # noqa: E402
from modes import FINE  # noqa: E402

CLIENTS = pathlib.Path(__file__).parent / "clients"
CURL = ("curl", "-sS")  # waits a second before its first repetition
ONCE = (*CURL, "--retry", "1", "-w", "%{num_retries}", "$url")
PYCURL = ("/usr/bin/python3", str(CLIENTS / "loop.py"), "$url")

BUSY = ("!503", "!503", "!503", "503")  # an operation that is given up
ALONE = {"CURLEW_SET": QUICK + "; limits.attempts=1"}

CASES = (
    Case("curl", ONCE, (*BUSY, "503")),
    Case("curl_twice", (*CURL, "--retry", "2", "$url"),
         (*BUSY, "503", "503")),
    Case("curl_failing", (*ONCE, "-f"), (*BUSY, "503"), status=22),
    Case("curl_without_answer", (*ONCE, "--retry-all-errors"),
         ("!close", "!close", "!close", "close", "close"), status=52),
    Case("curl_not_connected", (*ONCE, "$refused", "--retry-connrefused"),
         (FINE,), status=7),
    Case("curl_answered_at_last", ONCE, (*BUSY, FINE)),
    Case("curl_two_urls", (*CURL, "--retry", "1", "$url/1", "$url/2"),
         (*BUSY, "503", *BUSY, "503")),
    Case("curl_hops", (*ONCE, "-L"),
         ("302;Location=$url/hop", *BUSY, "302;Location=$url/hop", "503")),
    # What the policy does not repeat the program may.
    Case("curl_post", (*ONCE, "-d", "x=1"), ("503", "503")),
    Case("curl_of_other_opinion", (*ONCE, "--retry-all-errors", "-f"),
         ("404", "404"), status=22),
    Case("curl_one_attempt", (*ONCE, "-f"), ("503", "503"), status=22,
         env=ALONE),
    Case("pycurl", PYCURL, (*BUSY, "503", "503")),
    Case("pycurl_new", (*PYCURL, "new"), (*BUSY, "503", "503")),
    Case("pycurl_one_attempt", (*PYCURL, "new"), ("503", "503", "503"),
         env=ALONE),
    Case("pycurl_between", (*PYCURL, "between"),
         (*BUSY, FINE, "503", FINE, "503")),
    Case("pycurl_new_between", (*PYCURL, "new", "between"),
         (*BUSY, FINE, "503", FINE, "503")),
    # Two that fail in turns: each is known when it comes round.
    Case("pycurl_in_turns", (*PYCURL, "new", "between"),
         (*BUSY, *BUSY, "503", "503", "503")),
)

if __name__ == "__main__":
    main(CASES)
