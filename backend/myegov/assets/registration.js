// Makes forms quicker than they are without scripts: whether an account is free, how strong a password is, and the districts of a county.

const account = document.querySelector("#join #account");
const availability = document.getElementById("availability");
if (account && availability) {
  let waiting;
  let asked = "";
  const tell = (state) => {
    availability.textContent = availability.dataset[state] ?? "";
    availability.className = `live ${state}`;
  };
  const ask = async () => {
    const typed = account.value.trim();
    if (typed === asked) return;
    asked = typed;
    if (!/^[A-Za-z][A-Za-z0-9]{4,14}$/.test(typed)) return tell(typed === "" ? "" : "malformed");
    const answer = await fetch(`/join/account-name?account=${encodeURIComponent(typed)}`).catch(() => undefined);
    // What was typed meanwhile is asked about by itself.
    if (asked !== typed) return;
    if (answer?.status === 429) {
      // Asked too often: it says so, and asks again when it may.
      asked = "";
      clearTimeout(waiting);
      waiting = setTimeout(ask, 1000 * (Number(answer.headers.get("Retry-After")) || 60));
      return tell("later");
    }
    // Where there is no answer, the step says it at the end; and the next key asks once more.
    if (!answer?.ok) asked = "";
    tell(answer?.ok ? (await answer.json()).state : "");
  };
  account.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 350);
  });
  account.addEventListener("blur", ask);
}

const password = document.getElementById("password");
const strength = document.getElementById("strength");
if (password && strength) {
  // Of the registration, or of whoever is known already.
  const name = () => (account?.value ?? strength.dataset.account ?? "").trim().toLowerCase();
  const measure = (text) => {
    if (text.toLowerCase() === name()) return 0;
    if (!/^[!-~]{8,15}$/.test(text) || !/[A-Za-z]/.test(text) || !/[0-9]/.test(text)) return 0;
    const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
    const distinct = new Set(text).size;
    const runs = /(.)\1\1|0123|1234|2345|3456|4567|5678|6789|abcd|qwer/i.test(text);
    const points = (kinds > 2) + (kinds > 3) + (text.length >= 10) + (text.length >= 12) + (distinct >= 8) - 2 * runs;
    return points >= 4 ? 3 : points >= 2 ? 2 : 1;
  };
  const show = () => {
    const level = measure(password.value);
    strength.className = `live level-${level}`;
    strength.textContent = password.value === "" ? "" : strength.dataset.label + strength.dataset.levels.split(",")[level];
  };
  password.addEventListener("input", show);
  account?.addEventListener("input", show);
}

const county = document.getElementById("county");
const district = document.getElementById("district");
if (county && district) {
  const code = document.getElementById("postal_code");
  const english = document.documentElement.lang === "en";
  document.querySelector(".choose").hidden = true;
  let table;
  const districts = () => (table ??= fetch("/assets/districts.json").then((answer) => answer.json()));
  county.addEventListener("change", async () => {
    const found = (await districts()).filter((it) => it.county === county.value);
    const first = district.options[0];
    district.replaceChildren(first, ...found.map((it) => new Option(english ? it.district_en : it.district, it.district)));
    if (code) code.value = "";
  });
  district.addEventListener("change", async () => {
    const found = (await districts()).find((it) => it.county === county.value && it.district === district.value);
    if (code && found) code.value = found.code;
  });
}

// Who sent something wrong is led to what is to be corrected.
document.getElementById("complaint")?.focus();
