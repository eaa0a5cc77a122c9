"""A real browser, driven by the Chrome DevTools Protocol over a pair of pipes: no port, no driver.
https://chromedevtools.github.io/devtools-protocol/"""
import base64
import fcntl
import json
import os
import pathlib
import select
import subprocess
import tempfile
import time

DEADLINE_S = 60


class Browser:
    """One headless Chromium with one page; `console` has what it complained of."""

    def __init__(self, *options):
        self.profile = tempfile.TemporaryDirectory(prefix="writepath-browser-", ignore_cleanup_errors=True)
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        # The browser reads its descriptor 3 and writes 4; numbers above both, so that none is lost.
        theirs = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (theirs_in, theirs_out)]
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{theirs[0]} 4>&{theirs[1]}', "bash", "chromium",
             "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", f"--user-data-dir={self.profile.name}",
             "--remote-debugging-pipe", *options, "about:blank"],
            pass_fds=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for fd in (theirs_in, theirs_out, *theirs):
            os.close(fd)
        self.read_fd, self.write_fd = ours_in, ours_out
        self.buffer, self.last, self.session = b"", 0, None
        self.console, self.loads, self.events = [], [], []
        # The first page may not be there yet when the browser answers.
        pages = self.wait(lambda: [t for t in self.call("Target.getTargets")["targetInfos"]
                                   if t["type"] == "page"], "the first page")
        self.session = self.call("Target.attachToTarget", targetId=pages[0]["targetId"],
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.write_fd)  # it ends when nobody can speak to it any more
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.read_fd)
        self.profile.cleanup()

    def receive(self, until):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.read_fd], [], [], max(0, until - time.monotonic()))
            part = os.read(self.read_fd, 1 << 20) if ready else b""
            if not part:
                raise TimeoutError("the browser ended" if ready else "the browser does not answer")
            self.buffer += part
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, **parameters):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.write_fd, data):]
        until = time.monotonic() + DEADLINE_S
        while True:
            answer = self.receive(until)
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.note(answer.get("method"), answer.get("params", {}))

    def note(self, event, given):
        if event == "Runtime.exceptionThrown":
            details = given["exceptionDetails"]
            self.console.append(details.get("exception", {}).get("description") or details["text"])
        elif event == "Runtime.consoleAPICalled":
            self.console.append(" ".join(str(a.get("value", a.get("description")))
                                         for a in given["args"]))
        elif event == "Log.entryAdded":
            self.console.append(given["entry"]["text"])
        elif event == "Network.requestWillBeSent":
            self.loads.append(given["request"]["url"])
        elif event == "Page.javascriptDialogOpening":
            self.console.append(f"a dialog: {given['message']}")
            self.last += 1
            os.write(self.write_fd, json.dumps({
                "id": self.last, "method": "Page.handleJavaScriptDialog", "sessionId": self.session,
                "params": {"accept": True}}).encode() + b"\0")

    def evaluate(self, expression):
        """The value of a JavaScript expression; a promise's once it is kept."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                          awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"].get("exception", {}).get(
                "description", found["exceptionDetails"]["text"]))
        return found["result"].get("value")

    def wait(self, holds, what):
        until = time.monotonic() + DEADLINE_S
        while True:
            found = holds()
            if found:
                return found
            if time.monotonic() > until:
                raise TimeoutError(f"{what}: not within {DEADLINE_S} s")
            time.sleep(0.02)

    def open(self, page):
        """A file of this disk; returns when it is loaded."""
        self.console.clear()
        self.loads.clear()
        gone = self.call("Page.navigate", url=pathlib.Path(page).resolve().as_uri()).get("errorText")
        if gone:
            raise RuntimeError(f"{page}: {gone}")
        self.wait(lambda: self.evaluate("document.readyState") == "complete", str(page))

    def size(self, width, height=900, touch=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=touch)
        self.call("Emulation.setTouchEmulationEnabled", enabled=touch)

    def media(self, kind="", **features):
        """media("print"), media(prefers_color_scheme="dark")"""
        self.call("Emulation.setEmulatedMedia", media=kind, features=[
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()])
        self.next_frame()

    def next_frame(self):
        """What the browser owes the page (scrolling, changed media) has come."""
        self.evaluate("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")

    def finger(self, x, y, down_px=0):
        """A tap, or a swipe. (Chromium's own synthesized gestures scroll nothing when headless.)"""
        steps = range(1, 11) if down_px else ()
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        for i in steps:
            self.call("Input.dispatchTouchEvent", type="touchMove",
                      touchPoints=[{"x": x, "y": y + down_px * i / 10}])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.next_frame()

    def press(self, key, shift=False):
        text = {"Enter": "\r", " ": " "}.get(key, key if len(key) == 1 else "")
        code = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38,
                "ArrowRight": 39, "ArrowDown": 40, " ": 32}.get(key, ord(key[0].upper()))
        same = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": code,
                "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **same)
        self.call("Input.dispatchKeyEvent", type="keyUp", **same)

    def screenshot(self, file, whole=False):
        data = self.call("Page.captureScreenshot", captureBeyondViewport=whole, **(
            {"clip": {**{k: v for k, v in self.call("Page.getLayoutMetrics")["cssContentSize"].items()},
                      "scale": 1}} if whole else {}))["data"]
        pathlib.Path(file).write_bytes(base64.b64decode(data))

    def pdf(self, file):
        data = self.call("Page.printToPDF", printBackground=True)["data"]
        pathlib.Path(file).write_bytes(base64.b64decode(data))
