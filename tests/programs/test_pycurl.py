#!/usr/bin/env python3
"""test_pycurl.py - Python's pycurl: libcurl-gnutls, loaded by dlopen()."""

import pathlib
import sys

sys.dont_write_bytecode = True

from harness import Case, main  # noqa: E402
from modes import (  # noqa: E402
    BUSY, FINE, SENT, TEXT, THREE, Mode, Repeats, cases_of,
)

CLIENT = pathlib.Path(__file__).parent / "clients" / "fetch.py"
PYCURL = ("/usr/bin/python3", str(CLIENT), "$url")
FOLLOW = ("follow",)

MODES = (
    Mode("get", PYCURL, follow=FOLLOW),
    Mode("fail", (*PYCURL, "fail"), follow=FOLLOW),
    Mode("head", (*PYCURL, "head"), follow=FOLLOW),
    Mode("serial", (*PYCURL, "serial"), THREE, worst=1, follow=FOLLOW),
    Mode("copy", (*PYCURL, "copy"), follow=FOLLOW),
    Mode("multi", (*PYCURL, "multi"), follow=FOLLOW),
    Mode("multi_fail", (*PYCURL, "multi", "fail"), follow=FOLLOW),
    Mode("multi_put", (*PYCURL, "multi", "put", "seek"), follow=FOLLOW,
         files=SENT, body=TEXT),
    Mode("again", (*PYCURL, "again"), THREE[:2], worst=1, follow=FOLLOW),
    Mode("post", (*PYCURL, "post"), repeats=Repeats.UNPROCESSED,
         follow=FOLLOW, body=b"name=value"),
    Mode("form", (*PYCURL, "form"), repeats=Repeats.UNPROCESSED,
         follow=FOLLOW, files=SENT),
    Mode("put", (*PYCURL, "put", "seek"), follow=FOLLOW, files=SENT,
         body=TEXT),
    Mode("put_once", (*PYCURL, "put"), repeats=Repeats.NEVER, follow=None,
         files=SENT, body=TEXT),
)

CASES = (
    Case("many_faults", PYCURL, ("!close", "!" + BUSY, "!502", FINE)),
    Case("exhausted", PYCURL,
         ("!" + BUSY, "!" + BUSY, "!" + BUSY, BUSY)),
    Case("fork", (*PYCURL, "fork"),
         ("!503", FINE, "!" + BUSY, THREE[0], "!" + BUSY, THREE[1])),
)

if __name__ == "__main__":
    main((*cases_of(*MODES), *CASES))
