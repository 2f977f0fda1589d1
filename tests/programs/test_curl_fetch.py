#!/usr/bin/env python3
"""test_curl_fetch.py - the curl tool, fetching over plain HTTP."""

import sys

sys.dont_write_bytecode = True

from harness import Case, main  # noqa: E402
from modes import (  # noqa: E402
    BUSY, BUSY_SOON, FINE, NUMBERS, THREE, Mode, cases_of,
)
from servers import FILES  # noqa: E402

CURL = ("curl", "-sS")
PARALLEL = ("curl", "--no-progress-meter", "-Z")
FIGURES = "".join(
    f"{name}=%{{{name}}}\n" for name in (
        "http_code", "http_version", "num_redirects", "num_headers",
        "url_effective", "redirect_url", "method", "content_type",
        "size_download", "size_upload", "size_header", "size_request",
        "filename_effective", "exitcode", "errormsg", "scheme", "referer"))
ENDED = "%{http_code} %{exitcode} %{size_download}"
NAMED = FINE + ";Content-Disposition=attachment%3B filename=named.txt"
TAGGED = FINE + ';ETag="tag";Set-Cookie=crumb=1;X-Seen=yes'

MODES = (
    Mode("get", (*CURL, "$url/file")),
    Mode("serial", (*CURL, "$url/1", "$url/2", "$url/3"), THREE, worst=1),
    Mode("serial_files", (*CURL, "-o", "part#1", "$url/[1-3]"), THREE,
         worst=1),
    # Through the multi interface.
    Mode("parallel", (*PARALLEL, "$url")),
    Mode("parallel_include", (*PARALLEL, "-i", "-w", FIGURES, "$url"),
         (TAGGED,)),
    Mode("parallel_fail", (*PARALLEL, "-f", "-o", "out", "$url"), error=22),
    Mode("include", (*CURL, "-i", "$url"), (TAGGED,)),
    Mode("include_interim", (*CURL, "-i", "$url"),
         (TAGGED + ";interim=103|Link: </style.css>",)),
    Mode("head", (*CURL, "-I", "$url"), (TAGGED,)),
    Mode("output", (*CURL, "-o", "out", "$url")),
    Mode("over_old_output", (*CURL, "-o", "out", "$url"),
         files={"out": b"longer than all that is in the answer\n" * 9}),
    Mode("remote_name", (*CURL, "-O", "$url/name.txt")),
    Mode("named_by_server", (*CURL, "-OJ", "$url/name.txt"), (NAMED,)),
    Mode("fail", (*CURL, "-f", "$url"), error=22),
    Mode("fail_with_body", (*CURL, "--fail-with-body", "$url"), error=22),
    Mode("heads_to_stdout", (*CURL, "-D", "-", "$url"), (TAGGED,)),
    Mode("heads_to_file", (*CURL, "-D", "heads", "-o", "out", "$url"),
         (TAGGED,)),
    Mode("cookies", (*CURL, "-c", "jar", "$url"), (TAGGED,)),
    Mode("etag", (*CURL, "--etag-save", "etag", "$url"), (TAGGED,)),
    Mode("figures", (*CURL, "-w", FIGURES, "$url/file"), (TAGGED,)),
    Mode("figures_serial", (*CURL, "-w", FIGURES, "$url/1", "$url/2"),
         THREE[:2]),
    Mode("header_json", (*CURL, "-w", "%{header_json}", "$url"), (TAGGED,)),
    Mode("chunked", (*CURL, "$url"),
         ("200;size=100000;chunked;trailer=X-Sum: 1",)),
    Mode("until_close", (*CURL, "$url"), ("200;size=100000;nolength",)),
    Mode("http10", (*CURL, "-0", "-i", "$url"), (TAGGED + ";http10",)),
    Mode("compressed", (*CURL, "--compressed", "$nginx"), (NUMBERS,),
         target="$nginx/landed"),
    Mode("compressed_raw", (*CURL, "--compressed", "--raw", "$nginx"),
         (NUMBERS,), target="$nginx/landed"),
    Mode("range", (*CURL, "-r", "100-299", "$nginx"), (NUMBERS,),
         target="$nginx/landed"),
    Mode("resume", (*CURL, "-C", "-", "-o", "part", "$nginx"), (NUMBERS,),
         target="$nginx/landed", error=33, unfollowed=33,
         files={"part": FILES["numbers.txt"][:5000]}),
    Mode("resume_serial",
         (*CURL, "-C", "-", "-o", "part#1", "$nginx/[1-2]"),
         (NUMBERS, NUMBERS), worst=1, target="$nginx/landed", error=33,
         unfollowed=33,
         files={"part1": FILES["numbers.txt"][:5000],
                "part2": FILES["numbers.txt"][:6000]}),
    Mode("limited_size", (*CURL, "--max-filesize", "70", "$url")),
    Mode("limited_time", (*CURL, "-m", "50", "$url")),
    Mode("own_retry", (*CURL, "--retry", "3", "-w", FIGURES, "$url")),
    Mode("delete", (*CURL, "-X", "DELETE", "-i", "$url"),
         ("204;X-Gone=yes",)),
    Mode("query", (*CURL, "-G", "--data-urlencode", "q=a b", "$url")),
)

HOP = "302;Location=$url/hop"

CASES = (
    Case("exhausted", (*CURL, "-i", "-w", FIGURES, "$url"),
         ("!" + BUSY, "!" + BUSY, "!" + BUSY, BUSY)),
    Case("exhausted_failing", (*CURL, "-f", "$url"),
         ("!" + BUSY, "!" + BUSY, "!" + BUSY, BUSY), status=22),
    # Its own retries and those of the policy do not multiply.
    Case("own_retry_exhausted", (*CURL, "--retry", "1", "$url"),
         ("!503", "!503", "!503", "503")),
    Case("busy_interim", (*CURL, "-i", "$url"),
         ("!" + BUSY + ";interim=103|Link: </leaked>", TAGGED)),
    Case("busy_large", (*CURL, "$url"), ("!503;size=300000", FINE)),
    Case("busy_chunked", (*CURL, "-i", "$url"),
         ("!" + BUSY + ";chunked;trailer=X-Leaked: too", FINE)),
    Case("busy_until_close", (*CURL, "-i", "$url"),
         ("!" + BUSY + ";nolength", FINE)),
    Case("busy_over_max_filesize", (*CURL, "--max-filesize", "70", "$url"),
         ("!503;size=1000", FINE)),
    Case("busy_broken_off", (*CURL, "$url"), ("!503;size=1000;cut=10", FINE)),
    Case("no_answer", (*CURL, "-i", "$url"), ("!close", FINE)),
    Case("reset", (*CURL, "-i", "$url"), ("!reset", FINE)),
    Case("many_faults", (*CURL, "-i", "$url"),
         ("!close", "!" + BUSY_SOON, "!502", FINE)),
    Case("broken_off", (*CURL, "$url"), ("200;size=1000;cut=100",),
         status=18),
    Case("hops", (*CURL, "-L", "-i", "-w", FIGURES, "$url"),
         (HOP + "1", "!" + BUSY, HOP + "2", "!" + BUSY_SOON, HOP + "3",
          "!504", TAGGED)),
    Case("hop_to_other_port",
         (*CURL, "-L", "-u", "user:secret", "-w", FIGURES, "$url"),
         ("302;Location=$other/landed", "!" + BUSY, FINE)),
    # curlew has words of its own for these two.
    Case("too_many_hops",
         ("curl", "-s", "-i", "-L", "--max-redirs", "2", "-w", ENDED, "$url"),
         (HOP + "1", HOP + "2", HOP + "3", FINE), status=47),
    Case("hop_refused",
         ("curl", "-s", "-i", "-L", "--proto-redir", "=https", "-w", ENDED,
          "$url"),
         (HOP, FINE), status=1),
    Case("hop_to_404", (*CURL, "-L", "-f", "-w", FIGURES, "$url"),
         (HOP, "404"), status=22),
    Case("not_modified", (*CURL, "-i", "-z", "2026-01-01", "$url"),
         ("304;ETag=x",)),
    Case("several_hosts", (*CURL, "$url/1", "$other/2", "$url/3"),
         ("!503", THREE[0], "!503", THREE[1], THREE[2])),
    Case("parallel_exhausted", (*PARALLEL, "$url"),
         ("!" + BUSY, "!" + BUSY, "!" + BUSY, BUSY)),
    Case("parallel_in_turn",
         (*PARALLEL, "--parallel-max", "1", "-o", "part#1", "$url/[1-3]"),
         ("!" + BUSY, THREE[0], "!close", THREE[1], "!502", THREE[2])),
    Case("next_operation",
         (*CURL, "$url/1", "--next", "-sS", "-d", "x=1", "$url/2", "--next",
          "-sS", "-I", "$url/3"),
         ("!" + BUSY, FINE, "!" + BUSY_SOON, FINE, "!" + BUSY, TAGGED)),
)

if __name__ == "__main__":
    main((*cases_of(*MODES), *CASES))
