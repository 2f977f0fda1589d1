#!/usr/bin/env python3
"""test_curl_secure.py - the curl tool over TLS, HTTP/2 and proxies, and with
passwords."""

import sys

sys.dont_write_bytecode = True

from harness import Case, Check, Stage, main  # noqa: E402
from modes import (  # noqa: E402
    BUSY, BUSY_SOON, FINE, NUMBERS, SENT, TEXT, THREE, Mode, Repeats, cases_of,
)
from servers import FILES  # noqa: E402

CURL = ("curl", "-sS")
TLS = (*CURL, "--cacert", "$ca")
H1 = (*TLS, "--http1.1")
H2 = (*TLS, "--http2")
PROXY = (*CURL, "-x", "$proxy", "--suppress-connect-headers")
TUNNEL = (*PROXY, "--proxytunnel", "--proxy-header", "X-Script: $key")
LOGIN = (*CURL, "-u", "user:secret")
DIGEST = (*LOGIN, "--digest")
FIGURES = "".join(
    f"{name}=%{{{name}}}\n" for name in (
        "http_code", "http_version", "num_redirects", "url_effective",
        "size_download", "size_upload", "ssl_verify_result", "method"))
QUIETLY = ("-L", "--no-show-error")  # curlew has words of its own for 65
POST = Repeats.UNPROCESSED
ONCE = Repeats.NEVER
LANDED = "$https/landed"
AGAIN = "$digest/landed"

MODES = (
    Mode("https", (*H1, "-i", "-w", FIGURES, "$https"), target=LANDED),
    Mode("https_of_python", (*TLS, "-i", "$https_other"),
         target="$https_other/landed"),
    Mode("https_serial", (*H1, "$https/1", "$https/2", "$https/3"), THREE,
         worst=1, target=LANDED),
    Mode("https_put", (*H1, "-T", "sent", "$https"), files=SENT,
         target=LANDED, body=TEXT),
    Mode("h2", (*H2, "-i", "-w", FIGURES, "$https"), target=LANDED),
    Mode("h2_serial", (*H2, "$https/1", "$https/2", "$https/3"), THREE,
         worst=1, target=LANDED),
    Mode("h2_head", (*H2, "-I", "$https"), target=LANDED),
    Mode("h2_fail", (*H2, "-f", "-o", "out", "$https"), target=LANDED,
         error=22),
    Mode("h2_large", (*H2, "$https"), (NUMBERS,), target=LANDED),
    Mode("h2_compressed", (*H2, "--compressed", "$https"), (NUMBERS,),
         target=LANDED),
    Mode("h2_resume", (*H2, "-C", "-", "-o", "part", "$https"), (NUMBERS,),
         target=LANDED, error=33, unfollowed=33,
         files={"part": FILES["numbers.txt"][:5000]}),
    Mode("h2_post", (*H2, "-d", "x=1", "$https"), target=LANDED,
         repeats=POST, body=b"x=1"),
    Mode("h2_put", (*H2, "-T", "sent", "$https"), target=LANDED, files=SENT,
         body=TEXT),
    Mode("h2_pipe", (*H2, "-T", "-", "$https"), target=LANDED, repeats=ONCE,
         follow=QUIETLY, stuck=65, stdin=TEXT, body=TEXT),
    Mode("digest", (*DIGEST, "$digest"), target=AGAIN),
    Mode("digest_serial", (*DIGEST, "$digest/1", "$digest/2", "$digest/3"),
         THREE, worst=1, target=AGAIN),
    Mode("digest_post", (*DIGEST, "-d", "x=1", "$digest"), target=AGAIN,
         repeats=POST, body=b"x=1"),
    Mode("digest_put", (*DIGEST, "-T", "sent", "$digest"), target=AGAIN,
         files=SENT, body=TEXT),
    Mode("digest_pipe", (*DIGEST, "-T", "-", "$digest"), target=AGAIN,
         repeats=ONCE, follow=QUIETLY, stuck=65, stdin=TEXT),
    Mode("anyauth", (*LOGIN, "--anyauth", "$digest"), target=AGAIN),
    Mode("basic", (*LOGIN, "-i", "$url")),
    Mode("proxy", (*PROXY, "-i", "-w", FIGURES, "$url")),
    Mode("proxy_put", (*PROXY, "-T", "sent", "$url"), files=SENT, body=TEXT),
    Mode("proxy_pipe", (*PROXY, "-T", "-", "$url"), repeats=ONCE,
         follow=QUIETLY, stuck=65, stdin=TEXT, body=TEXT),
    Mode("proxy_https", (*PROXY, "--cacert", "$ca", "-i", "-w", FIGURES,
                         "$https"), target=LANDED),
)

CASES = (
    Case("tunnel_busy", (*TUNNEL, "-i", "-w", FIGURES, "$url"),
         ("200", "!" + BUSY, FINE)),
    Case("tunnel_refused", (*TUNNEL, "$url"), ("!503", "200", FINE)),
    Case("tunnel_cut", (*TUNNEL, "$url"), ("!close", "200", FINE)),
    Case("h2_many_faults", (*H2, "-i", "$https"),
         ("!502", "!" + BUSY_SOON, "!504", FINE)),
    Case("h2_exhausted", (*H2, "-i", "$https"),
         ("!" + BUSY, "!" + BUSY, "!" + BUSY, BUSY)),
    Case("h2_hops", (*H2, "-L", "-i", "-w", FIGURES, "$https"),
         ("302;Location=$https/1", "!" + BUSY, "302;Location=$https_other/2",
          "!503", FINE)),
    Case("h2_no_answer", (*H2, "$https"), ("!close", FINE)),
    # With -i, but without faults: a 503 that is withheld takes the heads of
    # its 401 and of its CONNECT along.
    Case("digest_heads", (*DIGEST, "-i", "$digest"), (FINE,)),
    Case("digest_heads_of_busy", (*DIGEST, "-i", "-d", "x=1", "$digest"),
         (BUSY,)),
    Case("proxy_https_heads",
         (*CURL, "-x", "$proxy", "--cacert", "$ca", "-i", "$https"),
         (FINE,)),
    Case("login_across_ports", (*LOGIN, "-L", "$url"),
         ("302;Location=$other/landed", "!503", FINE)),
)


def downgrade_is_refused(stage: Stage) -> None:
    case = Case("downgrade_is_refused", (*TLS, "-L", "$https"),
                ("302;Location=$url/landed", FINE))
    under = case.play(stage, "b", stage.environment())
    assert under.result.status == 1, under.render()
    assert len(under.requests) == 1, under.render()


CHECKS = (Check("downgrade_is_refused", downgrade_is_refused),)

if __name__ == "__main__":
    main((*cases_of(*MODES), *CASES, *CHECKS))
