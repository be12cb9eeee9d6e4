// Jitsu's client: a request an event, the key in a header of its own.
import { jitsuAnalytics } from '@jitsu/js'
import { events, fail, key, origin } from './args.mjs'

const client = jitsuAnalytics({ host: origin, writeKey: `server:${key}`, s2s: true, errorPolicy: 'rethrow' })
try {
  await client.identify('u1', { name: 'Ada Example', email: 'ada@example.org' })
  for (const event of events) await client.track(event.event, event.properties)
} catch (err) {
  fail(err)
}
