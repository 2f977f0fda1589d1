#!/usr/bin/env python3
"""test_ctypes.py - libcurl by dlopen() and dlsym(), which only an audit
library reaches."""

import pathlib
import sys

sys.dont_write_bytecode = True

from harness import Case, main  # noqa: E402
from modes import BUSY, FINE, Mode, Repeats, cases_of  # noqa: E402

CLIENT = pathlib.Path(__file__).parent / "clients" / "fetch_ctypes.py"
CTYPES = ("/usr/bin/python3", str(CLIENT), "$url")
FOLLOW = ("follow",)

MODES = (
    Mode("get", CTYPES, follow=FOLLOW),
    Mode("post", (*CTYPES, "post"), repeats=Repeats.UNPROCESSED,
         follow=FOLLOW, body=b"name=value"),
)

CASES = (
    Case("many_faults", CTYPES, ("!close", "!" + BUSY, "!502", FINE)),
    Case("exhausted", CTYPES, ("!" + BUSY, "!" + BUSY, "!" + BUSY, BUSY)),
)

if __name__ == "__main__":
    main((*cases_of(*MODES), *CASES))
