use super::*;

/// What is found of these variables, written as `NAME=VALUE`.
fn say(told: Option<u32>, variables: &str) -> String {
    let variable = |name: &str| {
        let pairs = variables
            .split(' ')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    };

    match find_shard(told.and_then(NonZeroU32::new), variable) {
        Ok((engine, shard)) => format!("{engine} {shard}"),
        Err(error) => error.to_string(),
    }
}

/// What is told, the variables, and what is found of them.
fn expect(cases: &[(Option<u32>, &str, &str)]) {
    for (told, variables, expected) in cases {
        let said = say(*told, variables);
        assert_eq!(said, *expected, "{told:?} {variables}");
    }
}

#[test]
fn each_engine_counts_its_own_way() {
    expect(&[
        (
            Some(4),
            "JOB_COMPLETION_INDEX=0",
            "Kubernetes 1/4",
        ),
        (
            Some(4),
            "JOB_COMPLETION_INDEX=3",
            "Kubernetes 4/4",
        ),
        (
            None,
            "CI_NODE_INDEX=2 CI_NODE_TOTAL=5",
            "GitLab 2/5",
        ),
        (
            Some(5),
            "CI_NODE_INDEX=2 CI_NODE_TOTAL=5",
            "GitLab 2/5",
        ),
        (
            None,
            "BUILDKITE_PARALLEL_JOB=0 BUILDKITE_PARALLEL_JOB_COUNT=3",
            "Buildkite 1/3",
        ),
        (
            None,
            "SLURM_ARRAY_TASK_ID=12 SLURM_ARRAY_TASK_MIN=10 \
             SLURM_ARRAY_TASK_MAX=13 SLURM_ARRAY_TASK_COUNT=4",
            "Slurm 3/4",
        ),
    ]);
}

#[test]
fn a_part_that_no_engine_or_more_than_one_says_is_none() {
    expect(&[
        (
            None,
            "",
            "`--shard auto` finds no engine that says which part this is",
        ),
        (
            None,
            "JOB_COMPLETION_INDEX=0",
            "Kubernetes does not say how many parts there are",
        ),
        (
            Some(4),
            "JOB_COMPLETION_INDEX=4",
            "JOB_COMPLETION_INDEX is part 5, and there are 4",
        ),
        (
            Some(4),
            "CI_NODE_INDEX=2 CI_NODE_TOTAL=5",
            "`--shard auto/4` is told of 4 parts, and CI_NODE_TOTAL says 5",
        ),
        (
            None,
            "CI_NODE_INDEX=0 CI_NODE_TOTAL=5",
            "CI_NODE_INDEX is no number of a part",
        ),
        (
            None,
            "CI_NODE_INDEX=two CI_NODE_TOTAL=5",
            "CI_NODE_INDEX is no number of a part",
        ),
        // A job array with steps between its indices, such as `--array=0-9:3`.
        (
            None,
            "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=0 \
             SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_COUNT=4",
            "the indices of Slurm have gaps, so some parts would be \
             nobody's",
        ),
        (
            Some(2),
            "JOB_COMPLETION_INDEX=0 CI_NODE_INDEX=1",
            "`--shard auto` finds more than one engine: Kubernetes and \
             GitLab",
        ),
    ]);
}
