"""A libzmq client that meets the Go sockets: client.py ROUTER PUBLISHER HEARTBEAT.

The router echoes, and publishes the rest of a message whose first frame is "publish".
The publisher answers each subscription with the topic and "welcome".
"""

import sys
import time

import zmq
from zmq.utils.monitor import recv_monitor_message

router, publisher, heartbeat = sys.argv[1:]
ctx = zmq.Context()
ctx.rcvtimeo = ctx.sndtimeo = 8000
ctx.linger = 0


def connect(kind, endpoint, **options):
    s = ctx.socket(kind)
    for name, value in options.items():
        s.setsockopt(getattr(zmq, name), value)
    s.connect(endpoint)
    return s


def expect(s, *frames):
    got = s.recv_multipart()
    assert got == list(frames), f"got {got!r:.300}, want {frames!r:.300}"


# Heartbeats: libzmq hangs up on a peer that leaves a PING unanswered for the timeout.
beating = connect(zmq.DEALER, router, IDENTITY=b"beating", HEARTBEAT_IVL=20, HEARTBEAT_TIMEOUT=1000)
monitor = beating.get_monitor_socket(zmq.EVENT_DISCONNECTED)
beating_since = time.monotonic()

# Messages of all shapes come back as they went, in order.
dealer = connect(zmq.DEALER, router, IDENTITY=b"client")
shapes = [[b"x" * n] for n in (0, 1, 255, 256, 65535, 65536, 8 << 20)]
shapes += [[b"", b""], [b"a", b"", b"b" * 300, b""], [b"%d" % i for i in range(200)]]
for shape in shapes:
    dealer.send_multipart(shape)
    expect(dealer, *shape)
for i in range(2000):
    dealer.send_multipart([b"%d" % i, b"body"])
for i in range(2000):
    expect(dealer, b"%d" % i, b"body")

req = connect(zmq.REQ, router)
req.send_multipart([b"a request"])
expect(req, b"a request")

# A newcomer takes over its identity.
old = connect(zmq.DEALER, router, IDENTITY=b"same", RECONNECT_IVL=-1)
old.send(b"old")
expect(old, b"old")
new = connect(zmq.DEALER, router, IDENTITY=b"same")
new.send(b"new")
expect(new, b"new")
assert not old.poll(0)

# Subscriptions: the welcome comes first, then what matches, once.
sub = connect(zmq.SUB, publisher)
sub.subscribe(b"kernel")
expect(sub, b"kernel", b"welcome")
sub.subscribe(b"kernel.a")
expect(sub, b"kernel.a", b"welcome")
other = connect(zmq.XSUB, publisher)
other.send(b"\x01")
expect(other, b"", b"welcome")
for topic in (b"kernel.a", b"other", b"kern"):
    dealer.send_multipart([b"publish", topic, b"body"])
    expect(other, topic, b"body")
expect(sub, b"kernel.a", b"body")
sub.unsubscribe(b"kernel")
sub.subscribe(b"end")  # its welcome tells that the former has been read
expect(sub, b"end", b"welcome")
for topic in (b"kernel.b", b"kernel.a.b", b"end"):
    dealer.send_multipart([b"publish", topic])
    expect(other, topic)
expect(sub, b"kernel.a.b")
expect(sub, b"end")

# The heartbeat echoes with a delimiter and without.
req = connect(zmq.REQ, heartbeat)
for body in (b"ping", b"", b"pong"):
    req.send(body)
    expect(req, body)
bare = connect(zmq.DEALER, heartbeat)
bare.send(b"bare")
expect(bare, b"bare")

left = beating_since + 1.5 - time.monotonic()
if monitor.poll(max(0, left * 1000)):
    sys.exit(f"a PING went unanswered: {recv_monitor_message(monitor)}")
beating.send(b"alive")
expect(beating, b"alive")
