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
// A part that is being fetched says so.
document.addEventListener("htmx:beforeRequest", (event) => event.detail.target.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.detail.target.removeAttribute("aria-busy"));
document.addEventListener("htmx:afterSwap", (event) => {
  const said = event.target.querySelector("[data-live]");
  if (said) document.getElementById("live").textContent = said.textContent;
});

// The notice before the session ends. Any answer of the portal starts the minutes again.
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
  stay.dataset.stays = stay.href;
  stay.addEventListener("click", async (event) => {
    if (stay.href !== stay.dataset.stays) return;
    event.preventDefault();
    const answer = await fetch(stay.href).catch(() => null);
    if (answer && answer.ok && !answer.redirected) again(); else show(true);
  });
  document.addEventListener("htmx:afterRequest", again);
  document.addEventListener("typed:kept", again);
  again();
}

// What is typed is kept on the server a moment later, so that it is there if it is never saved.
const main = document.querySelector("main[data-typed]");
if (main) {
  let changed, wait;
  const keep = async () => {
    clearTimeout(wait);
    if (!changed) return;
    const form = changed;
    changed = null;
    const address = new URL(form.getAttribute("action") || "", location.href).pathname;
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const answer = await fetch(`${main.dataset.typed}?address=${encodeURIComponent(address)}`, {
      method: "POST", body: new URLSearchParams(fields), keepalive: true,
    }).catch(() => null);
    if (answer && answer.status === 204) document.dispatchEvent(new Event("typed:kept"));
  };
  main.addEventListener("input", (event) => {
    if (!event.target.form || event.target.form.method !== "post") return;
    changed = event.target.form;
    clearTimeout(wait);
    wait = setTimeout(keep, 1000);
  });
  main.addEventListener("submit", () => { clearTimeout(wait); changed = null; });
  addEventListener("pagehide", keep);
}
