// The button that saves the page one looks at as a file. What the page keeps in the address is all
// that it needs to be told.

export default function ({ data, parentElement }) {
  const page = () => {
    const path = window.location.pathname.replace(/\/+$/, "");
    const base = data.address.replace(/\/data\/page$/, "");
    return path.slice(base.length).replace(/^\//, "");
  };
  let root = parentElement.querySelector(".lse-save");
  if (!root) {
    root = document.createElement("details");
    root.className = "lse-save";
    const title = document.createElement("summary");
    title.textContent = "Save";
    title.title = "Save this page as a file";
    const box = document.createElement("div");
    const about = document.createElement("p");
    about.textContent = "One file with what is chosen on this page: another copy of the app opens it under Data.";
    const own = document.createElement("input");
    own.type = "checkbox";
    own.checked = true;
    const label = document.createElement("label");
    label.append(own, " with the data I brought");
    const save = document.createElement("a");
    save.textContent = "Save this page";
    save.className = "lse-save-now";
    save.setAttribute("download", "");
    box.append(about, label, save);
    root.append(title, box);
    const aim = () => {
      const { search, hash } = window.location;
      const asked = new URLSearchParams({ page: page(), query: search, data: own.checked ? "1" : "0" });
      if (hash.length < 4000) asked.set("fragment", hash);
      save.href = `${root.address}?${asked}`;
    };
    root.addEventListener("toggle", aim);
    own.addEventListener("change", aim);
    save.addEventListener("click", () => { aim(); setTimeout(() => { root.open = false; }, 200); });
    document.addEventListener("click", (event) => { if (!root.contains(event.target)) root.open = false; });
    root.addEventListener("keydown", (event) => { if (event.key === "Escape") root.open = false; });
    parentElement.append(root);
  }
  root.address = data.address;
  root.hidden = !data.pages.includes(data.here);
}
