"""Every command that has a key: the one list behind the footer, the help, the palette and the key file."""

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Command:
    """What a key does in a scope. `action` is the Textual action a screen or the app implements."""

    id: str
    """`scope.name`, the name in the key file."""
    keys: str
    """Textual key names, comma separated; the first is the one shown."""
    action: str
    title: str
    """One or two words for the footer."""
    help: str
    """One sentence for the help and the palette."""
    footer: int | None = None
    """How early it stands in the footer, lower first; None: not there."""

    @property
    def scope(self) -> str:
        return self.id.partition(".")[0]


COMMANDS: tuple[Command, ...] = (
    # everywhere
    Command("app.overview", "1", "show('overview')", "overview", "Cluster, alerts, apps and scope on one screen."),
    Command("app.cluster", "2", "show('cluster')", "cluster", "The objects of the cluster, kind by kind."),
    Command("app.apps", "3", "show('apps')", "apps", "What runs on the platform and how it does."),
    Command("app.alerts", "4", "show('alerts')", "alerts", "What fires, and who has it."),
    Command("app.board", "5", "show('board')", "board", "The backlog, split into phases."),
    Command("app.command", "colon", "command", "command", "Type where to go: a kind, a screen, quit.", 90),
    Command("app.help", "question_mark", "help", "help", "The keys of this screen.", 92),
    Command("app.palette", "ctrl+p", "command_palette", "palette", "Search everything that can be done."),
    Command("app.quit", "ctrl+q", "quit_safely", "quit", "Quit, once everything is saved."),
    Command("top.quit", "q", "app.quit_safely", "quit", "Quit, once everything is saved."),
    Command("frame.filter", "slash", "filter", "filter", "Narrow what is shown.", 91),
    # a screen on top of another
    Command("pushed.back", "escape,q", "back", "back", "Back to where you came from.", 80),
    # the overview
    Command("overview.next", "tab", "app.focus_next", "next pane", "Go to the next pane."),
    Command("overview.previous", "shift+tab", "app.focus_previous", "previous pane", "Go to the previous pane."),
    Command("overview.zoom", "z", "zoom", "zoom", "Give the whole screen to this pane, or take it back.", 60),
    # a list of objects
    Command("grid.choose", "enter", "choose", "open", "Go into what is under the cursor.", 1),
    Command("object.describe", "d", "describe", "describe", "Describe the object, its events included.", 10),
    Command("object.yaml", "y", "yaml", "yaml", "The object as YAML.", 11),
    Command("object.events", "E", "events", "events", "The events of this object alone, the newest first."),
    Command(
        "object.xray", "X", "xray", "xray", "What hangs together: workloads, pods, containers, what they need.", 17
    ),
    Command("object.reveal", "x", "reveal", "reveal", "Show what one key of the secret holds.", 2),
    Command("object.values", "v", "values", "values", "The values that were set for the release.", 3),
    Command(
        "object.logs", "l", "logs", "logs", "The logs of the pod, of the workload's pods, or of all that is marked.", 12
    ),
    Command("object.previous", "p", "previous_logs", "previous", "The logs before the last restart.", 13),
    Command(
        "object.rollback",
        "R,ctrl+l",
        "roll_back",
        "roll back",
        "Roll back to the last good revision, or to the one under the cursor.",
        14,
    ),
    Command("object.delete", "ctrl+d", "delete", "delete", "Delete the object; asks first.", 20),
    # what is done to objects of the cluster
    Command(
        "operation.shell", "s", "operate('shell')", "shell", "A shell in the container; the cockpit stands aside.", 3
    ),
    Command("operation.attach", "a", "operate('attach')", "attach", "Attach to the container's own process."),
    Command(
        "operation.forward", "F", "operate('forward')", "port-forward", "Lead a local port to it; `:pf` lists all.", 16
    ),
    Command("operation.copy_files", "t", "operate('copy_files')", "files", "Copy files from the container, or to it."),
    Command("operation.scale", "s", "operate('scale')", "scale", "Say how many replicas there shall be.", 3),
    Command("operation.restart", "r", "operate('restart')", "restart", "Replace all pods, one after the other.", 4),
    Command("operation.image", "i", "operate('set_image')", "image", "Set the image of a container.", 5),
    Command("operation.pause", "H", "operate('pause')", "hold", "Hold the rollout, or let it go on."),
    Command("operation.trigger", "t", "operate('trigger')", "run now", "Run the cron job now.", 3),
    Command(
        "operation.suspend", "s", "operate('suspend')", "suspend", "Suspend the job or cron job, or let it go on.", 4
    ),
    Command("operation.cordon", "c", "operate('cordon')", "cordon", "Let no new pods onto the node.", 3),
    Command("operation.uncordon", "u", "operate('uncordon')", "uncordon", "Let pods onto the node again.", 4),
    Command("operation.drain", "r", "operate('drain')", "drain", "Cordon the node and move its pods away.", 5),
    Command("operation.edit", "e", "operate('edit')", "edit", "Edit the object in your editor.", 15),
    Command("operation.label", "L", "operate('label')", "labels", "Set or take away labels: app=api tier-"),
    Command(
        "operation.annotate", "M", "operate('annotate')", "annotations", "Set or take away annotations: team=shop note-"
    ),
    Command("operation.delete_as", "D", "operate('delete_as')", "delete as", "Delete it, saying how and how fast."),
    Command(
        "operation.kill",
        "ctrl+k",
        "operate('kill')",
        "kill",
        "Delete the pod at once, without its time to end; asks first.",
    ),
    # what stands for a workload: an app, an alert
    Command("workload.describe", "d", "describe", "describe", "Describe the workload.", 11),
    Command("workload.logs", "l", "logs", "logs", "The logs of the workload.", 10),
    Command("workload.rollback", "R", "roll_back", "roll back", "Roll it back to its last good revision.", 12),
    # the page of an app
    Command("page.next", "tab", "pane(1)", "next pane", "Go to the next pane.", 60),
    Command("page.previous", "shift+tab", "pane(-1)", "previous pane", "Go to the previous pane."),
    Command("page.zoom", "z", "zoom", "zoom", "Give the whole page to this pane, or take it back.", 61),
    Command(
        "page.card",
        "n",
        "write_card",
        "card",
        "Write a card about the app; from a check about what was found and what to do.",
        30,
    ),
    Command(
        "signals.longer", "right_square_bracket,w", "window(1)", "longer", "Look at a longer time, up to 30 days.", 5
    ),
    Command("signals.shorter", "left_square_bracket,W", "window(-1)", "shorter", "Look at a shorter time.", 6),
    Command("release.rollback", "R", "roll_back", "roll back", "Roll the workload back to this revision.", 5),
    # the cluster's grid
    Command("cluster.faults", "ctrl+z", "faults", "faults only", "Show only what is not well.", 30),
    Command("cluster.clear", "escape", "clear", "back", "Show everything again; then back to where you came from.", 31),
    Command("cluster.leave", "q", "leave", "back", "Back to where you came from; from a list of all: quit."),
    Command("cluster.kinds", "ctrl+a", "kinds", "kinds", "Which kinds there are, and what they may be called."),
    Command("cluster.again", "ctrl+r", "ask_again", "ask again", "Ask the servers at once whether they answer."),
    Command("cluster.everywhere", "0", "everywhere", "all namespaces", "Show all namespaces."),
    Command("cluster.warp", "w", "warp", "this namespace", "Show the namespace of the object alone."),
    Command("cluster.owner", "J", "owner", "owner", "Go to what controls the object."),
    Command("cluster.used_by", "u", "used_by", "used by", "The pods that use it.", 16),
    Command("cluster.use", "u", "use", "use", "Show this namespace alone from now on.", 3),
    Command(
        "cluster.revisions", "z", "revisions", "revisions", "The revisions of the workload; R goes back to one.", 17
    ),
    Command("cluster.tidy", "z", "tidy", "tidy", "Delete all pods of the list that have ended; asks first."),
    Command("cluster.forwards", "f", "forwards", "port-forwards", "The port-forwards that are open."),
    Command("cluster.node", "o", "node", "node", "Go to the node that runs the pod."),
    Command("cluster.copy", "c", "copy", "copy", "Copy the name, or the names of all that is marked."),
    Command("cluster.copy_namespace", "n", "copy_namespace", "copy namespace", "Copy the name of the namespace."),
    Command("cluster.copy_cell", "C", "copy_cell", "copy cell", "Copy what one column says of the object."),
    Command("cluster.save", "ctrl+s", "save", "save", "Write the list to a file, as comma-separated values."),
    Command("cluster.mark_range", "v", "mark_range", "mark to here", "Mark all from the last mark to here."),
    Command("cluster.before", "left_square_bracket,minus", "turn(-1)", "before", "Show again what was shown before."),
    Command(
        "cluster.after",
        "right_square_bracket",
        "turn(1)",
        "after",
        "Forward again, after going back in what was shown.",
    ),
    Command("cluster.sort_name", "N", "sort('NAME')", "by name", "Sort by name; again turns it round."),
    Command("cluster.sort_age", "A", "sort('AGE')", "by age", "Sort by age; again turns it round."),
    Command("cluster.sort_status", "S", "sort('STATUS')", "by status", "Sort by status; again turns it round."),
    Command(
        "cluster.sort_namespace", "P", "sort('NAMESPACE')", "by namespace", "Sort by namespace; again turns it round."
    ),
    Command("cluster.sort_column", "O,shift+right", "sort_beside(1)", "sort", "Sort by the next column.", 32),
    Command("cluster.sort_before", "shift+left", "sort_beside(-1)", "sort before", "Sort by the column before."),
    Command("cluster.wide", "ctrl+w", "wide", "wide", "Show the columns of `kubectl get -o wide`; again: the usual."),
    # port-forwards
    Command("forwards.stop", "ctrl+d", "stop", "stop", "End the port-forward under the cursor.", 1),
    Command("forwards.copy", "c", "copy", "copy", "Copy its local address.", 2),
    # who may do what
    Command("rights.clear", "escape", "clear", "clear", "Show all rows again."),
    Command("rights.sort", "O", "sort_next", "sort", "Sort by the next column.", 20),
    # alerts
    Command("alerts.view", "v", "view", "next state", "Show all, then active, acked, silenced … alerts alone.", 30),
    Command("alerts.sort", "O", "sort_next", "sort", "Sort by the next column.", 31),
    Command("alerts.group", "b", "group", "group by", "By app, name, namespace, source; then no groups again.", 33),
    Command("alerts.group_label", "B", "group_label", "by a label", "Put alerts together by any label."),
    Command("alerts.fold", "z", "fold", "fold", "Fold the group under the cursor, or open it again."),
    Command("alerts.fold_all", "Z", "fold_all", "fold all", "Fold all groups, or open them again."),
    Command("alerts.silences", "s", "silences", "silences", "What is silenced: why, by whom, until when.", 32),
    Command("alert.ack", "a", "ack", "ack", "I am on it: silence the alert while you work.", 2),
    Command("alert.silence", "S", "silence", "silence", "Silence the alert, or all marked, for as long as you say.", 3),
    Command("alert.card", "n", "card", "card", "Write a card about it; the one that is open is offered first.", 4),
    Command("alert.restart", "r", "restart", "restart", "Replace all pods of the workload, one after the other.", 13),
    Command("alert.note", "N", "note", "note", "Write into the journal what you found or did.", 14),
    # silences
    Command("silence.edit", "e", "edit", "change", "Change the silence; one that has ended is made anew.", 1),
    Command("silence.extend", "x", "extend", "extend", "Let the silence, or all marked, last longer.", 2),
    Command("silence.end", "ctrl+d", "end", "end", "End the silence, or all marked; asks first.", 3),
    Command("silence.new", "n", "new", "new", "Make a silence from scratch.", 4),
    # the hand-off
    Command("handoff.copy", "c", "copy", "copy", "Copy the hand-off as Markdown.", 1),
    Command("handoff.save", "ctrl+s", "save", "save", "Write the hand-off to a file in the folder you are in.", 2),
    # one alert
    Command(
        "triage.repairs",
        "m",
        "repairs",
        "more",
        "All that can be done to the workload, its pod and its node: scale, image, shell, delete, drain …",
        13,
    ),
    Command("triage.copy", "c", "copy", "copy", "Copy the alert as Markdown, for a ticket or a chat.", 15),
    Command("triage.runbook", "o", "runbook", "runbook", "Show the runbook, or open its address and copy it.", 16),
    # a runbook
    Command("runbook.copy", "c", "copy", "copy", "Copy the runbook as Markdown.", 1),
    Command("runbook.open", "o", "open", "open", "Open its address, and copy it.", 2),
    # the board
    Command("board.open", "enter,e", "edit", "open", "Open the card: all that is known of it, to read and change.", 1),
    Command("board.lane_left", "left,h", "lane(-1)", "column left", "Go to the column on the left."),
    Command("board.lane_right", "right,l", "lane(1)", "column right", "Go to the column on the right."),
    Command(
        "board.earlier",
        "shift+left,H",
        "phase(-1)",
        "move left",
        "Move the card, or all marked, to the phase on the left; on the map to the step, in the flow to the state.",
    ),
    Command(
        "board.later",
        "shift+right,L",
        "phase(1)",
        "move right",
        "Move the card, or all marked, to the phase on the right; on the map to the step, in the flow to the state.",
        2,
    ),
    Command(
        "board.up", "shift+up,K", "rank(-1)", "move up", "Rank the card higher; on the map move it to the phase above."
    ),
    Command(
        "board.down",
        "shift+down,J",
        "rank(1)",
        "move down",
        "Rank the card lower; on the map move it to the phase below.",
        3,
    ),
    Command("board.points", "p", "points", "points", "Estimate the card, or all marked.", 4),
    Command("board.mark", "space", "mark", "mark", "Mark the card, to move or change several at once.", 5),
    Command("board.undo", "u", "undo", "undo", "Take back what you did last.", 6),
    Command("board.redo", "ctrl+r", "redo", "redo", "Do again what you took back."),
    Command("board.new", "n", "new_card", "new", "Write down cards, one a line; a title is enough.", 7),
    Command("board.lanes", "v", "lanes", "lanes", "Lanes by step, area, owner, priority; then none again.", 8),
    Command(
        "board.map", "m", "view('map')", "story map", "The story map: steps across, phases down; again: columns.", 9
    ),
    Command("board.flow", "f", "view('flow')", "flow", "The flow of the current phase; again: columns.", 10),
    Command("board.state", "s", "state", "state", "Take the card on: to do, doing, done; all marked with it.", 11),
    Command("board.owner", "o", "owner", "owner", "Say who has the card, or all marked.", 12),
    Command("board.value", "V", "value", "value", "Say what the card is worth, or all marked: 1, 2, 3, 5, 8."),
    Command("board.needs", "b", "needs", "blocked by", "Say which cards must be there before this one.", 13),
    Command("board.changed", "a", "changed", "changed", "See what others have changed; again: it is seen.", 14),
    Command("board.split", "S", "split", "split", "Take some points off the card into a card of their own."),
    Command("board.thin", "T", "thin", "thin", "Make the card smaller; the rest goes to a later phase, or is dropped."),
    Command("board.drop", "D", "drop", "drop", "Drop the card, or all marked, with a reason; take a dropped one back."),
    Command("board.note", "N", "note", "note", "Say something about the card."),
    Command("board.history", "i", "history", "history", "Who did what to the card, and when.", 15),
    Command("board.whole_history", "I", "history(True)", "board's history", "Who did what to the board, and when."),
    Command("board.phases", "P", "phases", "phases", "Add, change, order, merge, remove phases; make one current."),
    Command("board.settings", "comma", "settings", "settings", "Kick-off, band, team, limits, days off of the board."),
    Command("board.go_to", "number_sign", "go_to", "go to", "Go to a card by its number."),
    Command("board.app", "A", "app_page", "app", "Go to the page of the app that the card names.", 16),
    Command("board.clear", "escape", "clear", "clear", "Show all cards again, then take the marks away."),
    # text and logs
    Command("text.clear", "escape", "clear", "clear", "Take away what you look for, or show every line again."),
    Command("text.wrap", "w", "wrap", "wrap", "Wrap long lines, or cut them.", 12),
    Command("full.toggle", "f", "full", "full screen", "Give the whole screen to the text, or take it back.", 24),
    Command("search.next", "n", "search(1)", "next", "Go to the next match.", 10),
    Command("search.previous", "N", "search(-1)", "previous match", "Go to the match before."),
    Command("sheet.describe", "d", "sheet('describe')", "describe", "Describe the object, its events included.", 13),
    Command("sheet.yaml", "y", "sheet('yaml')", "yaml", "The object as YAML.", 14),
    Command("sheet.events", "E", "sheet('events')", "events", "The events of this object alone, the newest first.", 15),
    Command(
        "sheet.managed", "m", "managed", "managed fields", "Show who set which field, or leave that out again.", 16
    ),
    Command("sheet.reveal", "x", "reveal", "reveal", "Show what one key of the secret holds.", 9),
    Command("sheet.values", "v", "sheet('values')", "values", "The values that were set for the release.", 15),
    Command("fold.toggle", "z,enter", "fold", "fold", "Fold the part under the cursor, or open it again.", 17),
    Command("fold.all", "Z", "fold_all", "fold all", "Fold all parts, or open them again."),
    Command("copy.text", "c", "copy", "copy", "Copy what is selected, else the whole text.", 22),
    Command("save.text", "ctrl+s", "save", "save", "Write the whole text to a file.", 23),
    Command("logs.follow", "s", "follow", "follow", "Follow new lines, or stay where you are.", 10),
    Command("logs.previous", "p", "previous", "previous", "The run before the last restart, or the current one.", 11),
    Command("logs.timestamps", "t", "timestamps", "times", "Show when each line was written.", 13),
    Command("logs.copy", "c", "copy", "copy", "Copy the marked lines, else all that are shown.", 14),
    Command("logs.level", "v", "level", "level", "All lines, from information up, from warnings up, errors alone.", 15),
    Command("logs.mark", "m", "note", "mark", "Put a mark behind the lines that came so far.", 16),
    Command("logs.save", "ctrl+s", "save", "save", "Write the marked lines, else all that are shown, to a file.", 17),
    Command("logs.readable", "J", "readable", "as written", "Lines of JSON in words, or as they were written.", 18),
    Command("logs.all", "a", "all_containers", "all containers", "All containers in one, init and sidecars too.", 19),
    Command("logs.container", "o", "container", "container", "Choose whose log it is among the containers.", 20),
    Command("logs.more", "plus,equals_sign", "around(1)", "lines around", "More lines around each that matches.", 21),
    Command("logs.fewer", "minus", "around(-1)", "fewer around", "Fewer lines around each that matches."),
    Command("logs.reveal", "x", "reveal", "reveal", "Show the secrets of one name, or cover them again."),
    Command("logs.empty", "C", "empty", "empty", "Take the lines that came so far off the screen."),
    Command("logs.tail", "0", "since(0)", "newest", "The newest lines.", 22),
    Command("logs.head", "1", "since(1)", "oldest", "The oldest lines there are."),
    Command("logs.minute", "2", "since(2)", "1m", "The lines of the last minute."),
    Command("logs.minutes_5", "3", "since(3)", "5m", "The lines of the last 5 minutes."),
    Command("logs.minutes_15", "4", "since(4)", "15m", "The lines of the last 15 minutes."),
    Command("logs.minutes_30", "5", "since(5)", "30m", "The lines of the last 30 minutes."),
    Command("logs.hour", "6", "since(6)", "1h", "The lines of the last hour."),
    Command("logs.since", "7", "ask_since", "since", "Say how far back, or how many lines: 3h, 1d 12h, 5000."),
)


def bindings(*scopes: str) -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """Return the Textual bindings of some scopes, for a screen's or widget's BINDINGS."""
    return [
        Binding(command.keys, command.action, command.title, id=command.id, tooltip=command.help, show=False)
        for scope in scopes
        for command in COMMANDS
        if command.scope == scope
    ]


BY_ID = {command.id: command for command in COMMANDS}
