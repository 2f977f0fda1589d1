#!/usr/bin/env python3
"""test_tornado.py - Tornado's CurlAsyncHTTPClient: pycurl's multi interface,
driven by the sockets and the timer of an asyncio event loop."""

import pathlib
import sys

sys.dont_write_bytecode = True

from crowd import Crowd, Scripts, crowd  # noqa: E402
from harness import main  # noqa: E402
from modes import BUSY, BUSY_SOON, FINE, MISSING  # noqa: E402

CLIENT = pathlib.Path(__file__).parent / "clients" / "fetch_tornado.py"
TAGGED = FINE + ';ETag="tag";Set-Cookie=crumb=1;X-Seen=yes'
LARGE = "200;size=300000;chunked"
GIVEN_UP = ("!" + BUSY, "!" + BUSY, "!" + BUSY, BUSY)

MIXED: Scripts = {
    "fine": (TAGGED,),
    "busy": ("!" + BUSY, TAGGED),
    "busy_soon": ("!" + BUSY_SOON, LARGE),
    "limited": ("!429;Retry-After=0", FINE),
    "closed": ("!close", FINE),
    "reset": ("!reset", "!502", "!504;size=300000", LARGE),
    "busy_large": ("!503;size=100000;chunked", FINE),
    "slow": ("!503;delay=100", FINE + ";delay=100"),
    "dripping": (FINE + ";size=50;drip=10:20",),
    "missing": (MISSING,),
    "missing_late": ("!" + BUSY, MISSING),
    "exhausted": GIVEN_UP,
    "empty": ("!503", "204;X-Gone=yes"),
}
MOVED: Scripts = {
    "fine": (FINE,),
    "moved": ("302;Location=$url-moved/landed", TAGGED),
    "moved_busy": ("302;Location=$url-moved_busy/landed", "!" + BUSY, TAGGED),
    "busy_moved": ("!" + BUSY, "302;Location=$other-busy_moved/landed",
                   "!close", LARGE),
    "seen_other": ("!503", "303;Location=$url-seen_other/landed;body=moved",
                   "!" + BUSY_SOON, FINE),
    "missing": ("301;Location=$url-missing/landed", MISSING),
}
SENT: Scripts = {
    "fine": (FINE,),
    "busy": (BUSY,),
    "busy_soon": ("!" + BUSY_SOON, FINE),
    "limited": ("!429", FINE),
    "bad": ("502",),
}


def case(name: str, scripts: Scripts, *words: str) -> Crowd:
    command = ("/usr/bin/python3", str(CLIENT), "$url", *scripts, *words)
    return crowd(name, command, scripts)


CASES = (
    case("mixed", MIXED),
    case("few_at_a_time", MIXED, "+few"),
    case("streamed", MIXED, "+streamed"),
    case("moved", MOVED, "+follow"),
    case("not_followed", {
        "busy": ("!" + BUSY, "302;Location=$url-busy/landed"),
        "fine": (FINE,)}),
    case("sent", SENT, "+post"),
    case("again", {"busy": ("!503", TAGGED, "!" + BUSY, FINE),
                   "fine": (TAGGED, FINE),
                   "closed": ("!close", FINE, "!close", LARGE)}, "+again"),
    case("alone", {"busy": ("!" + BUSY, "!close", TAGGED)}),
    # Its own repetition and those of the policy do not multiply.
    case("asked_again", {"exhausted": (*GIVEN_UP, BUSY)}, "+again"),
)

if __name__ == "__main__":
    main(CASES)
