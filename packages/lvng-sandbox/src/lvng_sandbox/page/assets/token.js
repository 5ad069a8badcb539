// The token that opens the control API: the document has it on the machine of the sandbox. Elsewhere it is in the link that
// `lvng-sandbox serve` prints, or is asked for; it is kept for this address, port included, and nothing else can read it.

const NAME = "token";

let known = document.querySelector("meta[name=sandbox-token]").content || fromAddress() || localStorage.getItem(NAME) || "";

// The token; empty if it is not known.
export const token = () => known;

export function setToken(text) {
  known = text;
  localStorage.setItem(NAME, text);
}

function fromAddress() {
  const address = new URL(location.href);
  const found = address.searchParams.get(NAME);
  if (!found) return "";
  localStorage.setItem(NAME, found);
  address.searchParams.delete(NAME); // so that it is not in the history, nor in a link that somebody copies
  history.replaceState(null, "", address);
  return found;
}
