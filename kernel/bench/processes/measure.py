"""Measures processes and threads of Python, each time a line with two numbers comes.

The numbers are how many processes to start, and how many round trips to make.
"""

import multiprocessing
import queue
import sys
import threading
import time


def nothing():
    pass


def same(n):
    return n


def echo(end):
    while True:
        try:
            end.send(end.recv())
        except EOFError:
            return


def each(what, times, call):
    begin = time.perf_counter()
    for _ in range(times):
        call()
    print(what, f"{(time.perf_counter() - begin) / times * 1e6:.3f}")


def measure(starts, trips):
    for mode in ("spawn", "fork"):
        context = multiprocessing.get_context(mode)

        def start():
            process = context.Process(target=nothing)
            process.start()
            process.join()

        each(f"start,{mode}", starts, start)

        here, there = context.Pipe()
        process = context.Process(target=echo, args=(there,))
        process.start()
        there.close()

        def trip():
            here.send(1)
            here.recv()

        trip()
        each(f"pipe,{mode}", trips, trip)
        # A forked child has a copy of this end, so that it never sees the end of the pipe.
        process.terminate()
        process.join()

        with context.Pool(1) as pool:

            def apply():
                pool.apply(same, (1,))

            apply()
            each(f"pool,{mode}", trips, apply)

    def start_thread():
        thread = threading.Thread(target=nothing)
        thread.start()
        thread.join()

    each("start,thread", trips, start_thread)
    to, back = queue.Queue(), queue.Queue()

    def serve():
        while (n := to.get()) is not None:
            back.put(n)

    thread = threading.Thread(target=serve)
    thread.start()

    def exchange():
        to.put(1)
        back.get()

    each("pipe,thread", trips, exchange)
    to.put(None)
    thread.join()
    threads(trips)


MANY = 20


def threads(trips):
    lock = threading.Lock()

    def pair():
        lock.acquire()
        lock.release()

    each("lock", MANY * trips, pair)
    items = queue.Queue()

    def put_get():
        items.put(1)
        items.get()

    each("queue", MANY * trips, put_get)
    each("queue,4+4", 1, lambda: hand_over(4, 4, MANY * trips))
    each("queue,100", trips, idle(100))
    event, back = threading.Event(), threading.Event()

    def answer():
        for _ in range(trips):
            event.wait()
            event.clear()
            back.set()

    thread = threading.Thread(target=answer)
    thread.start()

    def signal():
        event.set()
        back.wait()
        back.clear()

    each("event", trips, signal)
    thread.join()


def hand_over(producers, consumers, items):
    between = queue.Queue(10)

    def consume():
        while between.get() is not None:
            between.task_done()

    def produce():
        for i in range(items // producers):
            between.put(i)

    takers = [threading.Thread(target=consume) for _ in range(consumers)]
    makers = [threading.Thread(target=produce) for _ in range(producers)]
    for thread in takers + makers:
        thread.start()
    for thread in makers:
        thread.join()
    between.join()
    for _ in takers:
        between.put(None)
    for thread in takers:
        thread.join()


def idle(n):
    to, back = queue.Queue(), queue.Queue()

    def serve():
        while True:
            back.put(to.get())

    for _ in range(n):
        threading.Thread(target=serve, daemon=True).start()

    def exchange():
        to.put(1)
        back.get()

    return exchange


if __name__ == "__main__":
    for line in sys.stdin:
        starts, trips = map(int, line.split())
        measure(starts, trips)
        print("done", flush=True)
