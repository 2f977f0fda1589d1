#!/usr/bin/python3
"""fetch.py URL WORD... - fetches with pycurl, and prints all that it saw.

    follow          redirects too
    fail            a status of 400 or more is an error
    head            asks for the head alone
    post            sends a line
    put             sends the file "sent" from a read callback
    seek            which can be rewound
    form            sends the file "sent" as a form
    copy            on a copy of the handle
    serial          URL/1, URL/2 and URL/3 on one handle
    again           the URL once more, on the same handle after a reset
    multi           through the multi interface
    fork            then again in a child process, and once more after it
"""

import os
import sys

import pycurl


def prepare(curl: pycurl.Curl, url: str, words: set[str]) -> None:
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.HEADERFUNCTION, lambda line: print("head:", line))
    curl.setopt(pycurl.WRITEFUNCTION, lambda data: print("body:", data))
    curl.setopt(pycurl.FOLLOWLOCATION, "follow" in words)
    curl.setopt(pycurl.FAILONERROR, "fail" in words)
    curl.setopt(pycurl.NOBODY, "head" in words)
    if "post" in words:
        curl.setopt(pycurl.POSTFIELDS, "name=value")
    if "form" in words:
        curl.setopt(pycurl.HTTPPOST,
                    [("file", (pycurl.FORM_FILE, "sent")), ("name", "value")])
    if "put" in words:
        file = open("sent", "rb")
        curl.setopt(pycurl.UPLOAD, True)
        curl.setopt(pycurl.INFILESIZE, os.stat("sent").st_size)
        curl.setopt(pycurl.READFUNCTION, file.read)
        if "seek" in words:
            curl.setopt(pycurl.SEEKFUNCTION, lambda to, how: rewind(file, to))


def rewind(file, position: int) -> int:
    file.seek(position)
    return pycurl.SEEKFUNC_OK


def perform(curl: pycurl.Curl, words: set[str]) -> None:
    try:
        if "multi" in words:
            perform_multi(curl)
        else:
            curl.perform()
    except pycurl.error as error:
        print("error:", *error.args)
    for name in ("RESPONSE_CODE", "EFFECTIVE_URL", "REDIRECT_COUNT",
                 "REDIRECT_URL", "CONTENT_TYPE", "SIZE_DOWNLOAD",
                 "SIZE_UPLOAD", "HEADER_SIZE"):
        print(name, curl.getinfo(getattr(pycurl, name)), flush=True)


def perform_multi(curl: pycurl.Curl) -> None:
    multi = pycurl.CurlMulti()
    multi.add_handle(curl)
    while multi.perform()[1]:
        multi.select(1.0)
    for _, code, text in multi.info_read()[2]:
        print("error:", code, text)
    multi.remove_handle(curl)


def main(url: str, *arguments: str) -> None:
    words = set(arguments)
    curl = pycurl.Curl()
    if "serial" in words:
        for n in (1, 2, 3):
            prepare(curl, f"{url}/{n}", words)
            perform(curl, words)
        return
    prepare(curl, url, words)
    if "copy" in words:
        curl = curl.duphandle()
    perform(curl, words)
    if "again" in words:
        curl.reset()
        prepare(curl, url, words)
        perform(curl, words)
    if "fork" in words:
        if os.fork() == 0:
            curl = pycurl.Curl()
            prepare(curl, url + "/child", words)
            perform(curl, words)
            return
        status = os.wait()[1]
        print("child:", status)
        prepare(curl, url + "/parent", words)
        perform(curl, words)


if __name__ == "__main__":
    main(*sys.argv[1:])
