// Passkeys: the browser makes or uses one, and the form carries what it says. Buttons show where it can.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  for (const part of form.querySelectorAll("[data-with-passkey]")) part.hidden = false;
  for (const part of form.querySelectorAll("[data-without-passkey]")) part.hidden = true;
  const options = async () => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const asked = await options();
      if (form.dataset.passkey === "create" && form.elements.passwordless.checked) {
        Object.assign(asked.publicKey.authenticatorSelection, {
          residentKey: "required", requireResidentKey: true, userVerification: "required",
        });
      }
      form.elements.credential.value = JSON.stringify(await window.webauthnJSON[form.dataset.passkey](asked));
      form.submit();
    } catch (refused) {
      form.querySelector("[data-says]").textContent = "The browser gave no passkey. Try again, or use another way.";
    }
  });
}
