package sqlite

import "golang.org/x/sys/unix"

// networkFileSystem names the network file system that a folder lies on, or
// returns the empty string. The numbers are those of statfs(2).
func networkFileSystem(dir string) string {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return ""
	}
	switch uint32(st.Type) {
	case 0x6969:
		return "NFS"
	case 0xff534d42, 0xfe534d42, 0x517b:
		return "a Windows share (SMB)"
	case 0x01021997:
		return "a shared folder of a virtual machine (9p)"
	default:
		return ""
	}
}
