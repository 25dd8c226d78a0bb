// What of the built console is sent when, packed as the server packs it.
// Enters: built/. Leaves: a line a file; exit status 1 where what comes first, with what it imports at once, is more than 60 KiB. Never here: a build.
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

const MAX = 60 * 1024;
const built = path.join(import.meta.dirname, "built");
const size = (file) => gzipSync(fs.readFileSync(path.join(built, file)), { level: 9 }).length;
const page = fs.readFileSync(path.join(built, "index.html"), "utf8");
const first = [...page.matchAll(/src="\/([^"]+)"/g)].map((found) => found[1]);
// The list grows while it is gone through: what is imported imports too.
for (const file of first) {
  for (const [, name] of fs.readFileSync(path.join(built, file), "utf8").matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) if (!first.includes(`assets/${name}`)) first.push(`assets/${name}`);
}
const scripts = fs.readdirSync(path.join(built, "assets")).filter((file) => file.endsWith(".js")).map((file) => `assets/${file}`);
for (const file of scripts) console.log(`${String(size(file)).padStart(8)}  ${file}${first.includes(file) ? "  (first)" : ""}`);
const sum = first.map(size).reduce((all, one) => all + one, 0);
console.log(`${String(sum).padStart(8)}  before anything is asked for, of at most ${MAX}`);
process.exitCode = sum > 0 && sum <= MAX ? 0 : 1;
