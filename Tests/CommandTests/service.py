"""A `towerbook serve` of a script's own: begun, asked, killed and begun again; and what its log on the disk holds."""

import atexit
import http.client
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time

# A script that is told to end takes its services along.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


class Service:
    def __init__(self, program, model, state=None, *options):
        self.command = [program, "serve", model, "--port", "0", *options]
        if state:
            self.command += ["--state", state]
        self.process, self.port, self.errors = None, None, []
        atexit.register(self.leave)

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://127.0.0.1:"):
            raise SystemExit(f"the service did not begin: {line!r} {self.process.stderr.read()}")
        self.port = int(line.rsplit(":", 1)[1])
        errors = self.process.stderr
        threading.Thread(target=lambda: self.errors.extend(errors), daemon=True).start()
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def leave(self):
        if self.process and self.process.poll() is None:
            self.kill()

    def stop(self, timeout=60):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def connection(self, timeout=60):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method, path, body=None, connection=None):
        own = connection or self.connection()
        own.request(method, path, body if body is None or isinstance(body, (str, bytes)) else json.dumps(body))
        response = own.getresponse()
        text = response.read().decode()
        if connection is None:
            own.close()
        return response.status, json.loads(text) if "json" in (response.headers["content-type"] or "") else text

    def items(self, body):
        """The ids and scores that a request is given, and by which model."""
        status, answer = self.ask("POST", "/recommend", body)
        assert status == 200, (status, answer)
        return [(item["id"], item["score"]) for item in answer["items"]]

    def metrics(self):
        lines = self.ask("GET", "/metrics")[1].splitlines()
        return {key: float(value) for key, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}

    def resident(self):
        """The bytes of memory that the process holds."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def logged(state):
    """What the log in the folder `state` holds, by its description alone: clicks as (user, item, time), items as (id, kind)."""
    with open(os.path.join(state, "state.log"), "rb") as file:
        data = file.read()
    first = b"towerbook state 1\n"
    assert data.startswith(first), data[:20]
    place, clicks, items = len(first), [], []
    while len(data) - place >= 16:
        length = struct.unpack_from("<I", data, place)[0]
        content = data[place + 16 : place + 16 + length]
        if len(content) < length:
            break
        place += 16 + length

        def text(at):
            size = struct.unpack_from("<I", content, at)[0]
            return content[at + 4 : at + 4 + size].decode(), at + 4 + size

        if content[0] == 1:
            user, at = text(1)
            item, at = text(at)
            clicks.append((user, item, struct.unpack_from("<q", content, at)[0]))
        elif content[0] in (2, 3):
            items.append((text(1)[0], {2: "put", 3: "deleted"}[content[0]]))
    return clicks, items


class Clicker(threading.Thread):
    """Sends clicks, one or some at a time, until it is stopped or the service is gone; holds what was answered with 200."""

    def __init__(self, service, name, items, first):
        super().__init__(daemon=True)
        self.service, self.user, self.items, self.next = service, name, items, first
        self.taken, self.failures, self.stopped = [], [], False

    def run(self):
        connection = self.service.connection(timeout=30)
        try:
            while not self.stopped:
                clicks = []
                for _ in range(1 + self.next % 3):
                    item = self.items[self.next * 7 % len(self.items)]
                    clicks.append({"user": self.user, "item": item, "time": self.next})
                    self.next += 1
                body = clicks[0] if len(clicks) == 1 else {"events": clicks}
                status, answer = self.service.ask("POST", "/events", body, connection)
                if status != 200:
                    self.failures.append((status, answer))
                    return
                self.taken += [(click["user"], click["item"], click["time"]) for click in clicks]
        except (OSError, http.client.HTTPException):
            pass  # It was killed.
        finally:
            connection.close()


def wait(until, seconds=60):
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
