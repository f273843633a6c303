"use strict";
// Loads the page itself again after its seconds, where it stands; not while somebody marks words in it.
(() => {
  const seconds = Number(document.body.dataset.renewed);
  setInterval(() => {
    if (String(getSelection()) === "") location.reload();
  }, seconds * 1000);
})();
