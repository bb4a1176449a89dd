for (const button of document.querySelectorAll("[data-copies]")) button.addEventListener("click", async () => {
  const shown = document.getElementById(button.dataset.copies), said = document.getElementById(button.dataset.copies + "-said");
  try { await navigator.clipboard.writeText(shown.textContent); said.textContent = "copied"; }
  catch { getSelection().selectAllChildren(shown); said.textContent = "selected: copy it with the keyboard"; }
});
