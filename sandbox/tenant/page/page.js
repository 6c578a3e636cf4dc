"use strict";
// The front desk's page: everything comes from its JSON API, and every view has an address of its own.

const main = document.getElementById("main");
let about = {};
const CLIP = `<svg width="12" height="13" viewBox="0 0 12 13" role="img" aria-label="attachment"><path d="M10.5 6 6 10.5a2.6 2.6 0 0 1-3.7-3.7L7 2.1a1.7 1.7 0 0 1 2.4 2.4L5 8.9a.8.8 0 0 1-1.1-1.1l4-4"
  fill="none" stroke="currentColor" stroke-width="1.1"/></svg>`;

const desk = location.pathname.replace(/\/$/, "") + "/api"; // of several tenants each has its own
const api = async (path) => {
  const answer = await fetch(desk + path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error || answer.statusText);
  return body;
};
const text = (value) => {
  const node = document.createElement("span");
  node.textContent = value ?? "";
  return node.innerHTML;
};
const when = (moment) =>
  moment ? new Date(moment).toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short",
    hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" }) : "";
const enc = encodeURIComponent;

async function mailboxes(box, id) {
  const people = await api("/mailboxes");
  people.sort((a, b) => about.shared.includes(b.email) - about.shared.includes(a.email) || a.name.localeCompare(b.name));
  box = box || about.shared[0];
  const mailbox = await api("/mailboxes/" + enc(box));
  const groups = new Map();
  for (const m of mailbox.messages) groups.set(m.folder, [...(groups.get(m.folder) || []), m]);
  const order = about.show.folders || ["Inbox"];
  const names = [...groups.keys()].sort((a, b) => (order.indexOf(a) + 1 || 9) - (order.indexOf(b) + 1 || 9));
  main.innerHTML = `
    <aside class="people"><div><input id="find" placeholder="Find a person" aria-label="Find a person"></div>
      ${people.map((p) => `<a href="#/mailbox/${enc(p.email)}" ${p.email === box ? 'aria-current="true"' : ""}
        data-words="${text((p.name + " " + p.job + " " + p.email).toLowerCase())}">
        <span class="count">${p.inbox}</span><b>${text(p.name)}</b><small>${text(p.job || "shared mailbox")}</small></a>`).join("")}
    </aside>
    <section class="messages" aria-label="Messages">
      <div><b>${text(mailbox.name)}</b><br><small class="quiet">${text(mailbox.email)} · ${mailbox.messages.length} messages</small></div>
      ${names.map((name) => `<h3>${text(name)} · ${groups.get(name).length}</h3>` + groups.get(name).slice(0, 150).map((m) => `
        <a href="#/mailbox/${enc(box)}/${enc(m.id)}" class="${m.is_read ? "" : "unread"}" ${m.id === id ? 'aria-current="true"' : ""}>
          <span class="subject">${text(m.subject)}</span> ${m.has_attachments ? CLIP : ""}
          ${m.categories.map((c) => `<span class="tag">${text(c)}</span>`).join(" ")}
          <small>${name === "Sent Items" ? "to " + text(m.to.join(", ")) : text(m.from_name)} · ${when(m.received)}</small></a>`).join("")).join("")}
    </section>
    <section class="reading" aria-label="Message"><p class="quiet" style="padding:24px">Choose a message.</p></section>`;
  document.getElementById("find").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase();
    for (const a of main.querySelectorAll(".people a")) a.hidden = !a.dataset.words.includes(words);
  });
  for (const current of main.querySelectorAll("[aria-current]")) current.scrollIntoView({ block: "nearest" });
  if (id) await message(box, id);
}

async function message(box, id) {
  const m = await api(`/mailboxes/${enc(box)}/${enc(id)}`);
  const reading = main.querySelector(".reading");
  reading.innerHTML = `<div><h2>${text(m.subject)}</h2><dl>
      <dt>From</dt><dd>${text(m.from_name)} &lt;${text(m.from)}&gt;</dd><dt>To</dt><dd>${text(m.to.join(", "))}</dd>
      ${m.cc.length ? `<dt>Copied</dt><dd>${text(m.cc.join(", "))}</dd>` : ""}<dt>When</dt><dd>${when(m.received)}</dd></dl>
      ${m.categories.map((c) => `<span class="tag">${text(c)}</span>`).join(" ")}
      ${m.attachments.map((a) => `<a class="file" href="${desk}/mailboxes/${enc(box)}/${enc(id)}/${enc(a.id)}">${CLIP} ${text(a.name)}
        <span class="quiet">${Math.ceil(a.size / 1000)} KB</span></a>`).join("")}
      <details><summary>All headers</summary><table>${m.headers.map((h) => `<tr><td>${text(h.name)}</td><td>${text(h.value)}</td></tr>`).join("")}
      </table></details></div>
    <iframe sandbox="" title="The message as its reader sees it"></iframe>`;
  reading.querySelector("iframe").srcdoc = m.html;
}

async function list(name) {
  const [lists, found] = await Promise.all([api("/lists"), api("/lists/" + enc(name))]);
  const columns = found.columns.map((c) => c.name);
  const start = name === about.show.list ? columns.indexOf(about.show.from_column) : columns.length;
  // The columns a program fills stand beside the first one, where they can be seen.
  const order = [...columns.slice(0, 1), ...columns.slice(start), ...columns.slice(1, start)];
  const bots = new Set(columns.slice(start));
  const cycles = [...new Set(found.rows.map((r) => r.Cycle).filter(Boolean))];
  main.innerHTML = `<section class="whole"><div class="bar"><nav>${lists.map((l) => `<a href="#/list/${enc(l.name)}"
      ${l.name === name ? 'aria-current="true"' : ""}>${text(l.name)} · ${l.rows}</a>`).join(" ")}</nav>
      ${cycles.length ? `<select aria-label="Cycle"><option value="">Every cycle</option>${cycles.map((c) => `<option>${text(c)}</option>`).join("")}</select>` : ""}
      <input placeholder="Show rows with …" aria-label="Show rows with"></div>
    <div class="scroll"><table><thead><tr>${order.map((c) => `<th class="${bots.has(c) ? "bots" : ""}">${text(c)}</th>`).join("")}</tr></thead>
    <tbody></tbody></table></div></section>`;
  const [select, input] = [main.querySelector("select"), main.querySelector("input")];
  const cell = (value) => value === true ? "Yes" : value === false ? "" : Array.isArray(value) ? value.join(", ") : value ?? "";
  const draw = () => {
    const words = input.value.toLowerCase();
    main.querySelector("tbody").innerHTML = found.rows
      .filter((r) => (!select || !select.value || r.Cycle === select.value) && order.some((c) => String(cell(r[c])).toLowerCase().includes(words)))
      .map((r) => `<tr>${order.map((c) => `<td class="${bots.has(c) ? "bots" : ""}">${text(cell(r[c]))}</td>`).join("")}</tr>`).join("");
  };
  if (select) { select.value = cycles[cycles.length - 1]; select.addEventListener("change", draw); }
  input.addEventListener("input", draw);
  draw();
}

async function deliveries() {
  const found = (await api("/deliveries")).reverse();
  main.innerHTML = `<section class="whole"><div class="bar"><b>${found.length} deliveries</b>
    <input placeholder="Show those with …" aria-label="Show those with"></div><div class="scroll"><table><thead><tr><th>When</th><th>From</th>
    <th>Subject</th><th>To</th><th>Copied</th><th>Attached</th><th>Kind</th></tr></thead><tbody></tbody></table></div></section>`;
  const input = main.querySelector("input");
  const draw = () => {
    const words = input.value.toLowerCase();
    main.querySelector("tbody").innerHTML = found.filter((d) => JSON.stringify(d).toLowerCase().includes(words)).slice(0, 800)
      .map((d) => `<tr><td>${when(d.at)}</td><td>${text(d.sender)}</td><td>${text(d.subject)}</td><td>${text(d.to.join(", "))}</td>
        <td>${text(d.cc.join(", "))}</td><td>${text(d.attachments.map((a) => a.name).join(", "))}</td><td>${text(d.kind)}</td></tr>`).join("");
  };
  input.addEventListener("input", draw);
  draw();
}

async function files() {
  const found = await api("/files");
  main.innerHTML = `<section class="whole"><table><thead><tr><th>File</th><th>Size</th><th>Kept on</th></tr></thead><tbody>
    ${found.map((f) => `<tr><td style="max-width:none"><a href="${desk}/files/content?path=${enc(f.path)}">${text(f.path)}</a></td>
    <td>${Math.ceil(f.size / 1000)} KB</td><td>${when(f.modified)}</td></tr>`).join("")}</tbody></table></section>`;
}

async function faults() {
  const [found, counters] = await Promise.all([api("/faults"), api("/counters")]);
  main.innerHTML = `<section class="whole"><h2>Faults switched on</h2><pre>${text(JSON.stringify(found.on, null, 2))}</pre>
    <h2>Faults there are</h2><table>${Object.entries(found.kinds).map(([k, v]) => `<tr><td><b>${text(k)}</b></td><td style="max-width:none">${text(v)}</td></tr>`).join("")}</table>
    <h2>Asked of the tenant so far</h2><table>${Object.entries(counters).map(([k, v]) => `<tr><td>${text(k)}</td><td>${text(v)}</td></tr>`).join("")}</table></section>`;
}

async function show() {
  about = await api("/tenant");
  document.getElementById("council").textContent = about.name;
  document.getElementById("clock").textContent = when(about.now);
  const all = Object.entries(about.tenants), choice = document.getElementById("tenants");
  choice.hidden = all.length < 2;
  choice.innerHTML = all.map(([domain, name]) =>
    `<option value="${enc(domain)}" ${domain === about.domain ? "selected" : ""}>${text(name)}</option>`).join("");
  choice.onchange = () => { location.href = `/tenants/${choice.value}/`; };
  const [view, ...rest] = location.hash.replace(/^#\//, "").split("/").map(decodeURIComponent);
  for (const a of document.querySelectorAll("header nav a"))
    a.toggleAttribute("aria-current", a.getAttribute("href").startsWith("#/" + (view || "mailbox")));
  try {
    if (view === "list") await list(rest[0] || about.show.list || (await api("/lists"))[0].name);
    else if (view === "deliveries") await deliveries();
    else if (view === "files") await files();
    else if (view === "faults") await faults();
    else await mailboxes(rest[0], rest[1]);
  } catch (fault) {
    main.innerHTML = `<p>${text(fault.message)}</p>`;
  }
}
window.addEventListener("hashchange", show);
show();
