use super::find;

fn values(line: &str) -> Vec<String> {
    find(line).into_iter().map(|one| one.value).collect()
}

#[test]
fn text_glued_to_a_code_is_not_part_of_it() {
    for line in
        ["type this code:590317Not you?", "code 590317Somebody else", "код 590317Не вы?", "590317The team"]
    {
        assert_eq!(values(line), ["590317"], "{line}");
    }
    assert_eq!(values("code is 4821-9035If this was not you"), ["4821-9035"]);
    assert_eq!(values("code:KX7Q2MThis code expires"), ["KX7Q2M"]);
    assert_eq!(values("code KX7-Q2MThis code expires"), ["KX7-Q2M"]);
    // A code of digits and letters is one code candidate, not two.
    assert_eq!(values("4821aB"), ["4821aB"]);
    assert_eq!(values("4821Ab"), ["4821Ab"]);
    assert_eq!(values("QX8QIhmV7M"), ["QX8QIhmV7M"]);
    assert_eq!(values("MP30-Wolf"), ["MP30-Wolf"]);
    assert_eq!(values("Win64"), ["Win64"]);
    // A host name may consist of digits.
    assert_eq!(values("read it on 590317.com and 590317.de"), [""; 0]);
}

#[test]
fn door_and_locker_pins_are_found() {
    assert_eq!(values("凭 66-2-0417 取件"), ["66-2-0417"]);
    assert_eq!(values("Marca *4471# en el teclado"), ["4471"]);
    assert_eq!(values("Then press #2095#"), ["2095"]);
    // A date has the same groups as a pick-up number.
    assert_eq!(values("on 14-5-2026"), [""; 0]);
}

#[test]
fn colours_are_not_codes() {
    assert_eq!(values("Use #482951 for headings and #ffffff for the rest."), [""; 0]);
    assert_eq!(values("@velory.example #482951"), ["482951"]);
}

#[test]
fn a_token_to_paste_may_have_underscores() {
    assert_eq!(values("  qk_7ZtM4nB2xW9cL0pRsV3d"), ["qk_7ZtM4nB2xW9cL0pRsV3d"]);
    for line in ["set MAX_LINE_LENGTH first", "see https://x.example/a_7ZtM4nB2xW9cL0", "_7ZtM4nB2xW9cL0_"] {
        assert!(values(line).iter().all(|value| !value.contains('_')), "{line}");
    }
}

#[test]
fn a_label_in_capitals_is_no_group_of_the_digits_behind_it() {
    assert_eq!(values("PIN 4821 9035"), ["48219035"]);
    assert_eq!(values("call +44 20 7946 0958"), [""; 0]);
}
