/** The login form: keeps the person on the page when the token is wrong, and says why. */

const form = /** @type {HTMLFormElement} */ (document.getElementById("login"));
const problem = /** @type {HTMLElement} */ (document.getElementById("problem"));
const token = /** @type {HTMLInputElement} */ (document.getElementById("token"));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  try {
    const response = await fetch("api/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: token.value }),
    });
    // This form also stands in for any page that was asked for without a login.
    if (response.ok && location.pathname.endsWith("/login")) {
      return location.replace(`./${location.hash}`);
    }
    if (response.ok) return location.reload();
    problem.textContent = await reasonOf(response);
  } catch {
    problem.textContent = "The monitor does not answer. Is it running?";
  }
  token.select();
});

/** @param {Response} response */
async function reasonOf(response) {
  if (response.status === 401) return "That is not the token.";
  if (response.status === 429) return "Too many wrong tokens. Wait a few seconds, then try again.";
  try {
    return (await response.json()).error.message;
  } catch {
    return `The monitor answered with status ${response.status}.`;
  }
}
