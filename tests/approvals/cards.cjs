// Holds the golden adaptive cards against Microsoft's own parser: what it does not know, or refuses, fails.
// node tests/approvals/cards.cjs PATH-OF-THE-NPM-PACKAGE-adaptivecards
global.window = global;
const fs = require("fs");
const path = require("path");
const AC = require(path.join(path.resolve(process.argv[2]), "dist/adaptivecards.js"));

const parse = (content) => {
  const card = new AC.AdaptiveCard();
  const context = new AC.SerializationContext();
  card.parse(content, context);
  const said = [];
  for (let at = 0; at < context.eventCount; at++) said.push(context.getEventAt(at).message);
  return { card, said };
};

// Not blind: a card that is wrong is refused.
const wrong = { type: "AdaptiveCard", version: "1.4", body: [{ type: "Nope" }] };
let bad = parse(wrong).said.length === 0 ? ["a wrong card is taken"] : [];
const cards = fs.readdirSync(__dirname).filter((name) => /^teams\..*\.json$/.test(name));
if (cards.length === 0) bad.push("no card");
for (const name of cards) {
  const body = JSON.parse(fs.readFileSync(path.join(__dirname, name), "utf8"));
  const { card, said } = parse(body.attachments[0].content);
  bad.push(...said.map((one) => `${name}: ${one}`));
  if (card.getItemCount() < 3 || card.getActionCount() !== 1) bad.push(`${name}: something of it is not shown`);
}
for (const one of bad) console.error(one);
console.log(`${cards.length} cards, ${bad.length} complaints`);
process.exit(bad.length === 0 ? 0 : 1);
