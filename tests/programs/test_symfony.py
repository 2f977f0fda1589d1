#!/usr/bin/env python3
"""test_symfony.py - Symfony's CurlHttpClient: PHP's multi interface, with
options that are set, and figures that are asked for, within callbacks."""

import pathlib
import sys

sys.dont_write_bytecode = True

from crowd import Crowd, Scripts, crowd  # noqa: E402
from harness import main  # noqa: E402
from modes import BUSY, BUSY_SOON, FINE, MISSING  # noqa: E402

CLIENT = pathlib.Path(__file__).parent / "clients" / "fetch_symfony.php"
PHP = ("php", "-n", "-d", "extension=curl", str(CLIENT), "$url")
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
    "interim": ("!503;interim=103|Link: </leaked>",
                TAGGED + ";interim=103|Link: </style.css>"),
    "slow": ("!503;delay=100", FINE + ";delay=100"),
    "missing": (MISSING,),
    "missing_late": ("!" + BUSY, MISSING),
    "exhausted": GIVEN_UP,
    "broken_off": ("!503", "200;size=1000;cut=100"),
    "empty": ("!503", "204;X-Gone=yes"),
}
MOVED: Scripts = {
    "fine": (FINE,),
    "moved": ("302;Location=$url-moved/landed", TAGGED),
    "moved_busy": ("302;Location=$url-moved_busy/landed", "!" + BUSY, TAGGED),
    "busy_moved": ("!" + BUSY, "302;Location=$other-busy_moved/landed",
                   "!close", LARGE),
    "seen_other": ("!503", "303;Location=$url-seen_other/landed;body=moved",
                   "!503;Retry-After=0", FINE),
    "missing": ("301;Location=$url-missing/landed", MISSING),
}
SENT: Scripts = {
    "fine": (FINE,),
    "busy": (BUSY,),
    "busy_soon": ("!" + BUSY_SOON, FINE),
    "limited": ("!429", FINE),
    "bad": ("502",),
    "moved": ("302;Location=$url-moved/landed", "!503", FINE),
    "kept": ("307;Location=$url-kept/landed", "!" + BUSY_SOON, FINE),
}
HOPS = tuple(f"302;Location=$url-hop/{n}" for n in range(6))
ONE: Scripts = {"busy": ("!" + BUSY, "!close", TAGGED)}


def case(name: str, scripts: Scripts, *words: str) -> Crowd:
    return crowd(name, (*PHP, *scripts, *words), scripts)


CASES = (
    case("mixed", MIXED),
    case("streamed", MIXED, "+streamed"),
    case("unbuffered", MIXED, "+streamed", "+unbuffered"),
    case("progress", MIXED, "+progress"),
    case("moved", MOVED),
    case("moved_streamed", MOVED, "+streamed"),
    case("not_followed", {
        "busy": ("!" + BUSY, "302;Location=$url-busy/landed"),
        "fine": (FINE,)}, "+unfollowed"),
    case("too_many_hops", {
        "hop": (*HOPS[:3], "!503", *HOPS[3:]),
        "fine": (FINE,)}),
    case("sent", SENT, "+post"),
    case("put", {"fine": (FINE,), "busy": ("!" + BUSY, FINE),
                 "closed": ("!close", "!503", FINE)}, "+put"),
    case("cancelled", {"fine": (FINE,), "busy": ("!" + BUSY, FINE)},
         "+cancelled"),
    case("again", {"busy": ("!503", TAGGED, "!" + BUSY, FINE),
                   "fine": (TAGGED, FINE),
                   "closed": ("!close", FINE, "!close", LARGE)}, "+again"),
    case("alone", ONE),
    # Its own repetition and those of the policy do not multiply.
    case("asked_again", {"exhausted": (*GIVEN_UP, BUSY)}, "+again"),
)

if __name__ == "__main__":
    main(CASES)
