// The CNCF's client: a request an event, in headers or in the body by turns.
import { CloudEvent, emitterFor, httpTransport, Mode } from 'cloudevents'
import { events, fail, key, origin } from './args.mjs'

const headers = { Authorization: `Bearer ${key}` }
let refused = 0
async function send(message, options) {
  const answer = await transport(message, options)
  if (!answer.body.includes('"success":true')) {
    refused++
    fail(answer.body)
  }
  return answer
}
const transport = httpTransport(`${origin}/events`)
const emit = [emitterFor(send, { mode: Mode.BINARY }), emitterFor(send, { mode: Mode.STRUCTURED })]

let next = 0
async function worker() {
  while (next < events.length) {
    const i = next++
    await emit[i % 2](new CloudEvent(events[i]), { headers })
  }
}
await Promise.all(Array.from({ length: 64 }, worker)).catch(fail)
