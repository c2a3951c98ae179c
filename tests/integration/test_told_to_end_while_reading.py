"""A command that is told to end while Arrow reads a file hears of it."""

from __future__ import annotations

import subprocess
import sys

# A process of its own: what is told to end is a process. It is told by a thread, at any moment of
# some reads, and counts what it heard.
READ = """
import io, os, random, signal, threading, time
import pyarrow.csv
import etl.sources.arrival.csv_file
heard = []
signal.signal(signal.SIGTERM, lambda *_: heard.append(True))
records = b"a,b\\n" + b"1,x\\n" * 20_000
moments = random.Random(1)
for told in range(1, 101):
    teller = threading.Timer(moments.random() / 250, os.kill, (os.getpid(), signal.SIGTERM))
    teller.start()
    while teller.is_alive():
        pyarrow.csv.read_csv(io.BytesIO(records))
    teller.join()
    time.sleep(0.001)
    assert len(heard) == told, "it went on as if nobody had told it"
print("heard", len(heard))
"""


def test_no_signal_is_lost_while_a_file_is_read() -> None:
    ran = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=False)
    assert ran.stdout == "heard 100\n", ran.stderr
