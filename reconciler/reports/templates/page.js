"use strict";
(() => {
  const CHUNK = 200; // resources that are drawn at once
  const ROWS = 40; // differences of one resource that are drawn at once
  const LONG = 140; // characters of a value that are shown before somebody asks for all
  const WIDE = 44; // characters of JSON beyond which it is shown on lines of its own
  const CONTEXT = 32; // characters before the first difference of a long value
  const CELLS = 250000; // the most that comparing two values word by word may take
  const SIGNS = { create: "+", update: "~", replace: "±", delete: "−", adopt: "›", release: "‹" };
  const LIVES = {
    ours: "is in it", free: "is in it and has no mark", foreign: "is in it and belongs to another stack",
  };
  const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{e0000}-\u{e0fff}]/gu;

  const find = (id) => document.getElementById(id);
  const table = find("table");
  if (!table) return;
  const { actions } = JSON.parse(find("report").textContent);
  const number = (value) => value.toLocaleString("en-GB");

  function element(tag, name = "", text = null) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== null) made.textContent = text;
    return made;
  }

  function cell(tag, role, name = "", text = null) {
    const made = element(tag, name, text);
    made.setAttribute("role", role);
    return made;
  }

  function button(name, text, pressed) {
    const made = element("button", name, text);
    made.type = "button";
    made.addEventListener("click", pressed);
    return made;
  }

  // -- values ---------------------------------------------------------------------------------------------------------

  /** A value as it is read: texts as they are, everything else as JSON, on lines of its own where asked. */
  function written(value, indent = 0) {
    if (value === null) return null;
    const text = typeof value === "string" ? value : JSON.stringify(value, null, indent);
    return text.replace(UNSEEN, (each) => "\\u" + each.codePointAt(0).toString(16).padStart(4, "0"));
  }

  const words = (text) => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];

  /** Both texts in pieces [text, differs]. What they begin and end with alike is found first; the rest word by word. */
  function compared(before, after) {
    const a = words(before), b = words(after);
    let start = 0, end = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
    while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
    const middle = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
    const inner = common(...middle).map((differs, side) => joined(middle[side], differs));
    return [[a, inner[0]], [b, inner[1]]].map(([all, differs]) =>
      merged(all.map((word, at) => [word, differs[at - start] ?? false])));
  }

  /** Blanks between two words that differ are marked with them. */
  function joined(all, differs) {
    return differs.map((each, at) => each || (/^\s/.test(all[at]) && !!differs[at - 1] && !!differs[at + 1]));
  }

  /** Which words of each side are not in their longest common row of words. */
  function common(a, b) {
    const marks = [a.map(() => true), b.map(() => true)];
    const width = b.length + 1;
    if (!a.length || !b.length || a.length * b.length > CELLS) return marks;
    const best = new Uint32Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i -= 1) {
      for (let j = b.length - 1; j >= 0; j -= 1) {
        best[i * width + j] = a[i] === b[j]
          ? best[(i + 1) * width + j + 1] + 1
          : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
      }
    }
    for (let i = 0, j = 0; i < a.length && j < b.length;) {
      if (a[i] === b[j]) { marks[0][i] = marks[1][j] = false; i += 1; j += 1; }
      else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) i += 1;
      else j += 1;
    }
    return marks;
  }

  function merged(pieces) {
    const found = [];
    for (const [text, differs] of pieces) {
      const last = found[found.length - 1];
      if (last && last[1] === differs) last[0] += text;
      else found.push([text, differs]);
    }
    return found;
  }

  /** The two values of a difference in pieces; where hardly anything is alike, marks would only be noise. */
  function pieces(observed, desired) {
    const wide = [observed, desired].some((each) => JSON.stringify(each).length > WIDE);
    let before = written(observed, wide ? 2 : 0), after = written(desired, wide ? 2 : 0);
    // A number and a text that read the same: the quotes are the difference.
    if (before === after) [before, after] = [observed, desired].map((each) => JSON.stringify(each));
    const plain = [before, after].map((text) => (text === null ? null : [[text, false]]));
    if (before === null || after === null || Math.max(before.length, after.length) < 20) return plain;
    const found = compared(before, after);
    const alike = found[0].reduce((sum, [text, differs]) => sum + (differs ? 0 : text.length), 0);
    return alike * 4 >= Math.min(before.length, after.length) ? found : plain;
  }

  function draw(into, all) {
    into.replaceChildren(...all.map(([text, differs]) => (differs ? element("mark", "", text) : text)));
  }

  /** The part of a long value around its first difference. */
  function clipped(all) {
    let before = 0;
    for (const [text, differs] of all) {
      if (differs) break;
      before += text.length;
    }
    const length = all.reduce((sum, [text]) => sum + text.length, 0);
    let from = before === length ? 0 : Math.max(0, Math.min(before - CONTEXT, length - LONG));
    const blank = all.map(([text]) => text).join("").slice(from, before).search(/\s/);
    if (from > 0 && blank >= 0) from += blank + 1;
    const found = [];
    let at = 0;
    for (const [text, differs] of all) {
      const part = text.slice(Math.max(0, from - at), Math.max(0, from + LONG - at));
      if (part) found.push([part, differs]);
      at += text.length;
    }
    if (from > 0) found.unshift(["… ", false]);
    if (from + LONG < length) found.push([" …", false]);
    return found;
  }

  function valueCell(label, side, all, kindOf) {
    const made = cell("td", "cell", side);
    made.dataset.label = label;
    if (all === null) {
      made.append(element("span", "nothing", "none"));
      return made;
    }
    const value = element("code", kindOf);
    made.append(value);
    const length = all.reduce((sum, [text]) => sum + text.length, 0);
    if (length === 0) value.append(element("span", "nothing", "empty text"));
    else if (length <= LONG * 1.25) draw(value, all);
    else made.append(expander(value, all, length));
    return made;
  }

  function expander(value, all, length) {
    let open = false;
    const made = button("plain", "", () => { open = !open; show(); });
    function show() {
      draw(value, open ? all : clipped(all));
      made.textContent = open ? "Show less" : `Show all ${number(length)} characters`;
      made.setAttribute("aria-expanded", String(open));
    }
    show();
    return made;
  }

  // -- rows -----------------------------------------------------------------------------------------------------------

  function group(action) {
    const made = cell("tbody", "rowgroup", `resource ${action.action} ${action.outcome}`);
    made.dataset.kind = action.kind;
    made.dataset.name = action.name;
    made.append(titleRow(action));
    if (action.message) {
      const row = cell("tr", "row", "message");
      row.append(spanning("td", "cell", written(action.message)));
      made.append(row);
    }
    addRows(made, action.differences, 0);
    for (const each of action.contents) {
      const row = cell("tr", "row", "content");
      row.append(spanning("td", "cell", `${written(`${each.kind}/${each.name}`)} ${LIVES[each.owner]}`));
      made.append(row);
    }
    for (const each of action.others ?? []) {
      const row = cell("tr", "row", "content");
      row.append(spanning("td", "cell", unmanaged(each)));
      made.append(row);
    }
    return made;
  }

  /** What is deleted with it and is not managed by us, as the text report says it, with all names. */
  function unmanaged(each) {
    if (each.not_listed !== null) {
      return `${each.noun}: not managed by us, and not listed: ${written(each.not_listed)}`;
    }
    const defaults = each.with_defaults ? " with AWS's defaults" : "";
    return `${each.noun}: ${each.names.length}${defaults}, not managed by us: ${written(each.names.join(", "))}`;
  }

  function spanning(tag, role, text = null) {
    const made = cell(tag, role, "", text);
    made.colSpan = 3;
    made.setAttribute("aria-colspan", "3");
    return made;
  }

  function titleRow(action) {
    const row = cell("tr", "row", "title-row");
    const title = spanning("th", "rowheader");
    title.scope = "rowgroup";
    const line = element("span", "resource-title");
    const verb = element("span", `badge ${action.action}`);
    const sign = element("span", "sign", SIGNS[action.action]);
    sign.setAttribute("aria-hidden", "true");
    verb.append(sign, action.action);
    const name = element("span", "names");
    name.append(element("span", "kind", action.kind), " ", element("span", "name", written(action.name)));
    line.append(verb, name, element("span", `outcome ${action.outcome}`, action.outcome));
    title.append(line);
    row.append(title);
    return row;
  }

  function addRows(into, differences, from) {
    for (const each of differences.slice(from, from + ROWS)) {
      const row = cell("tr", "row", "difference");
      const field = cell("th", "rowheader", "field");
      field.scope = "row";
      // A path breaks after its dots and brackets rather than within a word.
      for (const part of written(each.field).split(/(?<=[.\]/])/)) field.append(part, document.createElement("wbr"));
      if (each.deletes || each.note) {
        const remark = document.createElement("small");
        const gone = each.deletes === each.field ? "deleted" : `deletes ${written(each.deletes)}`;
        remark.textContent = [each.deletes ? gone : "", each.note ?? ""].filter(Boolean).join("; ");
        field.append(document.createElement("br"), remark);
      }
      const [observed, desired] = pieces(each.observed, each.desired);
      row.append(
        field,
        valueCell("Observed", "observed", observed, typeof each.observed),
        valueCell("Desired", "desired", desired, typeof each.desired),
      );
      into.append(row);
    }
    const left = differences.length - from - ROWS;
    if (left <= 0) return;
    const row = cell("tr", "row", "rest");
    const rest = spanning("td", "cell");
    rest.append(button("plain", `Show ${number(left)} more ${left === 1 ? "difference" : "differences"}`, () => {
      row.remove();
      addRows(into, differences, from + ROWS);
    }));
    row.append(rest);
    into.append(row);
  }

  // -- filters --------------------------------------------------------------------------------------------------------

  const wanted = { text: "", kind: "", action: new Set(), outcome: new Set() };
  let matching = actions;
  let drawn = 0;

  /** All that a resource can be found by, made when somebody first searches. */
  function searchable(action) {
    action.searchable ??= [
      `${action.kind}/${action.name}`, action.action, action.outcome, action.message,
      ...action.contents.map((each) => `${each.kind}/${each.name}`),
      ...(action.others ?? []).flatMap((each) => [each.noun, ...each.names]),
      ...action.differences.flatMap((each) => [each.field, written(each.observed), written(each.desired), each.note ?? ""]),
    ].join("\n").toLowerCase();
    return action.searchable;
  }

  function matches(action, terms) {
    return (!wanted.kind || action.kind === wanted.kind)
      && (!wanted.action.size || wanted.action.has(action.action))
      && (!wanted.outcome.size || wanted.outcome.has(action.outcome))
      && terms.every((term) => searchable(action).includes(term));
  }

  function filter() {
    const terms = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    matching = actions.filter((action) => matches(action, terms));
    for (const body of [...table.tBodies]) body.remove();
    drawn = 0;
    more();
    const all = number(actions.length), noun = actions.length === 1 ? "resource" : "resources";
    const narrowed = terms.length > 0 || wanted.kind !== "" || wanted.action.size > 0 || wanted.outcome.size > 0;
    find("matches").textContent = narrowed ? `${number(matching.length)} of ${all} ${noun} match` : `${all} ${noun}`;
    find("clear").hidden = !narrowed;
    find("none").hidden = matching.length > 0;
    table.hidden = matching.length === 0;
  }

  function more() {
    const next = matching.slice(drawn, drawn + CHUNK);
    drawn += next.length;
    const drawing = document.createDocumentFragment();
    for (const action of next) drawing.append(group(action));
    table.append(drawing);
    const left = matching.length - drawn;
    find("more").hidden = left === 0;
    find("more").textContent = `Show ${number(Math.min(CHUNK, left))} more of ${number(left)}`;
  }

  function countBy(of) {
    const found = new Map();
    for (const action of actions) found.set(action[of], (found.get(action[of]) ?? 0) + 1);
    return found;
  }

  function chips(id, of) {
    for (const [value, count] of countBy(of)) {
      const chip = button(`chip ${value}`, value, () => {
        if (!wanted[of].delete(value)) wanted[of].add(value);
        chip.setAttribute("aria-pressed", String(wanted[of].has(value)));
        filter();
      });
      chip.setAttribute("aria-pressed", "false");
      chip.dataset.value = value;
      chip.append(" ", element("span", "count", number(count)));
      find(id).append(chip);
    }
  }

  function clear() {
    Object.assign(wanted, { text: "", kind: "" });
    wanted.action.clear();
    wanted.outcome.clear();
    find("text").value = "";
    find("kind").value = "";
    for (const chip of find("filters").querySelectorAll("[aria-pressed]")) chip.setAttribute("aria-pressed", "false");
    filter();
    find("text").focus();
  }

  chips("actions", "action");
  chips("outcomes", "outcome");
  for (const [kind, count] of [...countBy("kind")].sort()) {
    const option = element("option", "", `${kind} (${number(count)})`);
    option.value = kind;
    find("kind").append(option);
  }
  find("text").addEventListener("input", (event) => { wanted.text = event.target.value; filter(); });
  find("kind").addEventListener("change", (event) => { wanted.kind = event.target.value; filter(); });
  find("clear").addEventListener("click", clear);
  find("more").addEventListener("click", () => {
    const first = drawn;
    more();
    // Whoever came by keyboard goes on at the first resource that was added.
    const added = table.tBodies[first];
    if (added) { added.tabIndex = -1; added.focus({ preventScroll: true }); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    find("text").focus();
  });
  find("filters").hidden = false;
  filter();
})();
