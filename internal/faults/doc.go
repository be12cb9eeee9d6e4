// Package faults breaks the machine under Orrery and looks at what is left:
// kill -9 in the middle of an import, power cuts, full disks, failing fsyncs,
// flipped bits. Nothing that was acknowledged may be lost or counted twice, the
// state must equal what a rebuild from the journal gives, and trouble is said
// in words.
//
// It is no part of the product and nobody imports it: it holds tests alone,
// behind the build tag faults, which `make faults` runs as root on Linux. They
// mount small disks of their own in a temporary folder and touch no other. With
// -short they do fewer rounds. Where a tool is missing a test is skipped with a
// line that says what to install; in CI (CI set) it fails.
package faults
