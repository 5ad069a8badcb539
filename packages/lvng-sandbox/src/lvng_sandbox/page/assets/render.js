// Draws the page again after a change, at most once per turn of the event loop.

let draw = () => {};
let asked = false;

// Set what draws the page.
export function onRender(callback) {
  draw = callback;
}

// Have the page drawn again: something that it shows has changed.
export function update() {
  if (asked) return;
  asked = true;
  queueMicrotask(() => {
    asked = false;
    draw();
  });
}
