// The live table of events. All text from the kernel is set as text, never as HTML; all questions are of a closed list.
const ROW = 22, TALL = 6_000_000, LANE = 18, LEFT = 150, WAIT = 12_000, DAY = 86_400_000;
const STEPS = [1, 5, 10, 50, 100, 500, 1e3, 5e3, 1e4, 3e4, 6e4, 3e5, 6e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, DAY];

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

// The table of the sources that stands above, for whoever opens the notebook without a kernel, is not needed meanwhile.
function hideTwin(el) {
  let at = el.getRootNode().host || el;
  at = (at.closest && at.closest(".jp-OutputArea-child")) || null;
  const twin = at && at.previousElementSibling;
  if (!twin || !twin.querySelector(".inv-twin")) return () => {};
  twin.style.display = "none";
  return () => { twin.style.display = ""; };
}

function render({ model, el }) {
  let number = 0;
  const waiting = new Map();
  const state = { text: "", from: "", to: "", order: "time", down: false, first: 0, here: 0, columns: [], total: 0 };
  const chosen = new Map(), pages = new Map();
  let begun = null, view = null, picture = null, brush = null, shapes = [], writes = false;

  // -- asking ----------------------------------------------------------------------------------------------
  function ask(name, given = {}) {
    const mine = ++number;
    return new Promise((answered, refused) => {
      const late = setTimeout(() => {
        say("The kernel has not answered for 12 seconds: it is busy, or it was stopped. What stands here is what it said last.", true);
      }, WAIT);
      waiting.set(mine, (content) => {
        clearTimeout(late);
        if ("sorry" in content) { say(content.sorry, true); refused(new Error(content.sorry)); }
        else answered(content.answer);
      });
      try { model.send({ number: mine, ask: name, ...given }); }
      catch (error) {
        clearTimeout(late);
        waiting.delete(mine);
        const words = "The kernel was stopped, so nothing more can be asked. Run the cell again.";
        say(words, true);
        refused(new Error(words));
      }
    });
  }
  function heard(content) {
    const then = waiting.get(content.number);
    if (then) { waiting.delete(content.number); then(content); }
  }
  model.on("msg:custom", heard);
  const chosenNow = () => ({ text: state.text, from: state.from, to: state.to });
  const quiet = (promise) => promise.catch(() => undefined);

  // -- the frame -------------------------------------------------------------------------------------------
  const unique = "inv" + Math.random().toString(36).slice(2, 9);
  const search = make("input", { type: "search", "aria-label": "Search", placeholder: 'unrouted "two words" -without key=value took>500', id: unique + "s" });
  const from = make("input", { type: "text", class: "when", "aria-label": "From", placeholder: "from" });
  const to = make("input", { type: "text", class: "when", "aria-label": "To", placeholder: "to" });
  const said = make("p", { class: "said", role: "status", "aria-live": "polite" });
  const count = make("span", { role: "status", class: "count" });
  const form = make("form", { role: "search", onsubmit: (event) => { event.preventDefault(); changed({ text: search.value, from: from.value, to: to.value }); } },
    search, make("label", {}, "from", from), make("label", {}, "to", to),
    make("button", { type: "submit", text: "Search" }),
    make("button", { type: "button", text: "Clear", onclick: () => { brush = null; changed({ text: "", from: "", to: "" }); } }));
  const canvas = make("canvas", { tabindex: "0", role: "img", "aria-label": "Timeline" });
  const over = make("div", { class: "over", hidden: true });
  const known = make("input", { type: "checkbox", onchange: draw });
  const button = (text, click, more = {}) => make("button", { type: "button", text, onclick: click, ...more });
  const moves = make("div", { class: "bar", role: "group", "aria-label": "Timeline" },
    button("Closer", () => zoom(0.5)), button("Wider", () => zoom(2)), button("Earlier", () => pan(-0.4)), button("Later", () => pan(0.4)),
    button("Whole", () => look(begun.whole[0], begun.whole[1])), make("label", {}, known, "when it was known, below when it happened"));
  const chosenBar = make("div", { class: "bar", role: "group", "aria-label": "The chosen time", hidden: true });
  const kindsList = make("ul", { class: "kinds" });
  const kindsHead = make("summary", { text: "Kinds of message" });
  const kinds = make("details", { ontoggle: () => kinds.open && loadKinds() }, kindsHead, kindsList);
  const columnList = make("select", { "aria-label": "Show a column", onchange: () => column(columnList.value) });
  const sentence = make("input", { type: "text", "aria-label": "In one sentence", placeholder: "why it matters, in one sentence" });
  const pinRows = button("Write down the marked lines", () => quiet(ask("pin", marked()).then(wrote)));
  const marked = () => ({ origins: [...chosen.keys()], sentence: sentence.value });
  const guessRows = button("Guess from them", () => quiet(ask("guess", marked()).then(wrote)));
  const who = make("input", { type: "text", class: "who", "aria-label": "Who is asked", placeholder: "@who" });
  const askRows = button("Ask about them", () => quiet(ask("ask_about", { ...marked(), who: who.value }).then(wrote)));
  const pinSearch = button("Pin this search", () => quiet(ask("pin_search", { ...chosenNow(), sentence: sentence.value }).then(wrote)));
  const copyRows = button("Copy the marked lines", copy);
  const acts = make("div", { class: "bar", role: "group", "aria-label": "What to do" },
    count, copyRows, sentence, pinRows, guessRows, who, askRows, pinSearch, make("label", {}, "columns", columnList));
  const head = make("div", { class: "row head", role: "row" });
  const body = make("div", { role: "rowgroup" });
  const seen = make("div", { class: "seen", role: "presentation" }, make("div", { role: "rowgroup" }, head), body);
  const tall = make("div", { class: "tall", role: "presentation" }, seen);
  const grid = make("div", { class: "grid", role: "grid", tabindex: "0", "aria-label": "Lines", "aria-multiselectable": "true" }, tall);
  const detail = make("section", { class: "detail", "aria-label": "The line", hidden: true });
  const root = make("div", { class: "inv-explorer" }, form, make("div", { class: "place" }, canvas, over), moves, chosenBar, said, kinds, acts, grid, detail);
  el.append(root);
  let twin = () => {};
  requestAnimationFrame(() => { twin = hideTwin(el); });

  function say(text, sorry = false) { said.textContent = text; said.className = sorry ? "said sorry" : "said"; }
  function wrote(answer) { sentence.value = ""; say(answer.said); }

  // -- what is selected ------------------------------------------------------------------------------------
  function changed(given) {
    Object.assign(state, given, { first: 0, here: 0 });
    search.value = state.text; from.value = state.from; to.value = state.to;
    pages.clear(); say(""); grid.scrollTop = 0;
    if (state.from === "" && state.to === "") brush = null;
    chosenTime();
    return Promise.all([quiet(refresh()), quiet(loadPicture()), kinds.open ? quiet(loadKinds()) : null]);
  }
  function term(key, value, without) {
    const plain = /^[^\s"\\]+$/.test(value) && !/^[:=/\\]/.test(value) ? value : '"' + value.replace(/\\/g, "\\\\").replace(/"/g, '\\"') + '"';
    const made = value === "" ? (without ? key + ":*" : "-" + key + ":*") : (without ? "-" : "") + key + "=" + plain;
    changed({ text: (state.text + " " + made).trim() });
  }
  function both(key, value) {
    return [button("only this", () => term(key, value, false), { class: "tiny", "aria-label": "only " + key + " " + value }),
      button("not this", () => term(key, value, true), { class: "tiny", "aria-label": "not " + key + " " + value })];
  }

  // -- kinds -----------------------------------------------------------------------------------------------
  function loadKinds() {
    return ask("kinds", chosenNow()).then((answer) => {
      kindsHead.textContent = "Kinds of message: " + answer.all.toLocaleString("en");
      kindsList.replaceChildren(...answer.kinds.map((kind) => make("li", {},
        make("span", { class: "n", text: kind.count.toLocaleString("en") }), make("span", { class: "words", text: (kind.severity ? kind.severity + " " : "") + kind.message }),
        ...both("name", kind.name))));
    });
  }

  // -- the table -------------------------------------------------------------------------------------------
  const fits = () => Math.max(3, Math.floor(grid.clientHeight / ROW) - 1);
  const high = () => Math.min(state.total * ROW + 2 * ROW, TALL);
  function refresh() {
    heads();
    return fill().then(() => { scrolled(); });
  }
  function heads() {
    const sorted = (label, order, css) => {
      const now = state.order === order;
      const cell = make("span", { role: "columnheader", class: css, "aria-sort": now ? (state.down ? "descending" : "ascending") : "none" },
        button(label + (now ? (state.down ? " \u2193" : " \u2191") : ""), () => { changed({ order, down: now ? !state.down : false }); }, { tabindex: "-1" }));
      return cell;
    };
    head.replaceChildren(make("span", { role: "columnheader", class: "pick" }, make("span", { text: "\u2713", "aria-label": "marked" })),
      sorted("time, " + (begun ? begun.city : ""), "time", "time"), sorted("where", "service", "where"), sorted("level", "severity_number", "level"),
      sorted("message", "body", "body"), ...state.columns.map((name) => make("span", { role: "columnheader", class: "more" },
        button(name + " \u2715", () => { state.columns = state.columns.filter((each) => each !== name); changed({}); }, { tabindex: "-1", "aria-label": "take away " + name }))),
      make("span", { role: "columnheader", class: "origin", text: "origin" }));
    grid.setAttribute("aria-colcount", 6 + state.columns.length);
  }
  const key = (page) => page;
  const SIZE = 100;
  let filling = 0;
  function fill() {
    const mine = ++filling;
    const wanted = [...new Set([Math.floor(state.first / SIZE), Math.floor((state.first + fits()) / SIZE)])].filter((page) => !pages.has(key(page)));
    return Promise.all(wanted.map((page) => ask("rows", { ...chosenNow(), first: page * SIZE, count: SIZE, order: state.order, down: state.down, columns: state.columns })
      .then((answer) => {
        if (pages.size > 30) pages.clear();
        pages.set(key(page), answer.rows);
        state.total = answer.total;
        if (answer.said) say(answer.said);
        count.textContent = answer.count.toLocaleString("en") + (answer.count === 1 ? " line" : " lines") + (state.text || state.from || state.to ? " of " + begun.total.toLocaleString("en") : "");
      }))).then(() => { if (mine === filling) rows(); });
  }
  const at = (place) => (pages.get(key(Math.floor(place / SIZE))) || [])[place % SIZE];
  function rows() {
    tall.style.height = high() + "px";
    grid.setAttribute("aria-rowcount", state.total + 1);
    const out = [];
    for (let place = state.first; place < Math.min(state.first + fits(), state.total); place++) {
      const row = at(place);
      const id = unique + "r" + place;
      if (!row) { out.push(make("div", { class: "row", role: "row", id, "aria-rowindex": place + 2 }, make("span", { role: "gridcell", text: "\u2026" }))); continue; }
      const mark = chosen.has(row.origin), here = place === state.here;
      out.push(make("div", { class: "row" + (mark ? " chosen" : "") + (here ? " here" : "") + (/error|fatal/i.test(row.severity) ? " bad" : ""), role: "row", id,
        "aria-rowindex": place + 2, "aria-selected": String(mark), onclick: (event) => { state.here = place; if (event.ctrlKey || event.metaKey || event.shiftKey || event.target.classList.contains("pick")) pick(place); rows(); }, ondblclick: () => open(place) },
      make("span", { role: "gridcell", class: "pick", text: mark ? "\u2713" : "\u00b7" }), make("span", { role: "gridcell", class: "time", text: row.time || "no time" }),
      make("span", { role: "gridcell", class: "where", text: row.where }), make("span", { role: "gridcell", class: "level", text: row.severity }),
      make("span", { role: "gridcell", class: "body", text: row.body.replace(/\s+/g, " ") }), ...row.more.map((text) => make("span", { role: "gridcell", class: "more", text })),
      make("span", { role: "gridcell", class: "origin", text: row.origin })));
    }
    if (!out.length) out.push(make("div", { class: "row", role: "row" }, make("span", { role: "gridcell", text: "No line matches." })));
    body.replaceChildren(...out);
    if (state.total) grid.setAttribute("aria-activedescendant", unique + "r" + state.here);
    else grid.removeAttribute("aria-activedescendant");
    acted();
  }
  function acted() {
    copyRows.disabled = !chosen.size;
    for (const one of [pinRows, guessRows, askRows]) one.disabled = !chosen.size || !writes;
    pinSearch.disabled = !state.text || !writes;
    copyRows.textContent = chosen.size ? "Copy the marked " + (chosen.size === 1 ? "line" : chosen.size + " lines") : "Copy the marked lines";
  }
  function pick(place) {
    const row = at(place);
    if (!row) return;
    if (chosen.has(row.origin)) chosen.delete(row.origin); else chosen.set(row.origin, row);
  }
  let byUs = false;
  function scrolled() {
    byUs = true;
    const room = high() - grid.clientHeight, most = Math.max(state.total - fits(), 1);
    grid.scrollTop = Math.round(state.first / most * Math.max(room, 0));
    requestAnimationFrame(() => { byUs = false; });
  }
  grid.addEventListener("scroll", () => {
    if (byUs) return;
    const room = high() - grid.clientHeight, most = Math.max(state.total - fits(), 0);
    if (high() < TALL) go(Math.round(grid.scrollTop / ROW), false); else go(Math.round(grid.scrollTop / Math.max(room, 1) * most), false);
  });
  grid.addEventListener("wheel", (event) => {
    if (high() < TALL || event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    event.preventDefault();  // so many lines have no pixel each: the wheel goes by lines
    go(state.first + Math.sign(event.deltaY) * 3, true);
  }, { passive: false });
  function go(first, ours) {
    state.first = Math.max(0, Math.min(first, Math.max(state.total - fits(), 0)));
    rows();
    if (ours) scrolled();
    quiet(fill());
  }
  grid.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: fits(), PageUp: -fits(), Home: -Infinity, End: Infinity }[event.key];
    if (step !== undefined) {
      state.here = Math.max(0, Math.min(state.here + step, state.total - 1));
      if (state.here < state.first) go(state.here, true);
      else if (state.here >= state.first + fits()) go(state.here - fits() + 1, true);
      else rows();
    } else if (event.key === " ") { pick(state.here); rows(); }
    else if (event.key === "Enter") open(state.here);
    else if (event.key === "Escape") { detail.hidden = true; }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // A notebook's own keys must not run while somebody types here.
  root.addEventListener("keydown", (event) => event.stopPropagation());
  function column(name) {
    columnList.value = "";
    if (name && !state.columns.includes(name) && state.columns.length < 12) { state.columns.push(name); changed({}); }
  }
  function copy() {
    quiet(ask("copy", { origins: [...chosen.keys()] }).then((answer) => {
      const done = () => say("Copied " + answer.count + (answer.count === 1 ? " line." : " lines."));
      const area = () => { const box = make("textarea", { readonly: true, rows: 6, "aria-label": "Copy this" }); box.value = answer.text; detail.hidden = false; detail.replaceChildren(box); box.select(); say("Copy it from the box below."); };
      if (navigator.clipboard) navigator.clipboard.writeText(answer.text).then(done, area); else area();
    }));
  }

  // -- one line --------------------------------------------------------------------------------------------
  function open(place) { const row = at(place); if (row) show(row.origin, row); }
  function show(origin, row) {
    quiet(ask("line", { origin }).then((answer) => {
      const raw = make("pre", { tabindex: "0", "aria-label": "Raw lines" });
      for (const [line, text, own] of answer.raw) raw.append(make("span", { class: own ? "own" : "", text: String(line).padStart(7) + "  " + text + "\n" }));
      const facts = make("table", { class: "facts" }, make("tbody", {}, ...[...(row ? [[row.by, row.where]] : []), ...answer.facts]
        .map(([name, value]) => make("tr", {}, make("th", { scope: "row", text: name }), make("td", { text: value }), make("td", {}, ...both(name, value))))));
      const near = make("details", {}, make("summary", { text: "What others said in the same seconds, its trace, its ids" }), make("pre", { tabindex: "0", "aria-label": "Around it", text: answer.near }));
      detail.replaceChildren(make("h4", { text: origin + (row ? "  " + row.time : "") }), raw, facts, ...(answer.near ? [near] : []),
        ...(answer.command ? [make("p", { text: "In a terminal: " + answer.command })] : []),
        button("Close", () => { detail.hidden = true; grid.focus(); }));
      detail.hidden = false;
      detail.scrollIntoView({ block: "nearest" });
    }));
  }

  // -- the timeline ----------------------------------------------------------------------------------------
  const ms = (text) => Date.parse(text);
  const iso = (value) => new Date(value).toISOString();
  function clock(value, span) {
    const parts = { timeZone: begun.zone, hour: "2-digit", minute: "2-digit", hour12: false };
    if (span < 600_000) parts.second = "2-digit";
    if (span < 4_000) parts.fractionalSecondDigits = 3;
    if (span > 36 * 3_600_000) Object.assign(parts, { month: "short", day: "numeric" });
    return new Intl.DateTimeFormat("en-GB", parts).format(value);
  }
  function local(value) {
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: begun.zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false })
      .formatToParts(value).map((part) => [part.type, part.value]));
    return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`;
  }
  // How far the case's clock is ahead of UTC.
  function offset(value) { return Date.parse(local(value).replace(" ", "T") + "Z") - Math.floor(value / 1000) * 1000; }
  let timer = null;
  function look(low, highEnd) {
    if (!low || !highEnd) return;
    view = [ms(low), ms(highEnd)];
    draw();
    clearTimeout(timer);
    timer = setTimeout(() => quiet(loadPicture()), 120);  // one question when the wheel rests, not one a notch
  }
  function zoom(by, share = 0.5) {
    if (!view) return;
    const span = Math.max((view[1] - view[0]) * by, 200), middle = view[0] + (view[1] - view[0]) * share;
    look(iso(middle - span * share), iso(middle + span * (1 - share)));
  }
  function pan(by) { if (view) { const step = (view[1] - view[0]) * by; look(iso(view[0] + step), iso(view[1] + step)); } }
  function loadPicture() {
    if (!view) return Promise.resolve();
    return ask("overview", { text: state.text, low: iso(view[0]), high: iso(view[1]) }).then((answer) => { picture = answer; draw(); });
  }
  function draw() {
    if (!picture || !view) return;
    const style = getComputedStyle(root), ink = style.getPropertyValue("color"), soft = getComputedStyle(kindsHead).color, ground = style.backgroundColor;
    const width = Math.max(canvas.clientWidth || 800, 400), story = known.checked ? 40 : 0;
    const height = 34 + picture.lanes.length * LANE + 22 + story, scale = window.devicePixelRatio || 1;
    canvas.style.height = height + "px"; canvas.width = width * scale; canvas.height = height * scale;
    const pen = canvas.getContext("2d"), span = view[1] - view[0], x = (time) => LEFT + (time - view[0]) / span * (width - LEFT - 8);
    pen.scale(scale, scale); pen.font = "12px system-ui, sans-serif"; pen.textBaseline = "middle"; pen.fillStyle = ground; pen.fillRect(0, 0, width, height);
    shapes = [];
    const start = ms(picture.from), step = picture.seconds * 1000, bottom = 34 + picture.lanes.length * LANE;
    const alone = picture.single.length >= picture.count;
    picture.lanes.forEach((lane, place) => {
      const y = 34 + place * LANE;
      pen.fillStyle = ink; pen.fillText(lane.name.length > 22 ? lane.name.slice(0, 10) + "\u2026" + lane.name.slice(-11) : lane.name, 4, y + LANE / 2, LEFT - 10);
      let most = 1;
      for (let i = 1; i < lane.cells.length; i += 3) most = Math.max(most, lane.cells[i]);
      if (!alone) for (let i = 0; i < lane.cells.length; i += 3) {
        const low = start + lane.cells[i] * step, a = Math.max(x(low), LEFT), b = Math.min(x(low + step), width - 8), n = lane.cells[i + 1], bad = lane.cells[i + 2];
        if (b <= LEFT || a >= width - 8) continue;
        pen.globalAlpha = 0.3 + 0.7 * Math.log1p(n) / Math.log1p(most); pen.fillStyle = "#4a90bf"; pen.fillRect(a, y + 2, Math.max(b - a, 1.5), LANE - 4);
        if (bad) { pen.globalAlpha = 1; pen.fillStyle = "#d55e00"; pen.fillRect(a, y + LANE - 7, Math.max(b - a, 1.5), 5); }
        shapes.push({ a, b: Math.max(b, a + 2), y, h: LANE, low, step, text: `${lane.name}\n${clock(low, 1)} + ${picture.seconds} s: ${n.toLocaleString("en")} lines` + (bad ? `, ${bad.toLocaleString("en")} errors` : "") });
      }
      pen.globalAlpha = 1;
    });
    for (const [lane, time, severity, text, origin] of picture.single) {
      const a = x(ms(time)), y = 34 + lane * LANE + LANE / 2;
      if (a < LEFT || a > width - 8) continue;
      pen.fillStyle = severity >= 17 ? "#d55e00" : "#0072b2"; pen.strokeStyle = ground; pen.lineWidth = 4; pen.beginPath(); pen.arc(a, y, 4, 0, 7); pen.stroke(); pen.strokeStyle = ink; pen.lineWidth = 1.5; pen.stroke(); pen.fill(); pen.lineWidth = 1;
      shapes.push({ a: a - 5, b: a + 5, y: y - 6, h: 12, origin, text: `${clock(ms(time), 1)}  ${picture.lanes[lane].name}\n${text}\n${origin}\nclick: the line and what is around it` });
    }
    const colours = { onset: "#d55e00", deadline: "#b00020", change: "#009e73", phase: "#56616c", decision: "#7b4ea3" };
    let free = -1e9;
    for (const mark of begun.marks) {
      const a = x(ms(mark.time));
      if (a < LEFT || a > width - 8) continue;
      pen.strokeStyle = colours[mark.kind] || soft; pen.setLineDash([4, 3]); pen.beginPath(); pen.moveTo(a, 28); pen.lineTo(a, bottom); pen.stroke(); pen.setLineDash([]);
      const words = mark.label.slice(0, 28), wide = pen.measureText(words).width, left = a + 3 + wide > width - 4 ? a - 3 - wide : a + 3;
      if (left > free) { pen.fillStyle = ink; pen.fillText(words, left, 22); free = left + wide + 9; }
      shapes.push({ a: a - 4, b: a + 4, y: 10, h: bottom - 10, mark: true, text: `${clock(ms(mark.time), 1)}  ${mark.label}` });
    }
    pen.fillStyle = soft;
    // Whole minutes, hours and days of the case's own clock.
    const apart = span / Math.max(2, Math.floor((width - LEFT) / 130)), every = STEPS.find((one) => one >= apart) || Math.ceil(apart / DAY) * DAY;
    const ahead = offset(view[0]);
    for (let time = Math.ceil((view[0] + ahead) / every) * every - ahead; time <= view[1]; time += every) {
      pen.fillRect(x(time), 14, 1, 4);
      const words = clock(time, span), wide = pen.measureText(words).width;
      if (x(time) + wide <= width - 4) pen.fillText(words, x(time), 8);
    }
    const rest = [picture.idle.length ? "idle here: " + picture.idle.join(", ") : "", picture.rest.lanes ? picture.rest.lanes + " more lanes with " + picture.rest.count.toLocaleString("en") + " lines" : ""].filter(Boolean).join(" \u00b7 ");
    pen.fillText(rest, 4, bottom + 10, width - 10);
    if (story) {
      pen.fillText("happened", 4, bottom + 26); pen.fillText("known", 4, bottom + 48);
      for (const item of begun.story) {
        const a = x(ms(item.happened)), b = x(ms(item.known));
        if (b < LEFT || a > width - 8) continue;
        pen.strokeStyle = soft; pen.beginPath(); pen.moveTo(Math.max(a, LEFT), bottom + 26); pen.lineTo(Math.min(b, width - 8), bottom + 48); pen.stroke();
        pen.fillStyle = "#7b4ea3";
        for (const [place, y] of [[a, bottom + 26], [b, bottom + 48]]) if (place >= LEFT && place <= width - 8) { pen.beginPath(); pen.arc(place, y, 4, 0, 7); pen.fill(); shapes.push({ a: place - 5, b: place + 5, y: y - 5, h: 10, text: `${item.kind}: ${item.text}\nhappened ${clock(ms(item.happened), 1)}, known ${clock(ms(item.known), 1)}` }); }
      }
    }
    if (brush) { pen.globalAlpha = 0.18; pen.fillStyle = "#0072b2"; pen.fillRect(x(brush[0]), 28, Math.max(x(brush[1]) - x(brush[0]), 1), bottom - 28); pen.globalAlpha = 1; }
    canvas.setAttribute("aria-label", `Timeline from ${local(view[0])} to ${local(view[1])} ${begun.city}: ${picture.count.toLocaleString("en")} lines in ${picture.lanes.length} lanes; `
      + picture.lanes.filter((lane) => lane.errors).slice(0, 5).map((lane) => `${lane.name} ${lane.errors.toLocaleString("en")} errors`).join(", ")
      + ". Arrows move, plus and minus zoom; From and To choose a time.");
  }
  const timeAt = (place) => view[0] + (place - LEFT) / ((canvas.clientWidth || 800) - LEFT - 8) * (view[1] - view[0]);
  let down = null;
  const point = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  const under = (px, py) => shapes.filter((shape) => px >= shape.a && px <= shape.b && py >= shape.y && py <= shape.y + shape.h).sort((one, other) => (other.origin ? 2 : other.mark ? 1 : 0) - (one.origin ? 2 : one.mark ? 1 : 0))[0];
  canvas.addEventListener("pointerdown", (event) => { const [px] = point(event); if (px >= LEFT && view) { down = px; canvas.setPointerCapture(event.pointerId); } });
  canvas.addEventListener("pointermove", (event) => {
    if (!view || !begun) return;
    const [px, py] = point(event);
    if (down !== null && Math.abs(px - down) > 3) { brush = [timeAt(Math.min(px, down)), timeAt(Math.max(px, down))]; over.hidden = true; draw(); return; }
    const shape = under(px, py);
    over.hidden = !shape;
    if (shape) { over.textContent = shape.text; over.style.left = Math.min(px + 12, Math.max(canvas.clientWidth - 330, 0)) + "px"; over.style.top = py + 14 + "px"; }
  });
  canvas.addEventListener("pointerleave", () => { over.hidden = true; });
  canvas.addEventListener("pointerup", (event) => {
    if (down === null) return;
    const [px, py] = point(event), dragged = Math.abs(px - down) > 3;
    down = null;
    if (dragged) { changed({ from: iso(brush[0]), to: iso(brush[1]) }); return; }
    const shape = under(px, py);
    if (shape && shape.origin) show(shape.origin);
    else if (shape && shape.low) { brush = [shape.low, shape.low + shape.step]; changed({ from: iso(brush[0]), to: iso(brush[1]) }); }
  });
  canvas.addEventListener("wheel", (event) => {
    if (!view || !(event.ctrlKey || event.metaKey || document.activeElement === canvas)) return;  // else the notebook scrolls
    event.preventDefault();
    const [px] = point(event);
    zoom(event.deltaY > 0 ? 1.25 : 0.8, Math.min(Math.max((px - LEFT) / (canvas.clientWidth - LEFT), 0), 1));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const act = { ArrowLeft: () => pan(-0.25), ArrowRight: () => pan(0.25), "+": () => zoom(0.6), "=": () => zoom(0.6), "-": () => zoom(1.7), Escape: () => { brush = null; changed({ from: "", to: "" }); } }[event.key];
    if (act) { act(); event.preventDefault(); }
  });
  function chosenTime() {
    const there = state.from !== "" && state.to !== "";
    chosenBar.hidden = !there;
    if (!there) return;
    if (!brush && !Number.isNaN(ms(state.from)) && state.from.includes("T")) brush = [ms(state.from), ms(state.to)];
    const words = brush ? `${local(brush[0])} to ${local(brush[1])}` : `${state.from} to ${state.to}`;
    const given = { from: state.from, to: state.to };
    chosenBar.replaceChildren(make("span", { text: words + ":" }),
      button("Zoom to it", () => brush && look(iso(brush[0]), iso(brush[1])), { disabled: !brush }),
      button("Compare with before", () => quiet(ask("compare", given).then((answer) => {
        say(answer.said);
        const share = (value) => typeof value === "number" ? (100 * value).toFixed(1) + " %" : "";
        detail.replaceChildren(make("h4", { text: "In this time, beside the same length before it" }), make("table", { class: "facts" },
          make("thead", {}, make("tr", {}, ...["what", "value", "before", "in it"].map((text) => make("th", { scope: "col", text })))),
          make("tbody", {}, ...answer.changes.map((row) => make("tr", {}, make("td", { text: row[0] }), make("td", { text: row[1] }), make("td", { text: share(row[2]) }), make("td", { text: share(row[3]) }))))),
          button("Close", () => { detail.hidden = true; }));
        detail.hidden = false;
      }))),
      button("Use for the case", () => quiet(ask("use_window", given).then(wrote)), { disabled: !writes }));
  }

  // -- begin -----------------------------------------------------------------------------------------------
  say("Looking ...");
  const ready = quiet(ask("start").then((answer) => {
    begun = answer; writes = answer.writes; say(answer.has_case && !writes ? "The case is shown as it stood; nothing is written from here." : "");
    columnList.replaceChildren(make("option", { value: "", text: "add a column" }), ...answer.columns.map((name) => make("option", { value: name, text: name })));
    if (answer.window[0]) view = [ms(answer.window[0]), ms(answer.window[1])];
    else { canvas.hidden = true; moves.hidden = true; }
    state.first = state.here = Math.max(Math.min(begun.first, begun.total - fits()), 0);  // where the timeline begins
    return Promise.all([quiet(refresh()), quiet(loadPicture())]);
  }));
  const sizes = new ResizeObserver(() => draw());
  sizes.observe(root);
  root.ready = ready;
  return () => { twin(); sizes.disconnect(); model.off("msg:custom", heard); clearTimeout(timer); };
}

export default { render };
