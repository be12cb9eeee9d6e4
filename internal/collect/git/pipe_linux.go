package git

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeSize is how far git may be ahead of what reads it, in bytes: the most that
// Linux grants everybody. With the usual 64 KiB git waited a sixth of the time.
const pipeSize = 1 << 20

// pipe returns a wide pipe whose reader blocks its thread: each of git's writes,
// of 4 KiB, would wake the runtime's poller.
func pipe() (r, w *os.File, err error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, os.NewSyscallError("pipe2", err)
	}
	_, _ = unix.FcntlInt(uintptr(ends[0]), unix.F_SETPIPE_SZ, pipeSize) // where it is refused, git waits more often
	return os.NewFile(uintptr(ends[0]), "|0"), os.NewFile(uintptr(ends[1]), "|1"), nil
}
