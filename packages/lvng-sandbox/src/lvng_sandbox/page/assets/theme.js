// Light, dark, or as the system has it.

import { update } from "./render.js";

const THEMES = ["auto", "light", "dark"];
const dark = matchMedia("(prefers-color-scheme: dark)");

export const theme = () => localStorage.getItem("theme") ?? "auto";

const isDark = () => (theme() === "auto" ? dark.matches : theme() === "dark");

export function nextTheme() {
  localStorage.setItem("theme", THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]);
  applyTheme();
}

export function applyTheme() {
  const { classList, dataset } = document.documentElement;
  dataset.theme = theme();
  classList.toggle("dark-mode", isDark()); // the name that Swagger UI goes by
  update();
}

dark.addEventListener("change", applyTheme);
