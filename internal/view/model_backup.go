package view

import (
	"time"

	"orrery.dev/orrery/internal/backup"
)

// BackupCompared is a copy beside what there is now.
type BackupCompared struct {
	backup.Copy
	Now    backup.Sizes
	People int  // now
	Known  bool // whoever asks can log in afterwards
}

// NoticeKind says what a steward should look at.
type NoticeKind uint8

// The kinds of notices.
const (
	BackupsFail NoticeKind = iota
	WebhookOff
)

// Notice is something that a steward should look at.
type Notice struct {
	Kind  NoticeKind
	Name  string
	Since time.Time
	Path  string
}
