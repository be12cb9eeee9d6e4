// Passkeys are made and used by the browser itself: it needs this file for them. Log
// in with a password works without it.

const able = window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential?.parseRequestOptionsFromJSON;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const says = form.querySelector("[data-says]");
  if (!able) {
    says.textContent = form.dataset.unable;
    continue;
  }
  form.querySelector("button").disabled = false;
  says.textContent = "";
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    says.textContent = "";
    try {
      const body = new URLSearchParams(new FormData(form));
      body.delete("credential");
      const answer = await fetch(form.dataset.passkey, { method: "POST", body });
      const options = await answer.json();
      if (!answer.ok) {
        says.textContent = options.wrong;
        return;
      }
      const credential = form.dataset.does === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.querySelector("[name=credential]").value = JSON.stringify(credential);
      const password = form.querySelector("[name=present]");
      if (password) password.disabled = true; // it was asked for already
      form.submit();
    } catch {
      says.textContent = form.dataset.failed;
    }
  });
}
