import "./styles/index.css";
import { find } from "./dom";
import { startExplorer } from "./explorer";
import { startHome } from "./home";
import { whenSeen } from "./mapview";
import { startTheme } from "./theme";
import { readWords } from "./words";

readWords();
startTheme();

const form = find<HTMLFormElement>("#recherche");
const results = find("#resultats");
const home = find("main.home");
const embed = find("main.embed");
const mini = find("#mini-carte");
const slow = find("main[data-busy]");

if (form && results) startExplorer(form, results);
else if (form && home) startHome(form, home);

if (embed) void import("./embed").then(({ startEmbed }) => startEmbed(embed));
if (mini) {
  whenSeen(mini, () => void import("./map/mini").then(({ startMini }) => startMini(mini)));
}
if (slow) void import("./busy").then(({ startBusy }) => startBusy(slow));
