// Comfort only: every task works without it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.ia-menu[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  for (const menu of document.querySelectorAll("details.ia-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;

// A part of the page that is fetched anew: what is there stays until the answer comes, or if none does.
const live = document.getElementById("live");
const says = document.createElement("p");
says.className = "ia-working";
let slow, told, focused;
const words = (element) => [element.href, element.textContent.trim()].join(" ");
const tell = (target, text) => { says.textContent = text; target.before(says); };
document.addEventListener("htmx:beforeRequest", (event) => {
  const target = event.detail.target;
  target.setAttribute("aria-busy", "true");
  says.remove();
  clearTimeout(slow);
  told = 0;
  slow = setTimeout(() => { tell(target, "Still working…"); live.textContent = "Still working…"; }, 2000);
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest("form[enctype]"), { lengthComputable, loaded, total } = event.detail;
  if (!form || !lengthComputable || !form.querySelector("[type=file]").files.length) return;
  const percent = Math.floor(100 * loaded / total), text = `Uploading, ${percent} percent`;
  clearTimeout(slow);
  tell(form, text);
  if (percent >= told + 25) { told = percent - percent % 25; live.textContent = text; }
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target.id !== "main") return;
  event.detail.shouldSwap = true; // a page of ours also says what went wrong
  if (new URL(xhr.responseURL).pathname.startsWith("/sign-in/")) {
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
  }
  const now = document.activeElement;
  focused = target.contains(now) && now.matches("a, button") ? words(now) : "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  clearTimeout(slow);
  says.remove();
  event.detail.target.removeAttribute("aria-busy");
  if (event.detail.successful || event.detail.target.id === "main" && event.detail.xhr.status) return;
  if (event.detail.xhr.status || !event.detail.xhr.aborted) {
    tell(event.detail.target, "There was no answer, so what you see is as it was. Try again.");
    live.textContent = says.textContent;
  }
});
document.addEventListener("htmx:afterSettle", () => {
  const main = document.getElementById("main");
  const again = focused && [...main.querySelectorAll("a, button")].find((each) => words(each) === focused);
  if (again) again.focus({ preventScroll: true }); // whoever is on a link stays on it
  focused = "";
  const said = main.querySelector("[data-live]") || main.querySelector("[role=status]") || main.querySelector("h1");
  if (said && live.textContent !== said.textContent) live.textContent = said.textContent; // once, not each time
});

// Files that are dropped anywhere on the page go to the field that waits for them, and each is named there.
const dropping = (event) => event.dataTransfer.types.includes("Files") && document.querySelector("[data-drop]");
document.addEventListener("dragover", (event) => {
  const field = dropping(event);
  if (!field) return;
  field.classList.add("ia-over");
  event.preventDefault();
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.querySelector("[data-drop]")?.classList.remove("ia-over");
});
document.addEventListener("drop", (event) => {
  const field = dropping(event);
  if (!field) return;
  event.preventDefault();
  field.classList.remove("ia-over");
  field.files = event.dataTransfer.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-drop]")) return;
  const names = [...event.target.files].map((each) => each.name), next = event.target.nextElementSibling;
  const chosen = next?.matches(".ia-quiet") ? next : document.createElement("p");
  chosen.className = "ia-quiet";
  chosen.textContent = names.length ? `Chosen: ${names.join(", ")}` : "";
  event.target.after(chosen);
  live.textContent = chosen.textContent;
});

// The notice before the session ends. What somebody does starts the minutes again, and no look that a page takes by itself.
const idle = document.getElementById("idle");
if (idle) {
  const stay = idle.querySelector("a"), warned = 2;
  const show = (over) => {
    idle.hidden = false;
    idle.querySelector("[data-soon]").hidden = over;
    idle.querySelector("[data-over]").hidden = !over;
    stay.textContent = over ? "Sign in again" : "Stay signed in";
    stay.href = over ? location.href : stay.dataset.stays;
  };
  const minutes = Number(idle.dataset.minutes);
  let soon, end;
  const again = () => {
    idle.hidden = true;
    clearTimeout(soon); clearTimeout(end);
    soon = setTimeout(show, (minutes - warned) * 60000, false);
    end = setTimeout(show, minutes * 60000, true);
  };
  const tabs = new BroadcastChannel("idle"); // the session is one, whatever the tab
  tabs.onmessage = again;
  const everywhere = () => { again(); tabs.postMessage(""); };
  stay.dataset.stays = stay.href;
  stay.addEventListener("click", async (event) => {
    if (stay.href !== stay.dataset.stays) return;
    event.preventDefault();
    const answer = await fetch(stay.href).catch(() => null);
    if (answer && answer.ok && !answer.redirected) everywhere(); else show(true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (requestConfig.triggeringEvent && xhr.status && !xhr.responseURL.includes("/sign-in/")) everywhere();
  });
  document.addEventListener("typed:kept", everywhere);
  everywhere();
}

// What is typed is kept on the server a moment later, so that it is there if it is never saved.
if (document.querySelector("main[data-typed]")) {
  let changed, wait;
  const typed = document.querySelector("main[data-typed]").dataset.typed;
  const ours = (event) => event.target.closest("main[data-typed]");
  const keep = async () => {
    clearTimeout(wait);
    if (!changed) return;
    const form = changed;
    changed = null;
    const address = new URL(form.getAttribute("action") || "", location.href).pathname;
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const answer = await fetch(`${typed}?address=${encodeURIComponent(address)}`, {
      method: "POST", body: new URLSearchParams(fields), keepalive: true,
    }).catch(() => null);
    if (answer && answer.status === 204) document.dispatchEvent(new Event("typed:kept"));
  };
  document.addEventListener("input", (event) => {
    if (!ours(event) || !event.target.form || event.target.form.method !== "post") return;
    changed = event.target.form;
    clearTimeout(wait);
    wait = setTimeout(keep, 1000);
  });
  document.addEventListener("submit", (event) => { if (ours(event)) { clearTimeout(wait); changed = null; } });
  addEventListener("pagehide", keep);
}
