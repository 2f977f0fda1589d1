#!/usr/bin/python3
"""fetch_tornado.py URL NAME... - fetches URL-NAME for all names at once with
Tornado's CurlAsyncHTTPClient, whose event loop drives libcurl by its sockets
and its timer, and prints what came in the order of the names. Words that begin
with "+" are not names:

    +few            no more than three at a time
    +follow         redirects too
    +post           sends a line
    +streamed       takes the body piece by piece
    +again          all of it twice, with the same client
"""

import asyncio
import sys

from tornado.curl_httpclient import CurlAsyncHTTPClient, CurlError
from tornado.httpclient import HTTPRequest


async def fetch(client: CurlAsyncHTTPClient, url: str, words: set[str],
                ) -> list[str]:
    """What there is to tell, in lines."""
    pieces: list[bytes] = []
    request = HTTPRequest(
        url, method="POST" if "+post" in words else "GET",
        body="name=value" if "+post" in words else None,
        follow_redirects="+follow" in words,
        streaming_callback=pieces.append if "+streamed" in words else None)
    try:
        response = await client.fetch(request, raise_error=False)
    except CurlError as error:
        return [f"error: {error}"]

    heads = [f"head: {name}: {value}"
             for name, value in response.headers.get_all()]
    body = b"".join(pieces) or response.body
    return [f"{response.code} {response.reason} {response.effective_url}",
            *heads, f"body: {body!r}", f"error: {response.error!r}"]


async def main(url: str, *arguments: str) -> None:
    words = {word for word in arguments if word.startswith("+")}
    names = [word for word in arguments if word not in words]
    client = CurlAsyncHTTPClient(max_clients=3 if "+few" in words else 50)
    for _ in range(1 + ("+again" in words)):
        told = await asyncio.gather(
            *(fetch(client, f"{url}-{name}", words) for name in names))
        for name, lines in zip(names, told):
            print(name, *lines, sep="\n  ")
    client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
