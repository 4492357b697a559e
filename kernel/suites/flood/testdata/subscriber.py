"""A libzmq subscriber: subscriber.py ENDPOINT slow|stopped. A line on stdout tells what it has seen."""

import json
import sys
import time

import zmq

endpoint, kind = sys.argv[1:]
ctx = zmq.Context()
ctx.rcvtimeo = 120_000
ctx.linger = 0
sub = ctx.socket(zmq.SUB)
sub.rcvhwm = 10
sub.subscribe(b"")
sub.connect(endpoint)


def receive():
    frames = sub.recv_multipart()
    at = frames.index(b"<IDS|MSG>")
    return json.loads(frames[at + 2])["msg_type"], json.loads(frames[at + 5])


assert receive()[0] == "iopub_welcome"
print("subscribed", flush=True)


def slow():
    """Reads with pauses; each line must come, in order, and the idle of its cell."""
    text, lines, messages = "", 0, 0
    while True:
        kind, content = receive()
        messages += 1
        if messages % 20 == 0:
            time.sleep(0.005)
        if kind == "status" and content["execution_state"] == "idle" and lines:
            break
        if kind != "stream":
            continue
        *whole, text = (text + content["text"]).split("\n")
        for line in whole:
            number = int(line.split(" ", 1)[0])
            assert number == lines, f"line {number} where {lines} should be"
            lines += 1
    print(lines, flush=True)


def stopped():
    """Reads nothing until it is told to, then all that there is: a new connection's welcome must be among it, and what follows."""
    sys.stdin.readline()
    welcomed = False
    while True:
        kind, content = receive()
        if kind == "iopub_welcome":
            welcomed = True
            print("welcomed", flush=True)
        if welcomed and kind == "stream" and "I am back" in content["text"]:
            break
    print("back", flush=True)


{"slow": slow, "stopped": stopped}[kind]()
