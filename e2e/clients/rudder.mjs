// RudderStack's client for servers: gzip that says it is a form.
import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { events, fail, key, origin } from './args.mjs'

const size = 100
const client = new RudderAnalytics(key, { dataPlaneUrl: origin, flushAt: size, logLevel: 'error', errorHandler: fail })
for (let at = 0; at < events.length; at += size) {
  for (const { type, timestamp, ...event } of events.slice(at, at + size)) {
    client[type]({ ...event, originalTimestamp: new Date(timestamp) })
  }
  await client.flush()
}
await client.flush()
