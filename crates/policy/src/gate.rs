use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicyId,
    PolicySet, Request, RestrictedExpression, Schema, ValidationMode, Validator,
};
use serde::{Deserialize, Serialize};
use ticket::Verification;

use crate::{Approver, Attempt, Confidence};

/// Decides whether a step may be done: Cedar policies that operations own (Cutler et al., "Cedar",
/// 2024). The default one has no policies and lets nothing through.
#[derive(Debug, Default)]
pub struct Gate(Option<Rules>);

#[derive(Debug)]
struct Rules {
    schema: Schema,
    policies: PolicySet,
    authorizer: Authorizer,
    entities: Entities,
    types: Types,
}

/// What the gate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the step may be done.
    pub outcome: Outcome,
    /// The policies that decided, by id, in order. Empty if no policy speaks about the step.
    pub policies: Vec<String>,
}

/// Whether a step may be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Outcome {
    /// It may.
    Permit,
    /// It may once these people have approved it too, each in their role.
    NeedsApproval {
        /// The fewest that suffice; never empty.
        from: Vec<Approver>,
    },
    /// It may not, whoever approves.
    Forbid,
}

/// Why there is no gate.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The schema cannot be read.
    #[error("policies/desk.cedarschema: {0}")]
    Schema(String),
    /// The policies cannot be read.
    #[error("policies/desk.cedar: {0}")]
    Policies(String),
    /// A policy has no name to be called by, or shares it.
    #[error("policies/desk.cedar: give each policy an `@id` of its own and an `@says`; see {0}")]
    Name(String),
    /// Policies that can never be right: a word the schema does not have, a wrong type.
    #[error("policies/desk.cedar: {}", .0.join("; "))]
    Invalid(Vec<String>),
    /// A step cannot be put to the gate.
    #[error("the step cannot be put to the gate: {0}")]
    Question(String),
}

/// Told in place of a policy where the question or a policy failed.
const BROKEN: &str = "gate_broken";
/// Told where there are no policies.
const NO_POLICIES: &str = "no_policies";

/// Whose approvals may be asked for: the fewest people first. Two people are never two managers.
pub(crate) const APPROVALS: [&[Approver]; 10] = {
    use Approver::{IncidentCommander as Commander, Manager, Peer};
    [
        &[Peer],
        &[Manager],
        &[Commander],
        &[Peer, Peer],
        &[Peer, Manager],
        &[Peer, Commander],
        &[Manager, Commander],
        &[Peer, Peer, Manager],
        &[Peer, Peer, Commander],
        &[Peer, Manager, Commander],
    ]
};

impl Gate {
    /// Reads a schema and policies and checks that they fit each other.
    ///
    /// # Errors
    /// One of them cannot be used. Nothing is left out: a gate that lost a policy is worse than none.
    pub fn parse(schema: &str, policies: &str) -> Result<Self, GateError> {
        let schema = Schema::from_cedarschema_str(schema);
        let (schema, _) = schema.map_err(|error| GateError::Schema(error.to_string()))?;
        let policies = named(policies)?;
        let checked = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        let errors = checked.validation_errors().map(ToString::to_string);
        let problems: Vec<String> =
            errors.chain(checked.validation_warnings().map(ToString::to_string)).collect();
        if !problems.is_empty() {
            return Err(GateError::Invalid(problems));
        }
        let types = Types::new().map_err(GateError::Question)?;
        let (authorizer, entities) = (Authorizer::new(), Entities::empty());
        Ok(Self(Some(Rules { schema, policies, authorizer, entities, types })))
    }

    /// Every policy, by id.
    pub fn policies(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|rules| rules.policies.policies()).map(|policy| policy.id().as_ref())
    }

    /// What a policy says in plain words; its id if it is none of the gate's.
    #[must_use]
    pub fn says<'a>(&'a self, policy: &'a str) -> &'a str {
        let rules = self.0.as_ref();
        let policy_of =
            |rules: &'a Rules| rules.policies.annotation(&PolicyId::new(policy), "says");
        rules.and_then(policy_of).unwrap_or(policy)
    }

    /// Whether a step may be done now, whether it may with approvals, or not at all.
    #[must_use]
    pub fn decide(&self, attempt: &Attempt) -> Verdict {
        let Some(rules) = &self.0 else { return broken(NO_POLICIES) };
        match rules.ask(attempt, &[]) {
            Ok((true, policies)) => Verdict { outcome: Outcome::Permit, policies },
            Ok((false, policies)) => {
                let may = |more: &&&[Approver]| rules.ask(attempt, more).is_ok_and(|(may, _)| may);
                // Approvals only ever lift: if all together do not, none does.
                let outcome = match Some(&Approver::ALL.as_slice()).filter(may) {
                    Some(all) => {
                        let fewest = APPROVALS.iter().find(may).unwrap_or(all);
                        Outcome::NeedsApproval { from: fewest.to_vec() }
                    }
                    None => Outcome::Forbid,
                };
                Verdict { outcome, policies }
            }
            Err(_) => broken(BROKEN),
        }
    }
}

fn broken(word: &str) -> Verdict {
    Verdict { outcome: Outcome::Forbid, policies: vec![word.to_owned()] }
}

impl Rules {
    /// The answer with further approvals: whether it may be done, and which policies said so.
    fn ask(&self, attempt: &Attempt, more: &[Approver]) -> Result<(bool, Vec<String>), GateError> {
        let question = |error: &dyn ToString| GateError::Question(error.to_string());
        let context = self.types.context(attempt, more);
        let context = Context::from_pairs(context).map_err(|error| question(&error))?;
        let request = Request::new(
            self.types.agent.clone(),
            uid(&self.types.action, attempt.action.word()),
            uid(&self.types.workflow, &attempt.workflow),
            context,
            Some(&self.schema),
        );
        let request = request.map_err(|error| question(&error))?;
        let answer = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        // A policy that fails is passed over, and it may be one that forbids.
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(question(error));
        }
        let mut policies: Vec<String> =
            answer.diagnostics().reason().map(ToString::to_string).collect();
        policies.sort_unstable();
        Ok((answer.decision() == Decision::Allow, policies))
    }
}

/// Reads policies and calls each by its `@id`.
fn named(source: &str) -> Result<PolicySet, GateError> {
    let read = PolicySet::from_str(source);
    let read = read.map_err(|error| GateError::Policies(error.to_string()))?;
    let mut policies = PolicySet::new();
    for policy in read.policies() {
        let name = || GateError::Name(policy.to_string());
        let id = policy.annotation("id").filter(|id| !id.is_empty()).ok_or_else(name)?;
        policy.annotation("says").filter(|says| !says.is_empty()).ok_or_else(name)?;
        policies.add(policy.new_id(PolicyId::new(id))).map_err(|_| name())?;
    }
    Ok(policies)
}

/// The names of the types in the schema.
#[derive(Debug)]
struct Types {
    agent: EntityUid,
    action: EntityTypeName,
    workflow: EntityTypeName,
    scenario: EntityTypeName,
    verification: EntityTypeName,
    confidence: EntityTypeName,
    subject: EntityTypeName,
    criticality: EntityTypeName,
    window: EntityTypeName,
    mode: EntityTypeName,
    approver: EntityTypeName,
}

impl Types {
    fn new() -> Result<Self, String> {
        let of = |name: &str| EntityTypeName::from_str(name).map_err(|error| error.to_string());
        Ok(Self {
            agent: uid(&of("Agent")?, "deskside"),
            action: of("Action")?,
            workflow: of("Workflow")?,
            scenario: of("Scenario")?,
            verification: of("Verification")?,
            confidence: of("Confidence")?,
            subject: of("Subject")?,
            criticality: of("Criticality")?,
            window: of("Window")?,
            mode: of("Mode")?,
            approver: of("Approver")?,
        })
    }

    fn context(
        &self,
        attempt: &Attempt,
        more: &[Approver],
    ) -> [(String, RestrictedExpression); 12] {
        let word =
            |of: &EntityTypeName, word: &str| RestrictedExpression::new_entity_uid(uid(of, word));
        let number = |number: u32| RestrictedExpression::new_long(i64::from(number));
        let approvals = || attempt.approvals.iter().chain(more);
        let people = u32::try_from(approvals().count()).unwrap_or_default();
        let roles = approvals().map(|role| word(&self.approver, role.word()));
        [
            ("scenario", word(&self.scenario, attempt.scenario.as_str())),
            ("verification", word(&self.verification, verification_word(attempt.verification))),
            ("verified_seconds_ago", number(attempt.verified_seconds_ago)),
            ("confidence", word(&self.confidence, confidence_word(attempt.confidence))),
            ("subject", word(&self.subject, attempt.subject.word())),
            ("subjects", number(attempt.subjects)),
            ("second_factor", RestrictedExpression::new_bool(attempt.second_factor)),
            ("criticality", word(&self.criticality, attempt.criticality.word())),
            ("window", word(&self.window, attempt.window.word())),
            ("mode", word(&self.mode, attempt.mode.word())),
            ("approvals", RestrictedExpression::new_set(roles)),
            ("people", number(people)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    }
}

fn uid(of: &EntityTypeName, word: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(of.clone(), EntityId::new(word))
}

pub(crate) const fn verification_word(verification: Verification) -> &'static str {
    match verification {
        Verification::Unverified => "unverified",
        Verification::Session => "session",
        Verification::Fresh => "fresh",
    }
}

const fn confidence_word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Moderate => "moderate",
        Confidence::High => "high",
    }
}
