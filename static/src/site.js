// What works better with a script: leaving at once, the menu, saving answers, the time left, the search for agencies.
import { leaveQuickly } from "./exit.js";
import { openMenu } from "./menu.js";
import { saveAnswers } from "./answers.js";
import { searchAgencies } from "./agencies.js";
import { countDown } from "./timer.js";
import { countActive } from "./active.js";

document.documentElement.classList.add("js");
for (const start of [leaveQuickly, openMenu, saveAnswers, countDown, countActive, searchAgencies]) start(document);
const zone = document.querySelector("input[name=time_zone][type=hidden]");
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
const errors = document.querySelector("[data-errors]");
if (errors) errors.focus();
