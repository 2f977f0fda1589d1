#!/usr/bin/env python3
"""test_curl_send.py - the curl tool, sending over plain HTTP."""

import sys

sys.dont_write_bytecode = True

from harness import Case, Check, Stage, main  # noqa: E402
from modes import (  # noqa: E402
    BUSY, BUSY_SOON, FINE, SENT, TEXT, Mode, Repeats, cases_of,
)

CURL = ("curl", "-sS")
LARGE = TEXT * 15  # over the 1 MiB from which curl says Expect
LINE = b"name=value&other=x"
POST = Repeats.UNPROCESSED
ONCE = Repeats.NEVER
QUIETLY = ("-L", "--no-show-error")  # curlew has words of its own for 65
HUSHED = ("--stderr", "/dev/null")  # -T . shows its progress, even with -s
KEYED = ("-H", "Idempotency-Key: 1")

MODES = (
    Mode("post", (*CURL, "-d", LINE.decode(), "$url"), repeats=POST,
         body=LINE),
    Mode("post_include", (*CURL, "-i", "-d", LINE.decode(), "$url"),
         repeats=POST, body=LINE),
    Mode("post_fail", (*CURL, "-f", "-d", LINE.decode(), "$url"),
         repeats=POST, error=22, body=LINE),
    Mode("post_file", (*CURL, "--data-binary", "@sent", "$url"),
         repeats=POST, files=SENT, body=TEXT),
    Mode("post_large", (*CURL, "--data-binary", "@sent", "$url"),
         repeats=POST, files={"sent": LARGE}, body=LARGE),
    Mode("post_pipe", (*CURL, "--data-binary", "@-", "$url"), repeats=POST,
         stdin=TEXT, body=TEXT),
    Mode("post_chunked",
         (*CURL, "-H", "Transfer-Encoding: chunked", "-d", LINE.decode(),
          "$url"),
         repeats=POST, follow=None, body=LINE),  # libcurl hangs
    Mode("post_empty", (*CURL, "-d", "", "$url"), repeats=POST, body=b""),
    Mode("post_with_key", (*CURL, *KEYED, "-d", LINE.decode(), "$url"),
         body=LINE),
    Mode("json", (*CURL, "--json", "[1, 2]", "$url"), repeats=POST,
         redirect=307, body=b"[1, 2]"),
    Mode("patch", (*CURL, "-X", "PATCH", "-d", LINE.decode(), "$url"),
         repeats=POST, redirect=307, body=LINE),
    Mode("form", (*CURL, "-F", "file=@sent", "-F", "name=value", "$url"),
         repeats=POST, files=SENT),
    Mode("put", (*CURL, "-T", "sent", "$url/name"), files=SENT,
         body=TEXT),
    Mode("put_include", (*CURL, "-i", "-T", "sent", "$url"),
         files=SENT, body=TEXT),
    Mode("put_large", (*CURL, "-T", "sent", "$url"), files={"sent": LARGE},
         body=LARGE),
    Mode("put_empty", (*CURL, "-T", "sent", "$url"), files={"sent": b""},
         body=b""),
    Mode("put_serial", (*CURL, "-T", "{sent,again}", "$url/"),
         (FINE, "200;body=second"), worst=1,
         files={"sent": TEXT, "again": LINE}, body=LINE),
    Mode("put_to_nginx", (*CURL, "-T", "sent", "$nginx"),
         files={"sent": LARGE}, target="$nginx/landed", body=LARGE),
    Mode("put_data", (*CURL, "-X", "PUT", "-d", LINE.decode(), "$url"),
         redirect=307, body=LINE),
    Mode("pipe", (*CURL, "-T", "-", "$url"), repeats=ONCE,
         follow=QUIETLY, stuck=65, stdin=TEXT, body=TEXT),
    Mode("pipe_include", (*CURL, "-i", "-T", "-", "$url"), repeats=ONCE,
         follow=QUIETLY, stuck=65, stdin=TEXT, body=TEXT),
    Mode("pipe_polled", (*CURL, *HUSHED, "-T", ".", "$url"), repeats=ONCE,
         follow=QUIETLY, stuck=65, stdin=TEXT, body=TEXT),
    Mode("pipe_fail", (*CURL, "-f", "-T", "-", "$url"), repeats=ONCE,
         follow=QUIETLY, error=22, stuck=65, stdin=TEXT, body=TEXT),
    Mode("pipe_form", (*CURL, "-F", "file=@-", "$url"), repeats=POST,
         stdin=TEXT),
)

HOP = "302;Location=$url/hop"
KEPT = "307;Location=$url/hop"

CASES = (
    Case("put_many_faults", (*CURL, "-T", "sent", "$url"),
         ("!502", "!close", "!" + BUSY, FINE), files=SENT, body=TEXT),
    Case("put_exhausted", (*CURL, "-T", "sent", "$url"),
         ("!503", "!503", "!503", BUSY), files=SENT, body=TEXT),
    Case("put_hops", (*CURL, "-L", "-T", "sent", "$url"),
         (KEPT + "1", "!503", HOP + "2", "!" + BUSY, FINE),
         files=SENT, body=TEXT),
    Case("post_no_answer", (*CURL, "-d", "x=1", "$url"), ("close",),
         status=52, body=b"x=1"),
    Case("post_too_many", (*CURL, "-d", "x=1", "$url"), ("!429", FINE),
         body=b"x=1"),
    Case("post_timed_out", (*CURL, "-d", "x=1", "$url"), ("!408", FINE),
         body=b"x=1"),
    Case("post_302_kept", (*CURL, "-L", "--post302", "-d", "x=1", "$url"),
         (HOP, "!" + BUSY_SOON, FINE), body=b"x=1"),
    Case("post_303", (*CURL, "-L", "-d", "x=1", "$url"),
         ("303;Location=$url/hop", "!" + BUSY, FINE), body=b""),
    Case("post_then_get",
         (*CURL, "-d", "x=1", "$url/1", "--next", "-sS", "$url/2"),
         (BUSY, "!" + BUSY, FINE)),
    Case("pipe_too_many", (*CURL, "-T", "-", "$url"), ("429",), stdin=TEXT,
         body=TEXT),
    Case("pipe_no_answer", (*CURL, "-T", "-", "$url"), ("close",),
         status=52, stdin=TEXT, body=TEXT),
    Case("pipe_to_303", (*CURL, "-L", "-T", "-", "$url"),
         ("303;Location=$url/hop", "!" + BUSY, FINE), stdin=TEXT, body=b""),
)


def answered_instead_of_100(stage: Stage) -> None:
    case = Case("put_answered_instead_of_100", (*CURL, "-T", "sent", "$url"),
                ("503;early", "200;body=fine"), files={"sent": LARGE})
    under = case.play(stage, "b", stage.environment())
    whole = [request["body"].encode() == LARGE for request in under.requests]
    assert under.result.stdout == b"fine", under.render()
    assert whole == [False, True], under.render()


CHECKS = (Check("put_answered_instead_of_100", answered_instead_of_100),)

if __name__ == "__main__":
    main((*cases_of(*MODES), *CASES, *CHECKS))
