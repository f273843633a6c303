"""The live table in a browser without JupyterLab: the page's own code, and the kernel's answers called at once."""

import json
from contextlib import contextmanager
from pathlib import Path

import investigator
from investigator.widgets.asking import Asking

HERE = Path(investigator.__file__).parent / "widgets"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Live table</title><style>body{{margin:8px;font-family:sans-serif;{theme}}}
{css}</style></head><body><main></main><script type="module">
{esm}
const on = [];
const model = {{ on: (_, call) => on.push(call), off: () => {{}}, send: async (content) => {{
  if (window.dead) return; window.asked = (window.asked || []); window.asked.push(content);
  const text = await window.answered(JSON.stringify(content)); window.bytes = (window.bytes || []); window.bytes.push([content.ask, text.length]);
  on.forEach((call) => call(JSON.parse(text))); }} }};
render({{ model, el: document.querySelector("main") }});
await document.querySelector(".inv-explorer").ready; window.begun = true;
</script></body></html>"""
DARK = "--jp-ui-font-color1:#e6e6e6;--jp-ui-font-color2:#b8bec4;--jp-layout-color1:#111;--jp-layout-color2:#222;--jp-border-color1:#555;background:#111;"


@contextmanager
def opened(browser, events, *, dark=False):
    """A page with the live table of these events, ready to be used."""
    asking = Asking(events)
    context = browser.new_context(
        viewport={"width": 1400, "height": 1000}, permissions=["clipboard-read", "clipboard-write"]
    )

    def answered(text):
        content = json.loads(text)
        return json.dumps({"number": content.get("number"), **asking.answer(content)})

    try:
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.expose_function("answered", answered)
        esm = (HERE / "explorer.js").read_text(encoding="utf-8").replace("export default", "const whole =")
        html = PAGE.format(
            css=(HERE / "explorer.css").read_text(encoding="utf-8"), esm=esm, theme=DARK if dark else ""
        )
        page.route("http://localhost/**", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("http://localhost/")
        page.wait_for_function("() => window.begun", timeout=60_000)
        page.asking = asking
        yield page
    finally:
        context.close()
