// Segment's client for servers: batches with Basic.
import { Analytics } from '@segment/analytics-node'
import { events, fail, key, origin } from './args.mjs'

const client = new Analytics({ writeKey: key, host: origin, flushAt: 200, flushInterval: 200 })
client.on('error', fail)
for (const { type, timestamp, ...event } of events) {
  client[type]({ ...event, timestamp: new Date(timestamp) })
}
await client.closeAndFlush({ timeout: 60_000 })
