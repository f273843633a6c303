// A status that is composed by clicking. All text from the kernel is set as text, never as HTML.
const WAIT = 12_000;

function make(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// The two texts that stand above, for whoever opens the notebook without a kernel, are live here meanwhile.
function hideTwin(el) {
  const from = el.getRootNode().host || el;
  const twin = from.closest && from.closest(".jp-OutputArea-child")?.previousElementSibling;
  if (!twin || !twin.querySelector(".inv-twin")) return () => {};
  twin.style.display = "none";
  return () => { twin.style.display = ""; };
}

function render({ model, el }) {
  let number = 0, now = { inside: "", customer: "", lines: [], found: [], heads: {} };
  const waiting = new Map();
  function ask(name, given = {}) {
    const mine = ++number;
    return new Promise((answered, refused) => {
      const late = setTimeout(() => say("The kernel has not answered for 12 seconds: it is busy, or it was stopped. Nothing was lost that it said is written.", true), WAIT);
      waiting.set(mine, (content) => { clearTimeout(late); if ("sorry" in content) { say(content.sorry, true); refused(new Error(content.sorry)); } else answered(content.answer); });
      try { model.send({ number: mine, ask: name, ...given }); }
      catch (error) { clearTimeout(late); waiting.delete(mine); say("The kernel was stopped, so nothing more can be written. Run the cell again.", true); refused(error); }
    });
  }
  const heard = (content) => { const then = waiting.get(content.number); if (then) { waiting.delete(content.number); then(content); } };
  model.on("msg:custom", heard);

  const said = make("p", { class: "said", role: "status", "aria-live": "polite" });
  const say = (text, sorry = false) => { said.textContent = text; said.className = sorry ? "said sorry" : "said"; };
  const button = (text, click, more = {}) => make("button", { type: "button", text, onclick: click, ...more });
  const write = (name, given, clear) => ask(name, given).then((answer) => { if (clear) clear.value = ""; shown(answer); say(answer.said); }, () => undefined);
  const copy = (which) => navigator.clipboard.writeText(now[which]).then(() => say("Copied: the text " + (which === "inside" ? "for inside." : "for the customer.")), () => say("The browser would not copy: mark the text above and copy it.", true));

  const lines = make("ul", { class: "lines" });
  const section = make("select", { "aria-label": "Part of the status" });
  const more = make("input", { type: "text", "aria-label": "A line for the status", placeholder: "a line for the status" });
  const adds = make("form", { onsubmit: (event) => { event.preventDefault(); write("add", { text: more.value, section: section.value }, more); } }, section, more, make("button", { type: "submit", text: "Add the line" }));
  const found = make("select", { "aria-label": "What was found" });
  const sentence = make("input", { type: "text", "aria-label": "In one sentence", placeholder: "in one sentence; empty: as the finding says it" });
  const who = make("input", { type: "text", class: "who", "aria-label": "Who is asked", placeholder: "@who" });
  const finding = () => ({ finding: Number(found.value), sentence: sentence.value });
  const acts = make("div", { class: "bar", role: "group", "aria-label": "What was found" }, found, sentence,
    button("Pin it", () => write("pin", finding(), sentence)), button("Guess from it", () => write("guess", finding(), sentence)), who, button("Ask about it", () => write("ask", { ...finding(), who: who.value }, sentence)));
  const none = make("p", { class: "soft", text: "Nothing was asked in this session yet; what a cell finds can be pinned, guessed from and asked about here." });
  const inside = make("pre", { role: "region", "aria-label": "For inside", tabindex: 0 });
  const customer = make("pre", { role: "region", "aria-label": "For the customer", tabindex: 0 });
  const text = (head, where, which, name) => make("div", { class: "text" }, make("div", { class: "bar" }, make("span", { class: "soft", text: head }), button("Copy " + name, () => copy(which))), where);
  const root = make("section", { class: "inv-composer", "aria-label": "Compose the status" }, text("For inside", inside, "inside", "for inside"), text("For the customer: only what a check backs", customer, "customer", "for the customer"),
    make("p", { class: "soft", text: "Every click is an entry of the record; undo takes it back." }), lines, adds, none, acts, said);
  el.append(root);
  let back = () => {};

  function shown(answer) {
    now = answer;
    inside.textContent = answer.inside;
    customer.textContent = answer.customer;
    const here = [...lines.querySelectorAll("button")].indexOf(root.getRootNode().activeElement);
    lines.replaceChildren(...answer.lines.map((line) => make("li", {}, make("span", { class: "part", text: answer.heads[line.section] }), make("span", { class: "words", text: line.text }),
      button("Leave out", () => write("strike", { text: line.text }), { "aria-label": "Leave out: " + line.text }))));
    // Who leaves lines out by the keyboard stays where the line was.
    if (here >= 0) ([...lines.querySelectorAll("button")][Math.min(here, answer.lines.length - 1)] || more).focus();
    const kept = section.value || "doing";
    section.replaceChildren(...Object.entries(answer.heads).map(([name, head]) => make("option", { value: name, text: head, selected: name === kept })));
    found.replaceChildren(...answer.found.map((one) => make("option", { value: one.id, text: one.said })));
    acts.hidden = answer.found.length === 0;
    none.hidden = !acts.hidden;
  }
  root.ready = ask("start").then((answer) => { shown(answer); back = hideTwin(el); }, () => undefined);
  return () => { model.off("msg:custom", heard); back(); };
}

export default { render };
