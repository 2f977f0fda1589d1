#!/usr/bin/python3
"""loop.py URL WORD... - fetches with pycurl until it is answered, three times
at most, as programs do that have a loop of their own.

    new             with a new handle each time
    between         and asks URL/else before each repetition, on a new handle
"""

import sys

import pycurl


def fetch(curl: pycurl.Curl, url: str) -> int:
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.WRITEFUNCTION, lambda data: print("body:", data))
    curl.perform()
    return curl.getinfo(pycurl.RESPONSE_CODE)


def main(url: str, *words: str) -> None:
    curl = pycurl.Curl()
    for repetition in range(3):
        if "between" in words and repetition:
            print("else:", fetch(pycurl.Curl(), url + "/else"))
        if "new" in words:
            curl = pycurl.Curl()
        status = fetch(curl, url)
        print("status:", status)
        if status < 500:
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
