"""What the peers' scripts share: their options, how steps are timed, and the line of JSON that they print.

It imports no framework, so that it neither slows a start nor takes memory.
"""

import argparse
import ctypes
import json
import os
import pathlib
import sys
import time

# Output channels, kernel, stride and padding of the four blocks of NiN; each continues with two 1×1 convolutions.
BLOCKS = [(96, 11, 4, 0), (256, 5, 1, 2), (384, 3, 1, 1), (10, 3, 1, 1)]
CLASSES = 10
LEARNING_RATE = 0.05


class Measurement:
    """One measurement as given on the command line."""

    def __init__(self, peer, settings):
        """Reads the command line.

        settings: the names of the peer's settings for each (task, precision), the best one first.
        """
        began = _process_start()
        parser = argparse.ArgumentParser(description=f"Times NiN in {peer} and prints a line of JSON.")
        parser.add_argument("--list", action="store_true", help="print what can be measured, and nothing else")
        parser.add_argument("--task", choices=["train", "predict", "start"], default="train")
        parser.add_argument("--precision", choices=["float32", "bf16"], default="float32")
        parser.add_argument("--setting", help="how the peer is used; its best if not given")
        parser.add_argument("--threads", type=int, default=os.cpu_count())
        parser.add_argument("--batch-size", type=int, default=128)
        parser.add_argument("--image-size", type=int, default=224)
        parser.add_argument("--steps", type=int, default=5, help="how many steps are timed")
        parser.add_argument("--warm-up", type=int, default=2, help="how many steps are run before, untimed")
        parser.add_argument("--started-at", type=float, default=began,
                            help="the monotonic clock's seconds when the process was requested, for --task start")
        parser.add_argument("--model-file", default=str(pathlib.Path(sys.prefix).parent / "nin.onnx"),
                            help="NiN as ONNX, for the peers that read it")
        options = parser.parse_args()
        if options.list:
            _print(peer=peer, settings=[
                {"task": task, "precision": precision, "setting": name}
                for (task, precision), names in settings.items() for name in names])
            sys.exit(0)
        names = settings.get((options.task, options.precision))
        if not names:
            sys.exit(f"{peer} is not measured for --task {options.task} --precision {options.precision}")
        options.setting = options.setting or names[0]
        if options.setting not in names:
            sys.exit(f"--setting is {options.setting}; {peer} has {', '.join(names)} for this task")
        if options.task == "start":
            options.batch_size = 1
        self.peer = peer
        self.options = options
        # Read by the OpenMP and MKL runtimes when a framework is imported.
        os.environ["OMP_NUM_THREADS"] = str(options.threads)

    def run(self, version, step):
        """Times a step, which must return only when its result is there, and prints the line."""
        options = self.options
        if options.task == "start":
            step()
            seconds = [time.monotonic() - options.started_at]
        else:
            for _ in range(options.warm_up):
                step()
            seconds = [_duration(step) for _ in range(options.steps)]
        _print(
            peer=self.peer, version=version, setting=options.setting, task=options.task,
            precision=options.precision, batch_size=options.batch_size, image_size=options.image_size,
            threads=options.threads, seconds=seconds, peak_memory=_peak_memory())


def keep_freed_memory():
    """Has glibc keep what is freed: by default it returns large blocks, whose pages then fault in every step."""
    if sys.platform == "linux":
        trim_threshold, mmap_max = -1, -4
        libc = ctypes.CDLL(None)
        libc.mallopt(mmap_max, 0)
        libc.mallopt(trim_threshold, 2**31 - 1)


def _duration(step):
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def _process_start():
    """When this process began, on the monotonic clock, to a hundredth of a second; the current time if unknown."""
    try:
        with open("/proc/self/stat") as file:
            ticks = int(file.read().rsplit(")", 1)[1].split()[19])
    except OSError:
        return time.monotonic()
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    return time.monotonic() - age


def _peak_memory():
    """The peak resident memory, in bytes."""
    try:
        with open("/proc/self/status") as file:
            lines = dict(line.split(":", 1) for line in file)
        return int(lines["VmHWM"].split()[0]) * 1024
    except OSError:
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _print(**line):
    print(json.dumps(line), flush=True)
