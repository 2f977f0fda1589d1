#!/usr/bin/env python3
"""test_cmake.py - cmake's file(DOWNLOAD) and file(UPLOAD)."""

import hashlib
import pathlib
import sys

sys.dont_write_bytecode = True

from harness import Case, main  # noqa: E402
from modes import (  # noqa: E402
    BUSY, FINE, MISSING, NUMBERS, SENT, TEXT, Mode, cases_of,
)
from servers import FILES  # noqa: E402

SCRIPT = str(pathlib.Path(__file__).parent / "clients" / "transfer.cmake")
HASH = hashlib.sha256(FILES["numbers.txt"]).hexdigest()
FOLLOWED = ()  # cmake always asks for it


def cmake(what: str, url: str) -> tuple[str, ...]:
    return ("cmake", f"-DURL={url}", f"-DWHAT={what}", f"-DHASH={HASH}",
            "-DCA=$ca", "-P", SCRIPT)


FETCH = cmake("fetch", "$nginx")

MODES = (
    Mode("download", cmake("download", "$url"), follow=FOLLOWED),
    Mode("download_https", cmake("download", "$https"), (NUMBERS,),
         follow=FOLLOWED, target="$https/landed"),
    Mode("download_over_old", cmake("download", "$url"), follow=FOLLOWED,
         files={"out": TEXT}),
    Mode("upload", cmake("upload", "$url"), follow=FOLLOWED,
         files=SENT, body=TEXT),
)

CASES = (
    Case("fetch_busy", FETCH, ("!" + BUSY, NUMBERS)),
    Case("fetch_followed_busy", FETCH,
         ("302;Location=$nginx/landed", "!" + BUSY, NUMBERS)),
    Case("fetch_missing", FETCH, (MISSING,), status=1),
    Case("download_exhausted", cmake("download", "$url"),
         ("!" + BUSY, "!" + BUSY, "!" + BUSY, BUSY)),
    Case("upload_many_faults", cmake("upload", "$url"),
         ("!close", "!502", "!" + BUSY, FINE), files=SENT,
         body=TEXT),
)

if __name__ == "__main__":
    main((*cases_of(*MODES), *CASES))
