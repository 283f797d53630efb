#!/usr/bin/env python3
"""Opens a report in headless Chromium, wide and narrow, light and dark, and looks for what a reader would complain about.

usage: report_browser_test.py [--screenshots FOLDER] REPORT.html
       report_browser_test.py [--screenshots FOLDER] --sample PROGRAM     what PROGRAM prints: a report on made-up results

Exits 77, which ctest counts as skipped, where there is no Chromium.
"""

import argparse
import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

SKIPPED = 77
WIDTHS = [1280, 390]  # a desk and a telephone
TOO_LONG_S = 100

# Each complaint as a sentence. Texts are compared by the boxes that the browser laid out.
COMPLAINTS = r"""
(() => {
  const found = [];
  const inside = (inner, outer, slack) => inner.left >= outer.left - slack && inner.right <= outer.right + slack &&
      inner.top >= outer.top - slack && inner.bottom <= outer.bottom + slack;
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth) found.push(`the page scrolls sideways: ${page.scrollWidth} > ${innerWidth}`);
  const charts = [...document.querySelectorAll("svg.chart")];
  if (charts.length === 0) found.push("there is no chart");
  for (const chart of charts) {
    const name = chart.querySelector("title").textContent;
    const frame = chart.getBoundingClientRect();
    const plots = [...chart.querySelectorAll(".plot")].map((plot) => plot.getBoundingClientRect());
    const marks = [...chart.querySelectorAll("use, .line, .range")];
    if (!plots.length || plots.some((plot) => plot.width < 100 || plot.height < 20)) found.push(`${name}: no plot`);
    if (!marks.length) found.push(`${name}: no marks`);
    for (const mark of marks) {
      const box = mark.getBoundingClientRect();
      if (!(box.width + box.height > 0)) found.push(`${name}: a mark has no size`);
      const slack = 6 * frame.width / 360;  // a marker around a value at the edge
      if (!plots.some((plot) => inside(box, plot, slack))) found.push(`${name}: a mark outside of the plot`);
    }
    const texts = [...chart.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
    for (const [text, box] of texts) {
      if (box.height < 9) found.push(`${name}: "${text}" is too small: ${box.height} px`);
      if (!inside(box, frame, 0.5)) found.push(`${name}: "${text}" is cut off`);
    }
    texts.forEach(([text, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
      const over = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const across = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (over > 1 && across > 3) found.push(`${name}: "${text}" and "${other}" overlap`);
    }));
    for (const id of chart.getAttribute("aria-labelledby").split(" ")) {
      if (!document.getElementById(id) || !document.getElementById(id).textContent) found.push(`${name}: no ${id}`);
    }
    const figure = chart.closest("figure");
    if (!figure.querySelector("details tbody tr")) found.push(`${name}: no table`);
  }
  for (const one of document.querySelectorAll("body *")) {
    if (one.closest("svg, .scroll, script, [hidden]") && !one.matches(".scroll")) continue;
    const box = one.getBoundingClientRect();
    if (box.right > innerWidth + 0.5) found.push(`<${one.tagName}> sticks out of the page: ${one.textContent.slice(0, 60)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  if (new Set(ids).size !== ids.length) found.push("two elements have the same id");
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const seen = new Set();
  for (const one of document.querySelectorAll("main p, figcaption, li, th, td, summary, svg.chart text, .line, use")) {
    if (one.closest("defs")) {
      continue;  // it is drawn where it is used
    }
    const style = getComputedStyle(one);
    const drawn = one.matches(".line, use");
    const colour = one.matches(".line") ? style.stroke : one.closest("svg") ? style.fill : style.color;
    const behind = one.closest("figure, button, pre");
    const paper = getComputedStyle(behind || document.documentElement).backgroundColor;
    const pair = `${colour} on ${paper}`;
    if (!seen.has(pair) && contrast(colour, paper) < (drawn ? 3 : 4.5)) {
      found.push(`<${one.tagName}> can hardly be seen: ${pair}`);
    }
    seen.add(pair);
  }
  return [...new Set(found)];
})()
"""

# On paper nothing can be scrolled, or opened.
ON_PAPER = r"""
(() => {
  const found = [];
  for (const box of document.querySelectorAll(".scroll")) {
    const table = box.querySelector("table");
    if (table.getBoundingClientRect().right > box.closest("figure, section").getBoundingClientRect().right + 0.5) {
      found.push(`a table is cut off: ${table.textContent.slice(0, 60)}`);
    }
  }
  for (const button of document.querySelectorAll("button, nav, summary")) {
    if (button.getClientRects().length) found.push(`there is something to press: ${button.textContent.slice(0, 60)}`);
  }
  return [...new Set(found)];
})()
"""

# By arrow keys and by pointer, each chart that has marks with a note shows one.
TOOL_TIPS = r"""
(() => {
  const found = [];
  const tip = document.getElementById("tip");
  for (const chart of document.querySelectorAll("svg.chart")) {
    const marks = [...chart.querySelectorAll("[data-t]")];
    if (!marks.length) continue;
    const name = chart.querySelector("title").textContent;
    chart.scrollIntoView({ block: "center", behavior: "instant" });
    chart.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    if (tip.hidden || !tip.textContent.endsWith(marks[0].dataset.t)) found.push(`${name}: no tool tip by key`);
    chart.dispatchEvent(new PointerEvent("pointerleave"));
    if (!tip.hidden) found.push(`${name}: the tool tip stays`);
    const box = marks[marks.length - 1].getBoundingClientRect();
    chart.dispatchEvent(new PointerEvent("pointermove",
        { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true }));
    const own = tip.getBoundingClientRect();
    if (tip.hidden || !tip.textContent) found.push(`${name}: no tool tip by pointer`);
    if (own.left < 0 || own.right > innerWidth) found.push(`${name}: the tool tip is cut off`);
    chart.dispatchEvent(new PointerEvent("pointerleave"));
  }
  return found;
})()
"""


class Browser:
    """Headless Chromium, spoken to over its DevTools protocol by two pipes. See https://chromedevtools.github.io/devtools-protocol/"""

    def __init__(self, program: str, profile: str) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # The browser reads its descriptor 3 and writes its 4: a shell moves them there, whatever numbers they have here.
        script = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        options = ["--headless", "--remote-debugging-pipe", f"--user-data-dir={profile}", "--disable-gpu", "--no-first-run",
                   "--disable-dev-shm-usage", "--hide-scrollbars"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # which refuses to work for root
        self._process = subprocess.Popen(["bash", "-c", script, "bash", program, *options], pass_fds=(to_browser, from_browser),
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._last_id = 0
        self.complaints: list[str] = []  # what the page's console said

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.call("Browser.close")
        os.close(self._write)
        os.close(self._read)
        self._process.wait(timeout=TOO_LONG_S)

    def call(self, method: str, session: str | None = None, **parameters: object) -> dict:
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._last_id:
                assert "error" not in answer, (method, answer)
                return answer["result"]

    def wait_for(self, method: str) -> None:
        while self._next().get("method") != method:
            pass

    def _next(self) -> dict:
        while b"\0" not in self._buffer:
            read = os.read(self._read, 1 << 16)
            if not read:
                raise OSError("the browser has gone")
            self._buffer += read
        line, self._buffer = self._buffer.split(b"\0", 1)
        message = json.loads(line)
        parameters = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(f"a script failed: {parameters['exceptionDetails']}")
        elif message.get("method") == "Runtime.consoleAPICalled":
            self.complaints.append(f"the console has: {parameters['args']}")
        elif message.get("method") == "Log.entryAdded":
            self.complaints.append(f"the log has: {parameters['entry']}")
        return message


@contextlib.contextmanager
def page_in(browser: Browser) -> Iterator[str]:
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ["Page", "Runtime", "Log"]:
        browser.call(f"{domain}.enable", session)
    yield session
    browser.call("Target.closeTarget", targetId=target)


def evaluate(browser: Browser, session: str, script: str) -> list[str]:
    result = browser.call("Runtime.evaluate", session, expression=script, returnByValue=True)
    assert "exceptionDetails" not in result, result
    return result["result"]["value"]


def look_at(browser: Browser, report: pathlib.Path, width: int, scheme: str, screenshots: pathlib.Path | None) -> list[str]:
    with page_in(browser) as session:
        browser.call("Emulation.setDeviceMetricsOverride", session, width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        browser.call("Emulation.setEmulatedMedia", session, features=[{"name": "prefers-color-scheme", "value": scheme}])
        browser.call("Page.navigate", session, url=report.as_uri())
        browser.wait_for("Page.loadEventFired")
        found = evaluate(browser, session, COMPLAINTS)
        found += evaluate(browser, session, TOOL_TIPS)
        evaluate(browser, session, "document.querySelectorAll('details').forEach((one) => { one.open = true; }); []")
        found += [f"with open tables: {complaint}" for complaint in evaluate(browser, session, COMPLAINTS)]
        if screenshots:
            evaluate(browser, session, "document.querySelectorAll('details').forEach((one) => { one.open = false; }); scrollTo(0, 0); []")
            picture = browser.call("Page.captureScreenshot", session, captureBeyondViewport=True, format="png")
            (screenshots / f"{report.stem}-{width}-{scheme}.png").write_bytes(base64.b64decode(picture["data"]))
    found += browser.complaints
    browser.complaints = []
    return [f"{width} px, {scheme}: {complaint}" for complaint in found]


def print_out(browser: Browser, report: pathlib.Path) -> list[str]:
    """As on A4 between margins of 1 cm, on a printer."""
    with page_in(browser) as session:
        browser.call("Emulation.setDeviceMetricsOverride", session, width=718, height=1047, deviceScaleFactor=1, mobile=False)
        browser.call("Emulation.setEmulatedMedia", session, media="print")
        browser.call("Page.navigate", session, url=report.as_uri())
        browser.wait_for("Page.loadEventFired")
        evaluate(browser, session, "dispatchEvent(new Event('beforeprint')); []")
        found = evaluate(browser, session, ON_PAPER) + evaluate(browser, session, COMPLAINTS)
    found += browser.complaints
    browser.complaints = []
    return [f"printed: {complaint}" for complaint in found]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshots", type=pathlib.Path)
    parser.add_argument("--sample")
    parser.add_argument("report", nargs="?", type=pathlib.Path)
    options = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        print("skipped: there is no Chromium. To install it: apt-get install chromium (tools/setup check)")
        return SKIPPED
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        report = options.report
        if options.sample:
            report = pathlib.Path(folder) / "sample.html"
            report.write_bytes(subprocess.run([options.sample, "report"], capture_output=True, check=True, timeout=TOO_LONG_S).stdout)
        found = []
        browser = Browser(program, f"{folder}/profile")
        try:
            for width in WIDTHS:
                for scheme in ["light", "dark"]:
                    found += look_at(browser, report.resolve(), width, scheme, options.screenshots)
            found += print_out(browser, report.resolve())
        finally:
            browser.close()
    print("\n".join(found) or f"{report.name}: nothing to complain about")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
