// Where files are dropped: each goes to the server as it is, with its progress, and can be stopped.
// Images go together, as one file: a line of JSON with names and sizes, then one after the other.

const SHOWN = 60;

const short = (text) => (text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text);

/** Send one file; `step` hears how much has gone. Resolves to what the server calls it. */
function send(file, address, step, stopped) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `${address}?name=${encodeURIComponent(file.name.slice(0, 200))}`);
    request.setRequestHeader("X-LSE-Upload", "1");
    request.upload.addEventListener("progress", (event) => step(event.loaded / (event.total || 1)));
    request.addEventListener("load", () => {
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* no answer of ours */ }
      if (request.status === 200 && said.upload) resolve(said);
      else reject(new Error(said.error || "The server did not take the file."));
    });
    request.addEventListener("error", () => reject(new Error("The connection was lost: try again.")));
    request.addEventListener("abort", () => reject(new Error("Stopped.")));
    stopped(() => request.abort());
    request.send(file);
  });
}

/** Return many files as one, which the browser reads as it is sent. */
function packed(files) {
  const listed = files.map((file) => [file.name.slice(0, 200), file.size]);
  return new File([`${JSON.stringify({ images: listed })}\n`, ...files], "images");
}

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector("[data-drop]");
  place.setTriggerValue = setTriggerValue;
  place.asked = data;
  if (place.ready) return;
  place.ready = true;

  const said = make("span", { class: "lse-drop-said", role: "status" });
  const bar = make("progress", { max: "1", value: "0", "aria-label": "Sent" });
  const stop = make("button", { type: "button" }, "Stop");
  const going = make("div", { class: "lse-drop-going" }, bar, stop);
  going.hidden = true;
  const input = make("input", { type: "file", multiple: "", id: "lse-drop-input", "aria-label": "Files" });
  const label = make("label", { for: "lse-drop-input", class: "lse-drop-choose" }, "Choose files");
  if (data.together) input.accept = "image/png,image/jpeg";
  place.append(
    make("div", { class: "lse-drop-title" }, `Drop ${data.together ? "images" : "files"} here, or `, label),
    make("div", { class: "lse-drop-hint" }, data.hint), input, going, said,
  );

  async function bring(files) {
    if (!files.length || !going.hidden) return;
    const { most, address, most_files: count, together } = place.asked;
    said.classList.remove("lse-wrong");
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const wrong = files.length > count ? `At most ${count} files belong together.`
      : !together && files.some((f) => f.size > most) ? `A file may have ${Math.floor(most / 1e6)} MB.`
      : together && size > most ? `They may have ${Math.floor(most / 1e6)} MB together.` : "";
    if (wrong) return fail(wrong);
    if (together) files = [packed(files)];
    going.hidden = false;
    const brought = [];
    try {
      for (const [i, file] of files.entries()) {
        said.textContent = `Sending ${short(file.name)}`;
        const step = (part) => { bar.value = (i + part) / files.length; };
        brought.push(await send(file, address, step, (abort) => { stop.onclick = abort; }));
      }
      said.textContent = "";
      place.setTriggerValue("brought", brought);
    } catch (error) {
      fail(error.message);
    } finally {
      going.hidden = true;
      input.value = "";
    }
  }

  function fail(text) {
    said.classList.add("lse-wrong");
    said.textContent = text;
  }

  input.addEventListener("change", () => bring([...input.files]));
  for (const name of ["dragenter", "dragover"]) {
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.add("lse-over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    place.addEventListener(name, () => place.classList.remove("lse-over"));
  }
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    bring([...event.dataTransfer.files]);
  });
}
