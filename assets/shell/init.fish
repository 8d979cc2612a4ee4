
# Completes addresses and mail ids from the archive.
complete -c dropmail-tui -n '__fish_seen_subcommand_from use delete-address restore history' -f -a '(command dropmail-tui archive-words addresses 2>/dev/null)'
complete -c dropmail-tui -n '__fish_seen_subcommand_from read save release' -a '(command dropmail-tui archive-words mails 2>/dev/null)'
complete -c dropmail-tui -n '__fish_seen_subcommand_from wait ls assert' -l to -x -a '(command dropmail-tui archive-words addresses 2>/dev/null)'
complete -c dropmail-tui -n '__fish_seen_subcommand_from wait ls assert' -l address -x -a '(command dropmail-tui archive-words addresses 2>/dev/null)'
complete -c dropmail-tui -n '__fish_seen_subcommand_from wait' -l after -x -a '(command dropmail-tui archive-words mails 2>/dev/null)'

# Ctrl-X o inserts the newest code at the cursor.
function __dropmail_tui_insert_code
    set -l code (command dropmail-tui archive-words code 2>/dev/null)
    and commandline -i -- $code
end
if status is-interactive
    bind \cxo __dropmail_tui_insert_code
end
