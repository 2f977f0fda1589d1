#!/usr/bin/python3
"""fetch_ctypes.py URL WORD... - fetches as a program does that finds libcurl
with dlopen() and dlsym(), and prints all that it saw.

    follow          redirects too
    post            sends a line
"""

import ctypes
import sys

POSTFIELDS, URL, FOLLOWLOCATION = 10015, 10002, 52  # CURLOPT_
HEADERFUNCTION, WRITEFUNCTION = 20079, 20011
EFFECTIVE_URL, RESPONSE_CODE, REDIRECT_COUNT = (  # CURLINFO_
    0x100001, 0x200002, 0x200014)

CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t,
    ctypes.c_void_p)


def teller(word: str):
    def tell(data: int, size: int, count: int, _user) -> int:
        print(word, ctypes.string_at(data, size * count))
        return size * count

    return CALLBACK(tell)


def main(url: str, *words: str) -> None:
    libcurl = ctypes.CDLL("libcurl.so.4")
    libcurl.curl_easy_init.restype = ctypes.c_void_p
    curl = ctypes.c_void_p(libcurl.curl_easy_init())
    head, body = teller("head:"), teller("body:")

    libcurl.curl_easy_setopt(curl, URL, ctypes.c_char_p(url.encode()))
    libcurl.curl_easy_setopt(curl, HEADERFUNCTION, head)
    libcurl.curl_easy_setopt(curl, WRITEFUNCTION, body)
    if "follow" in words:
        libcurl.curl_easy_setopt(curl, FOLLOWLOCATION, ctypes.c_long(1))
    if "post" in words:
        libcurl.curl_easy_setopt(
            curl, POSTFIELDS, ctypes.c_char_p(b"name=value"))
    print("result:", libcurl.curl_easy_perform(curl))

    number, text = ctypes.c_long(), ctypes.c_char_p()
    for info in (RESPONSE_CODE, REDIRECT_COUNT):
        libcurl.curl_easy_getinfo(curl, info, ctypes.byref(number))
        print(number.value)
    libcurl.curl_easy_getinfo(curl, EFFECTIVE_URL, ctypes.byref(text))
    print(text.value)
    libcurl.curl_easy_cleanup(curl)


if __name__ == "__main__":
    main(*sys.argv[1:])
