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
document.addEventListener("htmx:afterSwap", (event) => {
  const said = event.target.querySelector("[data-live]");
  if (said) document.getElementById("live").textContent = said.textContent;
});
