
# Completes addresses and mail ids from the archive. The generated function above completes everything else.
_dropmail_tui_values() {
    local typed=${COMP_LINE:0:COMP_POINT} value whole
    typed=${typed##*[[:space:]]}
    # Readline splits words at @ and =, and replaces only the part after the last of these characters.
    whole=${typed%"$1"}
    COMPREPLY=()
    while IFS=$'\t' read -r value _; do
        [[ $value == "$typed"* ]] && COMPREPLY+=("${value#"$whole"}")
    done < <(command dropmail-tui archive-words "$2" 2>/dev/null)
}

_dropmail_tui_with_archive() {
    local line=${COMP_LINE:0:COMP_POINT} before
    before=${line%"${line##*[[:space:]]}"}
    case $before in
        *--smtp*) _dropmail__tui "$@" ;;
        *--to\ |*--address\ ) _dropmail_tui_values "$2" addresses ;;
        *--after\ ) _dropmail_tui_values "$2" mails ;;
        *\ use\ |*\ delete-address\ |*\ restore\ |*\ history\ ) _dropmail_tui_values "$2" addresses ;;
        *\ read\ |*\ save\ |*\ release\ ) _dropmail_tui_values "$2" mails; [[ ${COMPREPLY[*]} ]] || _dropmail__tui "$@" ;;
        *) _dropmail__tui "$@" ;;
    esac
}
complete -F _dropmail_tui_with_archive -o nosort -o bashdefault -o default dropmail-tui 2>/dev/null ||
    complete -F _dropmail_tui_with_archive -o bashdefault -o default dropmail-tui

# Ctrl-X o inserts the newest code at the cursor.
_dropmail_tui_insert_code() {
    local code
    code=$(command dropmail-tui archive-words code) || return
    READLINE_LINE=${READLINE_LINE:0:READLINE_POINT}$code${READLINE_LINE:READLINE_POINT}
    READLINE_POINT=$((READLINE_POINT + ${#code}))
}
[[ $- == *i* ]] && bind -x '"\C-xo": _dropmail_tui_insert_code'
