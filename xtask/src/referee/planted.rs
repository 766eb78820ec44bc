//! Mistakes planted into a copy of the contract, which Schemathesis must find: a disabled check would find nothing.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::fuzz;
use super::sandbox::Sandbox;

/// A mistake: the operation, the change, and Schemathesis' name for it.
struct Mistake {
    id: &'static str,
    pointer: &'static str,
    wrong: fn(&mut Value),
    code: &'static str,
}

const MISTAKES: [Mistake; 4] = [
    Mistake {
        id: "createSession",
        pointer: "/paths/~1sessions/post/security",
        wrong: |security| *security = json!([{ "SystemToken": [] }]),
        code: "ST401",
    },
    Mistake {
        id: "getDataSource",
        pointer: "/paths/~1ds_connections~1{name}/get/responses",
        wrong: |responses| drop(responses.as_object_mut().and_then(|responses| responses.remove("400"))),
        code: "ST103",
    },
    Mistake {
        id: "listDsarProfiles",
        pointer: "/paths/~1sar~1profiles/get/responses/200/content",
        wrong: |content| *content = json!({"text/csv": {}}),
        code: "ST105",
    },
    Mistake {
        id: "listConnectorTypes",
        pointer: "/paths/~1ds-connections-types/get/responses/200/content/application~1json/schema",
        wrong: |schema| *schema = json!({"type": "array"}),
        code: "ST108",
    },
];

/// The mistakes that were not found, one per line.
pub(super) fn missed(root: &Path, sandbox: &Sandbox, contract: &Value) -> anyhow::Result<Vec<String>> {
    let mut planted = contract.clone();
    for mistake in MISTAKES {
        let place = planted.pointer_mut(mistake.pointer).with_context(|| format!("no {} to spoil", mistake.pointer))?;
        let before = place.clone();
        (mistake.wrong)(place);
        ensure!(*place != before, "{} is as it was", mistake.pointer);
    }
    let path = fuzz::run_folder(root)?.join("planted.json");
    fs::write(&path, planted.to_string())?;
    let report = fuzz::run(root, sandbox, &path, &MISTAKES.map(|mistake| mistake.id), Stdio::null())?;
    let found = report["failures"].as_array().cloned().unwrap_or_default();
    let missed = MISTAKES.into_iter().filter(|mistake| !found.iter().any(|failure| failure["code"] == mistake.code));
    Ok(missed
        .map(|mistake| format!("it did not find the mistake planted at {} ({})", mistake.pointer, mistake.code))
        .collect())
}
