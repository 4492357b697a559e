"""Subscribes to each endpoint read from stdin, says so on stdout, and fails unless "idle" ends what it gets."""

import sys

import zmq

ctx = zmq.Context()
ctx.rcvtimeo = 8000
ctx.linger = 0
for endpoint in sys.stdin:
    sub = ctx.socket(zmq.SUB)
    sub.subscribe(b"")
    sub.connect(endpoint.strip())
    sub.recv_multipart()  # the welcome
    print("subscribed", flush=True)
    n = 0
    while (frames := sub.recv_multipart()) != [b"idle"]:
        assert frames[0] == b"%d" % n, (frames, n)
        n += 1
    print(n, flush=True)
    sub.close()
