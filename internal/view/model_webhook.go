package view

// WebhookOrder is what somebody asks of a webhook.
type WebhookOrder string

// The orders.
const (
	WebhookTest   WebhookOrder = "test"
	WebhookPause  WebhookOrder = "pause"
	WebhookResume WebhookOrder = "resume"
	WebhookTurn   WebhookOrder = "turn" // a new secret
	WebhookResend WebhookOrder = "resend"
	WebhookRemove WebhookOrder = "remove"
)
