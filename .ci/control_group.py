"""Control groups, by which the system limits what processes take of memory; making one needs root."""
import os, sys


class ControlGroup:
    """A control group that is limited to so many bytes of memory, of either version; without a limit none is made."""

    def __init__(self, limit):
        self.folder = None
        if limit is None:
            return
        for base, name in [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")]:
            folder = os.path.join(base, f"towerbook-{os.getpid()}")
            try:
                os.mkdir(folder)
                with open(os.path.join(folder, name), "w") as file:
                    file.write(str(limit))
                self.folder = folder
                return
            except OSError as error:
                reason = error
                if os.path.isdir(folder):
                    os.rmdir(folder)
        sys.exit(f"error: no control group can be made: {reason}")

    def join(self):
        if self.folder:
            with open(os.path.join(self.folder, "cgroup.procs"), "w") as file:
                file.write(str(os.getpid()))

    def peak(self):
        """The most that it had at once, files included; None where that is not known."""
        if not self.folder:
            return None
        for name in ["memory.max_usage_in_bytes", "memory.peak"]:
            try:
                return int(open(os.path.join(self.folder, name)).read())
            except OSError:
                pass

    def remove(self):
        if self.folder:
            os.rmdir(self.folder)
