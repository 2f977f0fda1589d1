#!/usr/bin/env python3
"""test_php.py - PHP's curl, which only an audit library reaches."""

import pathlib
import sys

sys.dont_write_bytecode = True

from harness import Case, main  # noqa: E402
from modes import (  # noqa: E402
    BUSY, FINE, SENT, TEXT, THREE, Mode, Repeats, cases_of,
)

CLIENTS = pathlib.Path(__file__).parent / "clients"
PHP = ("php", "-n", "-d", "extension=curl", str(CLIENTS / "fetch.php"), "$url")
LOOP = ("php", "-n", "-d", "extension=curl", str(CLIENTS / "loop.php"), "$url")
FOLLOW = ("follow",)

MODES = (
    Mode("get", PHP, follow=FOLLOW),
    Mode("returned", (*PHP, "returned"), follow=FOLLOW),
    Mode("fail", (*PHP, "fail"), follow=FOLLOW),
    Mode("head", (*PHP, "head"), follow=FOLLOW),
    Mode("serial", (*PHP, "serial"), THREE, worst=1, follow=FOLLOW),
    Mode("copy", (*PHP, "copy"), follow=FOLLOW),
    Mode("multi", (*PHP, "multi"), follow=FOLLOW),
    Mode("multi_returned", (*PHP, "multi", "returned"), follow=FOLLOW),
    Mode("again", (*PHP, "again"), THREE[:2], worst=1, follow=FOLLOW),
    Mode("post", (*PHP, "post"), repeats=Repeats.UNPROCESSED, follow=FOLLOW,
         body=b"name=value"),
    Mode("form", (*PHP, "form"), repeats=Repeats.UNPROCESSED, follow=FOLLOW,
         files=SENT),
    Mode("put", (*PHP, "put"), repeats=Repeats.NEVER, follow=None,
         files=SENT, body=TEXT),
)

CASES = (
    Case("many_faults", PHP, ("!close", "!" + BUSY, "!502", FINE)),
    Case("exhausted", PHP, ("!" + BUSY, "!" + BUSY, "!" + BUSY, BUSY)),
    # Its own retries and those of the policy do not multiply.
    Case("own_retries", LOOP, ("!503", "!503", "!503", "503", "503", "503")),
)

if __name__ == "__main__":
    main((*cases_of(*MODES), *CASES))
