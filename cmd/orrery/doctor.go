package main

import (
	"encoding/hex"
	"fmt"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

type doctorLine struct {
	Type        string `json:"type"`
	OK          bool   `json:"ok"`
	Blocks      int64  `json:"blocks"`
	Activities  int64  `json:"activities"`
	Identities  int    `json:"identities"`
	LiveHash    string `json:"live_hash"`
	RebuiltHash string `json:"rebuilt_hash"`
	AuditRows   int64  `json:"audit_rows"` // that hold
	AuditHead   string `json:"audit_head"` // the hash of the last of them
	AuditOK     bool   `json:"audit_ok"`
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Check everything that is stored, and the field against the journal", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, _ *view.Desk) error {
				c, err := s.Check(cmd.Context())
				if err != nil {
					return err
				}
				chain, broken := s.Storage().VerifyAudit(cmd.Context(), [32]byte{})
				if broken != nil && orrery.CodeOf(broken) != orrery.Invalid {
					return broken
				}
				ok := c.LiveHash == c.RebuiltHash && broken == nil
				if a.json {
					err = a.line(doctorLine{
						"doctor", ok, c.Blocks, c.Activities, c.Identities,
						hex.EncodeToString(c.LiveHash[:]), hex.EncodeToString(c.RebuiltHash[:]),
						chain.Seq, hex.EncodeToString(chain.Head[:]), broken == nil,
					})
					if err != nil {
						return err
					}
				} else if ok {
					fmt.Fprintf(a.out, "All is well: %s in %s, %s; every page, block and key was read, and the field\nis what the journal says (%x). The audit holds: %s, the last %x.\n",
						things(c.Activities, "activity", "activities"), things(c.Blocks, "block", "blocks"),
						things(int64(c.Identities), "identity", "identities"), c.LiveHash[:6], things(chain.Seq, "row", "rows"), chain.Head[:6])
				}
				if broken != nil {
					return auditBroken(broken)
				}
				if !ok {
					return orrery.Errorf(orrery.Internal, "the field is not what the journal says, so one of the two is damaged: keep a copy of %s as it is, then restore a backup with `orrery restore`", s.Dir())
				}
				return nil
			})
		},
	}
}
