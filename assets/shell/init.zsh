
# Completes addresses and mail ids from the archive. The generated function above completes everything else.
_dropmail_tui_values() {
    local -a values
    local line
    for line in "${(@f)$(command dropmail-tui archive-words $1 2>/dev/null)}"; do
        [[ -n $line ]] && values+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    (( $#values )) && _describe -V "$1" values
}

_dropmail_tui_with_archive() {
    case ${words[CURRENT-1]} in
        --to|--address) [[ ${words[(r)release]} ]] || { _dropmail_tui_values addresses; return } ;;
        --after) _dropmail_tui_values mails; return ;;
        use|delete-address|restore|history) _dropmail_tui_values addresses && return ;;
        read|save|release) _dropmail_tui_values mails && return ;;
    esac
    _dropmail-tui "$@"
}
(( $+functions[compdef] )) && compdef _dropmail_tui_with_archive dropmail-tui

# Ctrl-X o inserts the newest code at the cursor.
dropmail-tui-insert-code() {
    local code
    code=$(command dropmail-tui archive-words code 2>/dev/null) || { zle -M 'dropmail-tui: no mail has a code'; return 1 }
    LBUFFER+=$code
}
[[ -o zle ]] && { zle -N dropmail-tui-insert-code; bindkey '^Xo' dropmail-tui-insert-code }
