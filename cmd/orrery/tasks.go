package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/task"
	"orrery.dev/orrery/internal/view"
)

func (a *app) tasksCommand() *cobra.Command {
	show, limit := "all", 50
	c := &cobra.Command{
		Use: "tasks", Short: "What the team means to do for people, and what became of their orbits", Args: cobra.NoArgs,
		Long: `List tasks, what is due first. Of each stands why it was made, where the person stood
then, when it was done, and where they stand now, and on how many days they came
since: what happened, not what the task changed.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := view.ParseTaskFilter(show)
			if err != nil || filter == view.TasksMine {
				return orrery.Errorf(orrery.Invalid, "--show is all, snoozed, done or every, not %q", show)
			}
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				p, err := s.Planet(a.planet)
				if err != nil {
					return err
				}
				page, err := desk.Tasks(cmd.Context(), view.TasksQuery{Planet: p.ID, Show: filter, Limit: limit})
				if err != nil {
					return err
				}
				return a.printTasks(p, &page)
			})
		},
	}
	c.Flags().StringVar(&show, "show", show, "which: `all` that are open, snoozed, done or every")
	c.Flags().IntVar(&limit, "limit", limit, "tasks at most; 0: all")
	c.AddCommand(a.addTaskCommand(), a.doneTaskCommand(), a.snoozeTaskCommand())
	return c
}

func (a *app) addTaskCommand() *cobra.Command {
	var kind, due, because string
	c := &cobra.Command{
		Use: "add PERSON [WORDS...]", Short: "Make a task for somebody", Args: cobra.MinimumNArgs(1),
		Long: `Make a task for somebody, named by a number or an identity. Without --kind it is what
its words say. Without --due it is due this week.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			n := view.NewTask{Text: strings.Join(args[1:], " "), Because: because}
			var err error
			if n.Kind, err = task.ParseKind(kind); err != nil {
				return err
			}
			if n.Kind == task.Introduce || n.Kind == task.Answer {
				return orrery.Errorf(orrery.Invalid, "a task of this kind is made on the screens, where the other half of it stands: use another --kind")
			}
			if due != "" {
				if n.Due, err = orrery.ParseDay(due); err != nil {
					return err
				}
			}
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				p, err := s.Planet(a.planet)
				if err != nil {
					return err
				}
				who, err := find(cmd, s, args[0])
				if err != nil {
					return err
				}
				n.Who = orrery.MemberID(who)
				number, made, err := desk.AddTask(cmd.Context(), p.ID, n, 0)
				if err != nil {
					return err
				}
				switch {
				case a.json:
					return a.line(map[string]any{"type": "task", "task": number, "made": made})
				case made:
					fmt.Fprintf(a.out, "It is task %d.\n", number)
				default:
					fmt.Fprintf(a.out, "There is such a task already: %d.\n", number)
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&kind, "kind", string(task.Other), "`kind`: hello, welcome, thank, celebrate, invite or other")
	c.Flags().StringVar(&due, "due", "", "by this `day`")
	c.Flags().StringVar(&because, "because", "", "why, to be read later")
	return c
}

func (a *app) doneTaskCommand() *cobra.Command {
	var outcome, note string
	c := &cobra.Command{
		Use: "done NUMBER", Short: "Say that a task is done, and what came of it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			came, err := task.ParseOutcome(outcome)
			if err != nil {
				return err
			}
			return a.changeTask(cmd, args[0], task.Change{Move: task.Finish, Outcome: came, Note: note}, "Done.")
		},
	}
	c.Flags().StringVar(&outcome, "outcome", "", "what `came` of it: answered, thanked, met, introduced, no_answer or not_needed")
	c.Flags().StringVar(&note, "note", "", "what to remember of it")
	return c
}

func (a *app) snoozeTaskCommand() *cobra.Command {
	return &cobra.Command{
		Use: "snooze NUMBER DAY", Short: "Put a task off until a day, on which it comes back", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			until, err := orrery.ParseDay(args[1])
			if err != nil {
				return err
			}
			return a.changeTask(cmd, args[0], task.Change{Move: task.Snooze, Until: until}, "Put off until "+until.String()+".")
		},
	}
}

func (a *app) changeTask(cmd *cobra.Command, text string, c task.Change, said string) error {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return orrery.Errorf(orrery.Invalid, "%q is no number of a task: `orrery tasks` lists them", text)
	}
	return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
		p, err := s.Planet(a.planet)
		if err != nil {
			return err
		}
		if err := desk.ChangeTask(cmd.Context(), p.ID, number, c, 0); err != nil || a.json {
			return err
		}
		fmt.Fprintln(a.out, said)
		return nil
	})
}

func (a *app) printTasks(p orrery.Planet, page *view.TasksPage) error {
	if a.json {
		for _, line := range page.Lines(p.Slug) {
			if err := a.line(line); err != nil {
				return err
			}
		}
		return nil
	}
	if len(page.List) == 0 {
		fmt.Fprintln(a.out, "There is no such task.")
		return nil
	}
	t := table{head: []string{"task", "state", "due", "what", "person", "closeness then", "now", "came since"}}
	for i := range page.List {
		one := &page.List[i]
		what := string(one.Kind)
		if one.Text != "" {
			what = one.Text
		}
		state := string(one.State)
		if one.Outcome != task.Unsaid {
			state = string(one.Outcome)
		}
		t.add(count(one.Number), state, one.Due.String(), clean(what, 40), clean(one.Who.Name, 28), fmt.Sprintf("%.0f", one.Began.Closeness), fmt.Sprintf("%.0f", one.Now.Closeness), fmt.Sprintf("%d days", one.Came.Days))
	}
	t.print(a.out)
	return nil
}
