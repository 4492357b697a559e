"""A libzmq peer, and strangers beside it: fault.py NAME ENDPOINT. Each function below is one fault that a socket may have.

Where it says "ask", the router echoes.
"""

import socket
import struct
import sys

import zmq

name, endpoint = sys.argv[1:]
ctx = zmq.Context()
ctx.rcvtimeo = ctx.sndtimeo = 15000
ctx.linger = 0


def dealer(identity, **options):
    s = ctx.socket(zmq.DEALER)
    s.identity = identity
    for option, value in options.items():
        s.setsockopt(getattr(zmq, option), value)
    s.connect(endpoint)
    return s


def ask(s, *frames):
    s.send_multipart(frames)
    got = s.recv_multipart()
    assert got == list(frames), got


def stranger(data=b""):
    host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
    s = socket.create_connection((host, int(port)))
    s.sendall(data)
    return s


GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)
READY = b"\x04\x26\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00"


def reads_no_replies():
    """A client that asks and reads no answers is let go; the other is served meanwhile, and it can come back."""
    deaf = dealer(b"deaf", RCVHWM=1, RCVBUF=1 << 16)
    healthy = dealer(b"healthy")
    ask(healthy, b"first")
    block = b"x" * (1 << 20)
    for i in range(200):
        try:
            deaf.send_multipart([b"%d" % i, block], zmq.NOBLOCK)
        except zmq.Again:
            break
        ask(healthy, b"%d" % i)
    deaf.close()
    ask(dealer(b"deaf"), b"back again")


def silent_connections():
    """Connections that say nothing, or half of it, delay nobody."""
    silent = [stranger(GREETING[: 8 * i]) for i in range(16)]
    ask(dealer(b"peer"), b"hello")
    assert silent


def hostile_frames():
    """A truncated READY and frames of 2^40 and 2^62 bytes end their own connections only."""
    peer = dealer(b"peer")
    ask(peer, b"before")
    for bad in (
        GREETING + b"\x04\x13\x05READY\x0bSocket-Type\x00",
        GREETING + b"\x06" + struct.pack(">Q", 1 << 40),
        GREETING + READY + b"\x02" + struct.pack(">Q", 1 << 62),
        GREETING + READY + b"\x02" + struct.pack(">Q", 1 << 40),
        b"GET / HTTP/1.1\r\n\r\n" * 10,
    ):
        s = stranger(bad)
        s.settimeout(15)
        try:
            while s.recv(4096):
                pass
        except ConnectionResetError:
            pass
        ask(peer, b"after")


def early_answer():
    """An answer to who isn't there fails at once (the Go side has seen to that); who comes then is served."""
    ask(dealer(b"late"), b"hello")


def leaked_descriptors():
    """Failed handshakes leave nothing behind (the Go side counts)."""
    for _ in range(200):
        s = stranger(b"nonsense" * 20)
        s.settimeout(15)
        try:
            while s.recv(4096):
                pass
        except ConnectionResetError:
            pass
        s.close()
    ask(dealer(b"peer"), b"hello")


def stale_file():
    """A socket's file that a killed process has left behind (see leave_file)."""
    ask(dealer(b"peer"), b"hello")


def leave_file():
    s = ctx.socket(zmq.ROUTER)
    s.bind(endpoint)
    print("bound", flush=True)
    sys.stdin.read()


def many_connections():
    """200 connections at a time."""
    peers = [dealer(b"peer %d" % i) for i in range(200)]
    for i, s in enumerate(peers):
        s.send(b"%d" % i)
    for i, s in enumerate(peers):
        assert s.recv() == b"%d" % i


def slow_subscriber():
    """Everything arrives at a subscriber that is slower than the publisher."""
    import time

    s = ctx.socket(zmq.SUB)
    s.setsockopt(zmq.RCVHWM, 100)
    s.subscribe(b"")
    s.connect(endpoint)
    s.recv_multipart()
    print("subscribed", flush=True)
    n = 0
    while (frames := s.recv_multipart())[0] != b"end":
        assert frames[0] == b"%d" % n, (frames[0], n)
        n += 1
        if n % 1000 == 0:
            time.sleep(0.01)
    print(n)


globals()[name]()
