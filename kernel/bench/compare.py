"""Measures kernels side by side through jupyter_client, and prints a table with ratios.

All figures come from one run in which the kernels take turns, so that whatever else the machine
does falls on both.
"""

import argparse
import statistics
import time
from dataclasses import dataclass, field

import psutil
import zmq
from jupyter_client.manager import KernelManager

TIMEOUT = 60
LINES = 10_000


@dataclass
class Kernel:
    name: str
    trivial: str
    setup: str
    lines: str
    samples: dict[str, list[float]] = field(default_factory=dict)

    def add(self, what, value):
        self.samples.setdefault(what, []).append(value)

    def median(self, what):
        return statistics.median(self.samples[what])


LOCKSTEP = Kernel(
    name="lockstep",
    trivial="1 + 1",
    setup='import "fmt"',
    lines=f'for i := 0; i < {LINES}; i++ {{\n\tfmt.Println("line", i)\n}}',
)
IPYKERNEL = Kernel(
    name="python3",
    trivial="1 + 1",
    setup="pass",
    lines=f'for i in range({LINES}):\n    print("line", i)',
)
KERNELS = (LOCKSTEP, IPYKERNEL)


def start(name, reconnect_ms=None):
    """Starts a kernel; returns its manager, its client and the milliseconds until it has answered."""
    context = zmq.Context()
    if reconnect_ms is not None:
        context.setsockopt(zmq.RECONNECT_IVL, reconnect_ms)
    manager = KernelManager(kernel_name=name, context=context)
    begin = time.perf_counter()
    # ipykernel warns of unencrypted TCP at each start.
    manager.start_kernel(extra_arguments=["--log-level=40"] if name == IPYKERNEL.name else [])
    client = manager.client(context=context)
    client.start_channels(hb=False)
    client.kernel_info()
    client.get_shell_msg(timeout=TIMEOUT)
    return manager, client, (time.perf_counter() - begin) * 1e3


def stop(manager, client):
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


def drain(client):
    """Passes over what the kernel has still to say about earlier requests."""
    client.wait_for_ready(timeout=TIMEOUT)


def execute(client, code):
    """Runs a cell; returns the seconds until its reply and its idle have come, and what it printed."""
    begin = time.perf_counter()
    request = client.execute(code)
    printed = []
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])
        elif message["content"].get("execution_state") == "idle":
            break
    reply = client.get_shell_msg(timeout=TIMEOUT)
    while reply["parent_header"].get("msg_id") != request:
        reply = client.get_shell_msg(timeout=TIMEOUT)
    seconds = time.perf_counter() - begin
    if reply["content"]["status"] != "ok":
        raise SystemExit(f"{code!r} ended with {reply['content']}")
    return seconds, "".join(printed)


def tree_mib(manager, kind):
    """The memory of the kernel's process and all below it, in MiB; kind is "pss" or "rss"."""
    root = psutil.Process(manager.provisioner.pid)
    processes = [root, *root.children(recursive=True)]
    return sum(getattr(p.memory_full_info(), kind, 0) for p in processes) / 2**20


def measure(rounds):
    for _ in range(rounds):
        for kernel in KERNELS:
            for what, reconnect in (("start", None), ("start, eager client", 2)):
                manager, client, ms = start(kernel.name, reconnect)
                kernel.add(what, ms)
                stop(manager, client)

    running = {kernel.name: start(kernel.name)[:2] for kernel in KERNELS}
    for kernel in KERNELS:
        manager, client = running[kernel.name]
        drain(client)
        execute(client, kernel.setup)
        execute(client, kernel.trivial)
        for kind in ("pss", "rss"):
            kernel.add(f"{kind} at first", tree_mib(manager, kind))
    expected = "".join(f"line {i}\n" for i in range(LINES))
    for _ in range(rounds):
        for kernel in KERNELS:
            _, client = running[kernel.name]
            for _ in range(20):
                kernel.add("cell", execute(client, kernel.trivial)[0] * 1e3)
        for kernel in KERNELS:
            _, client = running[kernel.name]
            seconds, printed = execute(client, kernel.lines)
            kernel.add("lines", LINES / seconds)
            kernel.add("lost", LINES - printed.count("\n") if printed != expected else 0)
            if printed != expected and printed.count("\n") == LINES:
                raise SystemExit(f"{kernel.name} garbled the printed lines")
    for kernel in KERNELS:
        manager, client = running[kernel.name]
        for kind in ("pss", "rss"):
            kernel.add(f"{kind} at last", tree_mib(manager, kind))
        stop(manager, client)


def ratio(what):
    return LOCKSTEP.median(what) / IPYKERNEL.median(what)


def table():
    rows = [
        ("start to kernel_info reply, ms", "start", LOCKSTEP.median("start") < 60, "< 60 ms"),
        ("the same, client reconnects every 2 ms", "start, eager client", None, ""),
        ("trivial cell, ms", "cell", ratio("cell") < 1 / 3, "< 1/3"),
        (f"{LINES} printed lines, lines/s", "lines", ratio("lines") >= 1, ">= 1"),
        ("lines lost, most in a run", "lost", max(LOCKSTEP.samples["lost"]) == 0, "none"),
        ("memory (PSS) after the first cell, MiB", "pss at first", ratio("pss at first") < 1, "< 1"),
        ("memory (RSS) after the first cell, MiB", "rss at first", None, ""),
        ("memory (PSS) at the end, MiB", "pss at last", ratio("pss at last") < 1, "< 1"),
        ("memory (RSS) at the end, MiB", "rss at last", None, ""),
    ]
    print(f"{'medians':42}{'lockstep':>12}{'ipykernel':>12}{'ratio':>8}  wanted")
    for title, what, ok, wanted in rows:
        values = [max(k.samples[what]) if what == "lost" else k.median(what) for k in KERNELS]
        share = f"{values[0] / values[1]:8.2f}" if values[1] else " " * 8
        verdict = "" if ok is None else "yes" if ok else "NO"
        print(f"{title:42}{values[0]:12.1f}{values[1]:12.1f}{share}  {wanted:8} {verdict}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often each kernel takes its turn")
    measure(parser.parse_args().rounds)
    table()
