use super::*;

fn show(text: &str) -> String {
    split(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => format!("[{text}]"),
            Piece::Reference(Reference {
                scope, name, ..
            }) => format!("<{scope} {name}>"),
            Piece::Malformed(written) => format!("!{written}!"),
        })
        .collect()
}

#[test]
fn references_stand_among_texts() {
    assert_eq!(show("a ${var.x}b"), "[a ]<var x>[b]");
    assert_eq!(show("${a.b}${c.d-e}"), "<a b><c d-e>");
    assert_eq!(
        show("no $ref, $5 {var.x}"),
        "[no $ref, $5 {var.x}]"
    );
    assert_eq!(show(""), "");
}

#[test]
fn two_dollars_are_one_that_means_nothing() {
    assert_eq!(
        show("$${var.x} ${var.y}"),
        "[${][var.x} ]<var y>"
    );
    assert_eq!(show("$$${var.x}"), "[$][${][var.x}]");
}

#[test]
fn an_escaped_text_is_itself() {
    for text in [
        "${var.x}",
        "$${var.x}",
        "$$${",
        "a $5 ${",
        "${${}}",
    ] {
        let pieces = escape(text).into_owned();
        let pieces = split(&pieces)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                other => panic!("{other:?} of {text}"),
            });
        assert_eq!(pieces.collect::<String>(), text);
    }
}

#[test]
fn what_is_no_reference_is_told_as_it_is_written() {
    assert_eq!(show("a ${HOME} b"), "[a ]!${HOME}![ b]");
    assert_eq!(show("${var.}"), "!${var.}!");
    assert_eq!(show("${var.x"), "!${var.x!");
    assert_eq!(show("${ var.x }"), "!${ var.x }!");
    assert_eq!(show("${var.x.y}"), "!${var.x.y}!");
}
