use super::*;

fn arrangements() -> Vec<PaneLayout> {
    let mut all = Vec::new();
    for split in [Split::Auto, Split::Stacked, Split::SideBySide] {
        for (left, share) in
            [(None, None), (Some(1), Some(50)), (Some(60), Some(500)), (Some(999), Some(950))]
        {
            for hidden in 0..8 {
                let [hide_sessions, hide_message, zoomed] = [1, 2, 4].map(|bit| hidden & bit != 0);
                all.push(PaneLayout { split, left, share, hide_sessions, hide_message, zoomed });
            }
        }
    }
    all
}

#[test]
fn neighbouring_panes_share_one_border_at_every_size() {
    for arrangement in arrangements() {
        for (width, height) in
            (0..220).step_by(3).flat_map(|width| (0..70).map(move |height| (width, height)))
        {
            for focus in [Pane::Sessions, Pane::Inbox, Pane::Message] {
                let (areas, shared) =
                    match Layout::compute(Area::screen(width, height), &arrangement, focus) {
                        Layout::TooSmall => continue,
                        Layout::One { header, pane, status } => (vec![header, pane, status], 0),
                        Layout::Three { sessions, inbox, message, status } => {
                            let left = sessions.map_or(0, |area| area.height);
                            let middle = message.map_or(0, |message| {
                                if message.x == inbox.x { inbox.width } else { inbox.height }
                            });
                            let areas = [sessions, Some(inbox), message, Some(status)];
                            (areas.into_iter().flatten().collect(), u32::from(left + middle))
                        }
                    };
                let cells: u32 = areas.iter().map(|a| u32::from(a.width) * u32::from(a.height)).sum();
                let screen = u32::from(width) * u32::from(height);
                assert_eq!(cells, screen + shared, "{width}x{height} {arrangement:?}");
                assert!(areas.iter().all(|a| a.x + a.width <= width && a.y + a.height <= height));
            }
        }
    }
}

#[test]
fn a_border_follows_the_drag() {
    let screen = Area::screen(160, 50);
    for split in [Split::Stacked, Split::SideBySide] {
        let mut arrangement = PaneLayout { split, ..PaneLayout::default() };
        let layout = |arrangement: &PaneLayout| Layout::compute(screen, arrangement, Pane::Inbox);
        for (column, row) in [(60, 12), (90, 20), (70, 33)] {
            arrangement.move_border(Border::SessionsEdge, layout(&arrangement), 40, row);
            arrangement.move_border(Border::Middle, layout(&arrangement), column, row);
            let Layout::Three { inbox, .. } = layout(&arrangement) else { panic!("{arrangement:?}") };
            assert_eq!(inbox.x, 40);
            let end = if split == Split::SideBySide { inbox.x + inbox.width } else { inbox.height };
            assert_eq!(end, if split == Split::SideBySide { column + 1 } else { row + 1 });
        }
    }
}

#[test]
fn growing_and_shrinking_restore_the_initial_size() {
    let screen = Area::screen(120, 40);
    for focus in [Pane::Sessions, Pane::Inbox, Pane::Message] {
        let mut arrangement = PaneLayout::default();
        let before = Layout::compute(screen, &arrangement, focus);
        arrangement.resize(before, focus, 1);
        let grown = Layout::compute(screen, &arrangement, focus);
        assert_ne!(grown, before, "{focus:?}");
        arrangement.resize(grown, focus, -1);
        assert_eq!(Layout::compute(screen, &arrangement, focus), before, "{focus:?}");
    }
}

#[test]
fn a_border_is_found_where_two_panes_meet() {
    let screen = Area::screen(120, 40);
    let layout = Layout::compute(screen, &PaneLayout::default(), Pane::Inbox);
    let Layout::Three { inbox, message: Some(message), .. } = layout else { panic!() };
    assert_eq!(layout.border_at(inbox.x, 5), Some(Border::SessionsEdge));
    assert_eq!(layout.border_at(inbox.x - 1, 5), None);
    assert_eq!(layout.border_at(inbox.x + 9, message.y), Some(Border::Middle));
    assert_eq!(layout.border_at(inbox.x + 9, message.y + 2), None);
    assert_eq!(layout.pane_at(inbox.x + 3, 3, Pane::Inbox), Some(Pane::Inbox));
    assert_eq!(layout.pane_at(inbox.x + 3, 39, Pane::Inbox), None);
}

#[test]
fn the_text_of_a_mail_has_margins_unless_the_screen_is_narrow() {
    let of_width = |width| Layout::compute(Area::screen(width, 24), &PaneLayout::default(), Pane::Message);
    let inside = |width: u16| of_width(width).inside(Pane::Message, Pane::Message).unwrap();
    assert_eq!((inside(80).x, inside(80).width), (1, 78));
    assert_eq!((inside(40).x, inside(40).width), (0, 40));
    for width in [40, 60, 80, 120, 200] {
        assert_eq!(of_width(width).message_size().0, inside(width).width, "{width}");
    }
}
