// Reads {secrets, headers, body} and says for each library and secret what it makes of it.
import { readFileSync } from "node:fs";
import * as standard from "standardwebhooks";
import * as svix from "svix";
const { secrets, headers, body } = JSON.parse(readFileSync(0, "utf8"));
const out = {};
for (const [name, library] of Object.entries({ standardwebhooks: standard, svix })) {
  for (const [which, secret] of Object.entries(secrets)) {
    try { out[`${name} ${which}`] = new library.Webhook(secret).verify(body, headers).type; } catch (e) { out[`${name} ${which}`] = "refused"; }
  }
}
console.log(JSON.stringify(out));
