"""libzmq sockets for the Go clients to dial. Prints their endpoints: an echoing ROUTER, an XPUB, an echoing REP.

The router publishes the rest of a message whose first frame is "publish". Ends with its stdin.
"""

import sys

import zmq

ctx = zmq.Context()
ctx.linger = 0


def bind(kind, **options):
    s = ctx.socket(kind)
    for name, value in options.items():
        s.setsockopt(getattr(zmq, name), value)
    s.bind("tcp://127.0.0.1:*")
    print(s.last_endpoint.decode(), flush=True)
    return s


# The router hangs up on a client that leaves a PING unanswered for the timeout.
router = bind(zmq.ROUTER, HEARTBEAT_IVL=20, HEARTBEAT_TIMEOUT=1000)
publisher = bind(zmq.XPUB, XPUB_WELCOME_MSG=b"welcome")
rep = bind(zmq.REP)
poller = zmq.Poller()
for s in (router, publisher, rep, sys.stdin.fileno()):
    poller.register(s, zmq.POLLIN)
while True:
    events = dict(poller.poll())
    if sys.stdin.fileno() in events:
        break
    if router in events:
        identity, *frames = router.recv_multipart()
        if frames[0] == b"publish":
            publisher.send_multipart(frames[1:])
        else:
            router.send_multipart([identity, *frames])
    if publisher in events:
        publisher.recv()  # a subscription; sockets work only while they are called
    if rep in events:
        rep.send_multipart(rep.recv_multipart())
