"""Stands in for Ray's job API where there is no Ray: ray_stand_in.py PORT_FILE. It runs entrypoints as processes of this machine.

It is no Ray: there is no cluster and no queue. It ends when its standard input does.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

jobs = {}
lock = threading.Lock()


def status(job):
    code = job["process"].poll()
    if job["stopped"] and code is not None:
        return {"status": "STOPPED", "message": "Job was intentionally stopped."}
    if code is None:
        return {"status": "RUNNING", "message": "Job is currently running."}
    if code == 0:
        return {"status": "SUCCEEDED", "message": "Job finished successfully.", "driver_exit_code": 0}
    return {"status": "FAILED", "message": f"Job entrypoint command failed with exit code {code}", "driver_exit_code": code}


class Handler(BaseHTTPRequestHandler):
    def answer(self, code, body):
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/api/version":
            return self.answer(200, {"version": "4", "ray_version": "stand-in"})
        with lock:
            job = jobs.get(self.path.removeprefix("/api/jobs/"))
        if job is None:
            return self.answer(404, "Job does not exist")
        self.answer(200, status(job))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.endswith("/stop"):
            name = self.path.split("/")[3]
            with lock:
                job = jobs.get(name)
            if job is None:
                return self.answer(404, "Job does not exist")
            job["stopped"] = job["process"].poll() is None
            if job["stopped"]:
                os.killpg(job["process"].pid, signal.SIGTERM)
                threading.Timer(3, lambda: job["process"].poll() is None and os.killpg(job["process"].pid, 9)).start()
            return self.answer(200, {"stopped": True})
        asked = json.loads(body)
        with lock:
            if asked["submission_id"] in jobs:
                return self.answer(500, f"Job with submission_id {asked['submission_id']} already exists.")
            if asked.get("entrypoint_num_cpus", 0) > 500:
                return self.answer(400, "entrypoint_num_cpus is more than there are")
            jobs[asked["submission_id"]] = {
                "process": subprocess.Popen(
                    asked["entrypoint"], shell=True, start_new_session=True, stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                ),
                "stopped": False,
            }
        self.answer(200, {"job_id": asked["submission_id"], "submission_id": asked["submission_id"]})


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
