//! What counts where a variable is said in several places: all combinations of
//! these at once, a variable for each.

use super::harness::Place;

/// The places, the one that counts least first.
const LAYERS: [&str; 7] = [
    "all",
    "environment",
    "process",
    "first file",
    "second file",
    "first argument",
    "second argument",
];

/// The variables that a place says: those whose number has its bit.
fn said_by(layer: usize) -> impl Iterator<Item = (String, String)> {
    let numbers = (1_usize..1 << LAYERS.len())
        .filter(move |number| number >> layer & 1 == 1);
    numbers.map(move |number| {
        (
            format!("v{number}"),
            format!("{} {number}", LAYERS[layer]),
        )
    })
}

/// As lines of YAML.
fn lines_of(layer: usize, indent: &str) -> String {
    let lines =
        said_by(layer).map(|(name, value)| format!("{indent}{name}: {value}"));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// In the process, too, a variable of a configuration has a prefix.
fn variables_of_the_process() -> Vec<(String, String)> {
    said_by(2)
        .map(|(name, value)| (format!("GRANTRY_VAR_{name}"), value))
        .collect()
}

/// The place of a variable, as it is told.
fn place_of(text: &str, file: &str, line: &str) -> String {
    let (number, line) = text
        .lines()
        .enumerate()
        .find(|(_, other)| other.trim_start() == line)
        .unwrap();
    let column = line.find(": ").unwrap() + 3;
    format!("{file}:{}:{column}", number + 1)
}

#[test]
fn of_all_places_that_say_a_variable_the_one_nearest_to_the_run_counts() {
    let client =
        |number| format!("  c{number}: {{ name: \"${{var.v{number}}}\" }}");
    let clients: Vec<String> = (1..1_usize << LAYERS.len())
        .map(client)
        .collect();
    let text = format!(
        "stack: shop\nvars:\n{}clients:\n{}\nenvironments:\n  production:\n    vars:\n{}",
        lines_of(0, "  "),
        clients.join("\n"),
        lines_of(1, "      "),
    );
    let place = Place::new().with(&variables_of_the_process());
    place.write("grantry.yaml", &text);
    for (layer, file) in [(3, "one.yaml"), (4, "two.yaml")] {
        place.write(file, &lines_of(layer, ""));
    }

    // Files and arguments do not count in the order in which
    // they stand among each other.
    let arguments = |layer: usize| {
        said_by(layer).map(|(name, value)| format!("--var={name}={value}"))
    };
    let mut command: Vec<String> =
        ["render", "--show-origin", "--env", "production"]
            .map(str::to_owned)
            .into();
    command.extend(arguments(5));
    command.push("--var-file=one.yaml".to_owned());
    command.extend(arguments(6));
    command.push("--var-file=two.yaml".to_owned());
    let command: Vec<&str> = command
        .iter()
        .map(String::as_str)
        .collect();
    let said = place.run(&command).exits(0);

    for number in 1..1_usize << LAYERS.len() {
        let layer = usize::try_from(number.ilog2()).unwrap();
        let name = format!("v{number}");
        let value = format!("{} {number}", LAYERS[layer]);
        let line = format!("{name}: {value}");
        let from = match layer {
            0 => place_of(&text, "grantry.yaml", &line),
            1 => {
                place_of(&text, "grantry.yaml", &line)
                    + " (environments.production)"
            }
            2 => format!("GRANTRY_VAR_{name}:1:{}", name.len() + 2),
            3 => place_of(&lines_of(3, ""), "one.yaml", &line),
            4 => place_of(&lines_of(4, ""), "two.yaml", &line),
            _ => format!("--var:1:{}", name.len() + 2),
        };

        let mut lines = said.stdout.lines();
        let path = format!("clients.c{number}.name: {value}");
        assert!(
            lines.any(|line| line == path),
            "{path} in {}",
            said.stdout
        );
        let origin = lines.next().unwrap();
        let expected = format!("; var.{name} from {from}");
        assert!(
            origin.ends_with(&expected),
            "{path}: {origin}, and not {expected}"
        );
    }
}
