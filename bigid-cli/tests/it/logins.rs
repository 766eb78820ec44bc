use std::fs;

use crate::bigid::{Bigid, login, sandbox};

#[test]
fn a_login_keeps_a_token_that_works_and_a_logout_deletes_it() {
    let (one, other) = (sandbox(|builder| builder.data_sources(3)), sandbox(|builder| builder.data_sources(5)));
    let bigid = Bigid::new();
    for (sandbox, profile) in [(&one, &[][..]), (&other, &["--profile", "other"])] {
        let said = bigid.run_with_stdin(
            &[&login(&sandbox.base_url())[..], profile].concat(),
            &format!("{}\n", sandbox.user_token()),
        );
        let said = said.ok();
        assert!(said.contains("deployment:") && said.contains("which only you can read"), "{said}");
        assert!(!said.contains(&sandbox.user_token()));
    }
    assert_eq!(bigid.run(&["data-sources", "list"]).json_lines().len(), 3);
    assert_eq!(bigid.run(&["data-sources", "list", "--profile", "other"]).json_lines().len(), 5);
    assert_eq!((one.calls("exchange"), other.calls("exchange")), (1, 1), "a login's session is that of later runs");
    assert_eq!(bigid.run(&["profiles"]).ok().lines().count(), 2);
    assert!(bigid.run(&["logout", "--profile", "other"]).ok().contains("deleted"));
    assert!(
        bigid.run(&["data-sources", "list", "--profile", "other"]).failed(2).contains("bigid login --profile other")
    );
    assert_eq!(bigid.run(&["data-sources", "list"]).json_lines().len(), 3);
    let kept = fs::read_dir(bigid.folder().join("config/tokens")).unwrap().count();
    assert_eq!(kept, 1);
}

#[test]
fn a_login_that_fails_keeps_nothing_and_leaves_the_old_token() {
    let sandbox = sandbox(|builder| builder.data_sources(3));
    let bigid = Bigid::new();
    let url = sandbox.base_url();
    bigid.run_with_stdin(&login(&url), &sandbox.user_token()).ok();
    let said = bigid.run_with_stdin(&login(&url), "never-issued").failed(3);
    assert!(said.contains("Access Management") && !said.contains("never-issued"), "{said}");
    for (stdin, code) in [("", 2), ("  \n", 2), ("two words", 2)] {
        bigid.run_with_stdin(&login(&url), stdin).failed(code);
    }
    bigid.run_with_stdin(&["login"], "token").failed(2);
    bigid.run_with_stdin(&[&login(&url)[..], &["--profile", "../x"]].concat(), &sandbox.user_token()).failed(2);
    assert_eq!(bigid.run(&["data-sources", "list"]).json_lines().len(), 3);
    assert_eq!(fs::read_dir(bigid.folder().join("config/tokens")).unwrap().count(), 1);
}

#[test]
fn without_a_deployment_the_ways_are_named() {
    let said = Bigid::new().run(&["data-sources", "list"]).failed(2);
    assert!(said.contains("bigid login") && said.contains("--sandbox"), "{said}");
    assert!(Bigid::new().run(&["logout"]).failed(2).contains("there is no profile `default`"));
}
