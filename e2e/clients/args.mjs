// What each client is started with: where Orrery is, the key, the events.
import { readFileSync } from 'node:fs'

export const [origin, key, file] = process.argv.slice(2)
export const events = JSON.parse(readFileSync(file, 'utf8'))

// fail ends the client: what could not be delivered is an error.
export function fail(err) {
  console.error(err)
  process.exit(1)
}
