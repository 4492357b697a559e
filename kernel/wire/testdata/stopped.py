"""Two subscribers: stopped.py PUBLISHER N. One stops reading after its welcome, the other must get N messages in order."""

import sys

import zmq

endpoint, n = sys.argv[1], int(sys.argv[2])
ctx = zmq.Context()
ctx.rcvtimeo = 8000
ctx.linger = 0


def subscriber():
    s = ctx.socket(zmq.SUB)
    s.setsockopt(zmq.RECONNECT_IVL, -1)
    s.subscribe(b"")
    s.connect(endpoint)
    s.recv_multipart()
    return s


stopped, healthy = subscriber(), subscriber()
print("subscribed", flush=True)
for i in range(n):
    got = healthy.recv_multipart()
    assert got[0] == b"%d" % i, f"message {got[0]} where {i} should be"
