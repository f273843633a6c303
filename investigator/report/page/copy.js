"use strict";
// A text that is meant to be sent has a button that copies it, without the numbers that are for striking lines.
for (const box of document.querySelectorAll(".copied")) {
  const text = box.querySelector("pre").textContent.replace(/^\[\d+\] /gm, "- ");
  const button = document.createElement("button");
  button.className = "copy";
  button.textContent = "copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
  });
  box.append(button);
}
